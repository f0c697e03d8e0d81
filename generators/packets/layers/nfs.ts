import { fixedBytes } from '../byte-fields.ts'
import { numberOf, u32 } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { shape, shapedField } from '../shaped.ts'
import { u64 } from '../wide-number.ts'
import { opaque, opaqueLength } from '../xdr.ts'

const handle = () => opaque('Handle of a file.', { initial: new Uint8Array(16) })
const status = () => u32('0 is success.', { names: { OK: 0, NOENT: 2, IO: 5, ACCES: 13, STALE: 70 } })
const attributes = () => fixedBytes(84, 'Attributes of the file.')
const follow = () => u32('1 if attributes follow.')

const shapes = [
  shape('getattrCall', { handle: handle() }),
  shape('getattrReply', { status: status(), attributes: attributes() }),
  shape('lookupCall', { directory: handle(), name: opaque('Name.') }),
  shape('lookupReply', { status: status(), handle: handle(), attributesFollow: follow(), directoryFollow: follow() }),
  shape('readCall', { handle: handle(), offset: u64('Where in the file.'), count: u32('Bytes.', { initial: 4096 }) }),
  shape(
    'readReply',
    {
      status: status(),
      attributesFollow: u32('1 if attributes follow.', { initial: 1 }),
      attributes: fixedBytes(84, 'Attributes of the file.', {
        when: (values) => numberOf(values, 'attributesFollow') === 1,
      }),
      count: u32('Bytes.', { computed: 'size of the data' }),
      endOfFile: u32('1 at the end.', { initial: 1 }),
      data: opaque('What was read.'),
    },
    ({ data }) => ({ count: opaqueLength(data) }),
  ),
  shape(
    'writeCall',
    {
      handle: handle(),
      offset: u64('Where in the file.'),
      count: u32('Bytes.', { computed: 'size of the data' }),
      stable: u32('2 writes to the disk.', { initial: 2 }),
      data: opaque('What is written.'),
    },
    ({ data }) => ({ count: opaqueLength(data) }),
  ),
  shape('writeReply', {
    status: status(),
    beforeFollow: follow(),
    attributesFollow: follow(),
    count: u32('Bytes that were written.'),
    committed: u32('2 if they are on the disk.', { initial: 2 }),
    verifier: fixedBytes(8, 'Changes when the server starts again.'),
  }),
  shape('failedReply', { status: status(), attributesFollow: follow() }),
]

/**
 * Arguments or results of an NFS version 3 call, inside `rpc`. The bytes do not say what they are, so they are read as
 * bytes. RFC 1813 §3.3.
 */
export const nfs = defineLayer({
  name: 'nfs',
  title: 'NFS version 3 arguments or results',
  rfc: 'RFC 1813 §3.3',
  fields: { body: shapedField('Arguments or results.', shapes, { pick: () => undefined }) },
})
