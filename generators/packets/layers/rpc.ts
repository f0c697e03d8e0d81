import { numberOf, u32, type Values } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { opaque } from '../xdr.ts'

const nfsProgram = 100003
const isCall = (values: Values) => numberOf(values, 'messageType') === 0
const isAccepted = (values: Values) => !isCall(values) && numberOf(values, 'replyStatus') === 0
const hasVerifier = (values: Values) => isCall(values) || isAccepted(values)
const call = { when: isCall }

/** One ONC RPC message, in UDP or inside `rpcRecord`; the arguments or results are inside. RFC 5531 §9. */
export const rpc = defineLayer({
  name: 'rpc',
  title: 'ONC remote procedure call',
  rfc: 'RFC 5531 §9',
  fields: {
    xid: u32('Ties answer to request.', { initial: 1 }),
    messageType: u32('Call or reply.', { names: { call: 0, reply: 1 } }),
    rpcVersion: u32('2.', { initial: 2, ...call }),
    program: u32('Program, NFS for example.', {
      initial: nfsProgram,
      names: { portmap: 100000, nfs: nfsProgram },
      ...call,
    }),
    programVersion: u32('Version of the program.', { initial: 3, ...call }),
    procedure: u32('What is called, 0 for nothing.', call),
    credentialFlavor: u32('Kind of credentials, 1 for a user number.', call),
    credentials: opaque('Credentials.', call),
    replyStatus: u32('0 if the call was accepted.', { when: (values) => !isCall(values) }),
    verifierFlavor: u32('Kind of verifier.', { when: hasVerifier }),
    verifier: opaque('Verifier.', { when: hasVerifier }),
    acceptStatus: u32('0 is success.', { when: isAccepted }),
  },
  boundTo: { udpPort: [2049, 111] },
  next: (values, payload) => {
    if (payload.length === 0) return undefined
    return isCall(values) ? (values.program === nfsProgram ? 'nfs' : 'payload') : 'nfs'
  },
  inspect: (values) => [
    ...(values.messageType <= 1 ? [] : [`messageType is ${values.messageType}, neither call nor reply`]),
    ...(isCall(values) && values.rpcVersion !== 2 ? [`rpcVersion is ${values.rpcVersion}, not 2`] : []),
  ],
})
