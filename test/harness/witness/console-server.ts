import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

/** A line of a table of alerts. */
export interface ShownAlert {
  source: string
  destination: string
  name: string
}

/** A dashboard: a page to log in, and a table of alerts that can be searched. */
export interface TestConsole extends AsyncDisposable {
  url: string
  /** Every request, as `GET /alerts?q=x`. */
  requests: string[]
  /** How often somebody logged in. */
  logins: number
  /** Ends every session. */
  forget: () => void
}

const page = (body: string) => `<!doctype html><html lang="en"><title>Alerts</title><body>${body}</body></html>`
const escaped = (value: string) => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/**
 * Starts one on a free port of the loopback interface.
 * @param alerts what it knows when it is asked
 * @param extra HTML on the page of alerts
 */
export async function startConsole(
  password: string,
  alerts: () => Promise<ShownAlert[]> | ShownAlert[],
  extra = '',
): Promise<TestConsole> {
  let session = 0
  const state = { requests: [] as string[], logins: 0 }
  const server = createServer((request, response) => {
    const send = (status: number, body: string, headers: Record<string, string> = {}) =>
      response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(page(body))
    void answer(request).catch((error: Error) => send(500, escaped(error.message)))

    async function answer({ method, url = '/', headers }: IncomingMessage): Promise<void> {
      state.requests.push(`${method} ${url}`)
      const { pathname, searchParams } = new URL(url, 'http://console')
      if (method === 'POST') {
        const given = new URLSearchParams(await text(request))
        if (given.get('password') !== password) return void send(200, '<p>Wrong password</p>')
        state.logins += 1
        return void send(303, '', { location: '/home', 'set-cookie': `session=${session}; HttpOnly` })
      }
      if (headers.cookie !== `session=${session}`)
        return void send(
          200,
          '<form method="post" action="/login"><input id="user" name="user"><input id="password" type="password" name="password"><button>Log in</button></form>',
        )
      if (pathname !== '/alerts') return void send(200, '<h1>Welcome</h1>')
      const wanted = searchParams.get('q') ?? ''
      const found = (await alerts()).filter((alert) => Object.values(alert).includes(wanted))
      const rows = found.map(
        (alert) =>
          `<tr>${Object.values(alert)
            .map((cell) => `<td>${escaped(cell)}</td>`)
            .join('')}</tr>`,
      )
      send(
        200,
        `<h1>Alerts</h1><form><input name="q" value="${escaped(wanted)}"></form><table>${rows.join('')}</table>${extra}`,
      )
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}/`,
    forget: () => {
      session += 1
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}
