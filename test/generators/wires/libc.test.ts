import t from 'tap'
import { errnoName, errnoNameOfMessage, lastErrno, libc } from '../../../generators/wires/libc.ts'

t.test('an errno has its name', async (t) => {
  t.equal(errnoName(90), 'EMSGSIZE')
  t.equal(errnoName(22), 'EINVAL')
  t.equal(errnoName(4095), 'E4095')
})

t.test("the C library's message leads back to the errno's name", async (t) => {
  t.equal(errnoNameOfMessage('Message too long'), 'EMSGSIZE')
  t.equal(errnoNameOfMessage('Network is unreachable'), 'ENETUNREACH')
  t.equal(errnoNameOfMessage('something else'), 'something else')
})

t.test('a failed call leaves its errno', async (t) => {
  t.equal(libc().close(-1), -1)
  t.equal(errnoName(lastErrno()), 'EBADF')
})
