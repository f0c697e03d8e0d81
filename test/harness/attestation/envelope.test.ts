import { createPrivateKey, createPublicKey, verify } from 'node:crypto'
import t from 'tap'
import {
  addSignature,
  envelopeText,
  newEnvelope,
  parseEnvelope,
  payloadOf,
  signatureProblems,
} from '../../../harness/attestation/envelope.ts'
import { keyIdOf } from '../../../harness/attestation/signing-key.ts'
import { keyPair } from './bundle.ts'

/** RFC 8032 §7.1, test 1, as PKCS #8. */
const privateKey = createPrivateKey({
  key: Buffer.from(
    '302e020100300506032b6570042204209d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'hex',
  ),
  format: 'der',
  type: 'pkcs8',
})
const publicKey = createPublicKey(privateKey)

t.test('what is signed is the pre-authentication encoding of DSSE', async (t) => {
  t.equal(
    publicKey.export({ format: 'jwk' }).x,
    '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    'the public key of the RFC',
  )
  const envelope = addSignature(newEnvelope('{"a":"é"}'), privateKey)
  const [signature] = envelope.signatures
  // Lengths are of bytes, not characters.
  const bytes = Buffer.from('DSSEv1 28 application/vnd.in-toto+json 10 {"a":"é"}')
  t.ok(verify(null, bytes, publicKey, Buffer.from(signature?.sig ?? '', 'base64')))
  t.equal(signature?.keyid, keyIdOf(publicKey))
  t.equal(payloadOf(envelope), '{"a":"é"}')
  t.strictSame(signatureProblems(envelope, [publicKey]), [])
})

t.test('only the text that Tocsin writes is an envelope', async (t) => {
  const text = envelopeText(addSignature(newEnvelope('{}'), privateKey))
  t.ok(parseEnvelope(text))
  for (const [name, other] of [
    ['blank', text.replace(':', ': ')],
    ['no line feed', text.trimEnd()],
    ['another type', text.replace('in-toto', 'in-tot0')],
    ['a key more', text.replace('{', '{"a":1,')],
    ['spare bits of base64', text.replace('"payload":"e30="', '"payload":"e31="')],
    ['no signature', envelopeText(newEnvelope('{}'))],
    ['no JSON', 'x'],
  ] as const) {
    t.not(other, text)
    t.equal(parseEnvelope(other), null, name)
  }
})

t.test('a signature twice by one key is one signature', async (t) => {
  const once = addSignature(newEnvelope('{}'), privateKey)
  const [signature] = once.signatures
  t.match(
    signatureProblems({ ...once, signatures: [...once.signatures, ...(signature ? [signature] : [])] }, [publicKey]),
    [/has signed twice/],
  )
  t.match(signatureProblems({ ...once, payload: 'e30K' }, [publicKey]), [/is wrong/])
  t.match(signatureProblems(once, [keyPair().publicKey]), [/was not given/, /not signed by/])
})
