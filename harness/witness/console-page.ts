import { setPriority } from 'node:os'
import type { BrowserServer, Page } from 'playwright'
import { SetupError } from '../errors.ts'
import type { ConsoleSettings, ConsoleStep } from '../plan/console.ts'
import type { Secrets } from './console-secrets.ts'

/** What one step may take, milliseconds. */
const stepMs = 5000
/** The campaign comes first: Chromium gets what it leaves of the processors. */
const niceness = 10

/** What Debian's and other Chromiums need to run as root, without a display, and to ask nothing of anyone. */
const browserArguments = ['--no-sandbox', '--disable-gpu', '--disable-background-networking']

/** What was seen when a trial was looked for. */
export interface Look {
  isShown: boolean
  /** PNG; null when the page showed a secret. */
  picture: Uint8Array | null
}

/** A console in a Chromium of its own. One look at a time. */
export class ConsolePage implements AsyncDisposable {
  readonly #settings: ConsoleSettings
  readonly #secrets: Secrets
  readonly #server: BrowserServer
  readonly #page: Page
  #isLoggedIn = false

  private constructor(settings: ConsoleSettings, secrets: Secrets, server: BrowserServer, page: Page) {
    this.#settings = settings
    this.#secrets = secrets
    this.#server = server
    this.#page = page
  }

  /** @param browser path of a Chromium executable @throws SetupError when it does not start */
  static async open(settings: ConsoleSettings, secrets: Secrets, browser: string | null): Promise<ConsolePage> {
    if (browser === null) throw new SetupError('no Chromium was found; tocsin setup installs it')
    const { chromium } = await import('playwright')
    const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false }
    const server = await chromium
      .launchServer({ executablePath: browser, args: browserArguments, timeout: 60_000, ...signals })
      .catch((error: Error) => {
        throw new SetupError(`cannot start Chromium at ${browser}: ${firstLine(error)}`, { cause: error })
      })
    try {
      lowerPriority(server)
      const connected = await chromium.connect(server.wsEndpoint())
      const context = await connected.newContext({
        viewport: { width: 1280, height: 900 },
        colorScheme: 'light',
        serviceWorkers: 'block',
        acceptDownloads: false,
        ignoreHTTPSErrors: settings.acceptAnyCertificate,
      })
      const { origin } = new URL(settings.url)
      await context.route(
        (url) => url.origin !== origin,
        (route) => route.abort(),
      )
      const page = await context.newPage()
      page.setDefaultTimeout(stepMs)
      return new ConsolePage(settings, secrets, server, page)
    } catch (error) {
      await server.close()
      throw error
    }
  }

  /**
   * Logs in where that is not done yet, and looks for a trial.
   * @param values what the placeholders stand for
   * @throws Error with one sentence that says which step failed; it holds no secret
   */
  async look(values: ReadonlyMap<string, string>): Promise<Look> {
    const { login, search, shows } = this.#settings
    if (!this.#isLoggedIn) await this.#take('login', login, values)
    this.#isLoggedIn = true
    try {
      const picture = await this.#take('search', search, values)
      const isShown = await this.#isShown(shows, values)
      return { isShown, picture: picture === undefined ? await this.#picture('screen') : picture }
    } catch (error) {
      // It may be that the session has ended. Where it has not, the form to log in would not be shown again.
      this.#isLoggedIn = false
      await this.#page.context().clearCookies()
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close()
  }

  /** @returns the picture, where a step takes one */
  async #take(
    name: 'login' | 'search',
    steps: readonly ConsoleStep[],
    values: ReadonlyMap<string, string>,
  ): Promise<Uint8Array | null | undefined> {
    let picture: Uint8Array | null | undefined
    for (const [index, step] of steps.entries()) {
      try {
        if (step.screenshot !== undefined) picture = await this.#picture(step.screenshot)
        else await this.#step(step, (text) => filled(text, values))
      } catch (error) {
        const where = `step ${index + 1} of the ${name} (${Object.keys(step)[0]})`
        throw new Error(this.#secrets.hide(`${where} failed: ${firstLine(error as Error)}`), { cause: null })
      }
    }
    return picture
  }

  async #step({ goto, fill, click, waitFor }: ConsoleStep, text: (given: string) => string): Promise<void> {
    const page = this.#page
    if (goto !== undefined) {
      const response = await page.goto(new URL(text(goto), this.#settings.url).href)
      if (response && response.status() >= 400) throw new Error(`the console answered ${response.status()}`)
    }
    if (fill !== undefined)
      await page.fill(
        text(fill.selector),
        fill.secret === undefined ? text(fill.value ?? '') : this.#secrets.of(fill.secret),
      )
    if (click !== undefined) await page.click(text(click))
    if (waitFor?.selector !== undefined) await page.waitForSelector(text(waitFor.selector))
    if (waitFor?.text !== undefined) await page.getByText(text(waitFor.text)).first().waitFor()
  }

  async #isShown({ selector, texts }: ConsoleSettings['shows'], values: ReadonlyMap<string, string>): Promise<boolean> {
    const words = texts.map((text) => wholeWord(filled(text, values)))
    // Not by textContent, in which the cells of a row run into one another.
    const shown = await this.#page.locator(selector).filter({ visible: true }).allInnerTexts()
    return shown.some((text) => words.every((word) => word.test(text)))
  }

  async #picture(what: 'screen' | 'page'): Promise<Uint8Array | null> {
    const page = this.#page
    if (this.#secrets.isIn(await visibleText(page))) return null
    return page.screenshot({
      fullPage: what === 'page',
      animations: 'disabled',
      mask: [page.locator('input[type=password]'), ...this.#secretFields().map((selector) => page.locator(selector))],
    })
  }

  /** Fields that a secret is filled into, whatever their type. */
  #secretFields(): string[] {
    const steps = [...this.#settings.login, ...this.#settings.search]
    return steps.flatMap(({ fill }) => (fill?.secret === undefined ? [] : [fill.selector]))
  }
}

/** What can be read on the page, values of fields included; those of passwords are masked in a picture. */
async function visibleText(page: Page): Promise<string> {
  const texts = await page.locator('body').allInnerTexts()
  const fields = await page.locator('input:not([type=password]), textarea').all()
  const written = await Promise.all(fields.map((field) => field.inputValue()))
  return [...texts, ...written].join('\n')
}

function filled(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$\{([^}]*)\}/g, (whole, name: string) => values.get(name) ?? whole)
}

/** `198.18.0.2` is not found in `198.18.0.21`. */
function wholeWord(text: string): RegExp {
  const escaped = text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(String.raw`(?<![\w.:])${escaped}(?![\w:]|\.\d)`, 'i')
}

/** What Playwright logs below tells what was filled in. */
function firstLine({ message }: Error): string {
  return message.split('\n')[0] ?? ''
}

function lowerPriority(server: BrowserServer): void {
  const { pid } = server.process()
  if (pid === undefined) return
  try {
    setPriority(pid, niceness)
  } catch {
    // It has ended already, which whoever connects to it is told.
  }
}
