import t from 'tap'
import { Screen } from '../../../harness/cli/screen.ts'

const up = '\x1b[1A'
const rest = '\x1b[K'

function screen(isTerminal = true, columns = 20) {
  const written: string[] = []
  const made = new Screen((text) => written.push(String(text)), { isTerminal, columns, colour: false })
  return { screen: made, taken: () => written.splice(0).join('') }
}

t.test('lines change in place, and messages scroll above them', async (t) => {
  const { screen: s, taken } = screen()
  s.log('first\n')
  t.equal(taken(), 'first\n', 'nothing else is written while nothing changes')
  s.show(['one', 'two'])
  t.equal(taken(), `\rone${rest}\ntwo${rest}`)
  s.show(['three', 'four'])
  t.equal(taken(), `\r${up}three${rest}\nfour${rest}`)
  s.log('message\n')
  t.equal(taken(), `\r${up}message${rest}\nthree${rest}\nfour${rest}`)
  s.show(['five'])
  t.equal(taken(), `\r${up}five${rest}\n${rest}${up}`, 'a line too many is cleared')
  s.show([])
  t.equal(taken(), `\r${rest}`)
  s.show([])
  s.log('last\n')
  t.equal(taken(), 'last\n')
})

t.test('a line is cut to the width and cannot steer the terminal', async (t) => {
  const { screen: s, taken } = screen(true, 10)
  s.show(['0123456789abc'])
  t.equal(taken(), `\r01234567…${rest}`)
  s.show(['\x1b[2Ja\nb\x07'])
  t.equal(taken(), `\ra b ${rest}`)
})

t.test('where there is no terminal only messages are written', async (t) => {
  const { screen: s, taken } = screen(false)
  s.show(['one'])
  s.log('message\n')
  s.show([])
  t.equal(taken(), 'message\n')
})
