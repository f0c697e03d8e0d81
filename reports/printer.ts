import { setImmediate } from 'node:timers/promises'
import type { Browser, Page } from 'playwright'
import { SetupError } from '../harness/errors.ts'

/** What Debian's and other Chromiums need to run as root, without a display, and to ask nothing of anyone. */
export const browserArguments = ['--no-sandbox', '--disable-gpu', '--disable-background-networking']

// Nobody's address: every request is answered here or not at all.
const address = 'http://report.invalid/'

/** Turns of the event loop until a request has left for Chromium: it passes through two queues of playwright. */
const turnsToLeave = 3

/** How a page is printed; the rest is A4, tagged and with an outline. */
export interface Paper {
  /** HTML at the head and at the foot of every page, as Chromium takes it. */
  header: string
  footer: string
}

interface Opened {
  browser: Browser
  page: Page
}

/** A Chromium that prints pages. It takes seconds to start, so start it while something else is waited for. */
export class Printer implements AsyncDisposable {
  readonly #find: () => Promise<string | null>
  #opened: Promise<Opened> | null = null
  #tellAtWork: () => void = () => undefined
  /** Resolves when Chromium has a page to print and all that it needs for it. Work of one's own until then keeps it waiting. */
  readonly atWork = new Promise<void>((resolve) => {
    this.#tellAtWork = resolve
  })

  /** @param find gives the path of a Chromium executable, or null where there is none */
  constructor(find: () => Promise<string | null>) {
    this.#find = find
  }

  /** Starts Chromium if it is not started yet. What goes wrong is told by `print`. */
  start(): void {
    this.#opened ??= this.#find().then(open)
    this.#opened.catch(() => undefined)
  }

  /**
   * Prints a self-contained page. One at a time.
   * @throws SetupError when there is no Chromium, or it does not start
   */
  async print(html: string, { header, footer }: Paper): Promise<Uint8Array> {
    this.start()
    const { page } = await (this.#opened as Promise<Opened>)
    await page.unroute('**/*')
    await page.route('**/*', (route) =>
      route.request().url() === address
        ? route.fulfill({ contentType: 'text/html; charset=utf-8', body: html })
        : route.abort(),
    )
    await page.goto(address)
    const printed = page.pdf({
      format: 'A4',
      preferCSSPageSize: true,
      printBackground: true,
      tagged: true,
      outline: true,
      displayHeaderFooter: true,
      headerTemplate: header,
      footerTemplate: footer,
    })
    printed.catch(() => undefined)
    for (let turn = 0; turn < turnsToLeave; turn++) await setImmediate()
    this.#tellAtWork()
    return printed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opened = await this.#opened?.catch(() => null)
    await opened?.browser.close()
  }
}

async function open(path: string | null): Promise<Opened> {
  if (path === null) throw new SetupError('no Chromium was found; tocsin setup installs it')
  // It takes a second to load, and most commands print nothing.
  const { chromium } = await import('playwright')
  const browser = await chromium
    .launch({ executablePath: path, args: browserArguments, timeout: 60_000 })
    .catch((error: Error) => {
      throw new SetupError(`cannot start Chromium at ${path}: ${error.message.split('\n')[0]}`, { cause: error })
    })
  try {
    return { browser, page: await browser.newPage({ javaScriptEnabled: false, colorScheme: 'light' }) }
  } catch (error) {
    await browser.close()
    throw error
  }
}
