import { z } from 'zod'
import { nearest } from '../scenario/nearest.ts'
import { duration, slug } from '../scenario/schema.ts'

/** What stands for a value of the trial in the texts of a console's search. */
export const consolePlaceholders = [
  'marker',
  'scenario',
  'trial',
  'client.ipv4',
  'client.ipv6',
  'client.mac',
  'client.port',
  'server.ipv4',
  'server.ipv6',
  'server.mac',
  'server.port',
] as const

export type ConsolePlaceholder = (typeof consolePlaceholders)[number]

const selector = z.string().min(1).max(500).describe("CSS selector, or another of Playwright's.")
const text = z.string().min(1).max(500)

const secret = z
  .strictObject({
    env: z
      .string()
      .regex(/^[A-Za-z_]\w*$/, 'write the name of an environment variable')
      .optional()
      .describe('Environment variable that holds it.'),
    file: z.string().min(1).optional().describe('File that holds it, which its owner alone may read.'),
  })
  .refine(({ env, file }) => (env === undefined) !== (file === undefined), 'give either env or file')

const fill = z
  .strictObject({
    selector,
    value: z.string().max(500).optional(),
    secret: secret
      .optional()
      .describe('Where a value is that must not be in this file. It is never recorded or shown.'),
  })
  .refine((given) => (given.value === undefined) !== (given.secret === undefined), 'give either value or secret')

const step = z
  .strictObject({
    goto: text.optional().describe("Path or address on the console's own host."),
    fill: fill.optional(),
    click: selector.optional(),
    waitFor: z
      .strictObject({ text: text.optional(), selector: selector.optional() })
      .refine((given) => (given.text === undefined) !== (given.selector === undefined), 'give either text or selector')
      .optional()
      .describe('What shows that the page is ready. What shows the alert stands under `shows`.'),
    screenshot: z
      .enum(['screen', 'page'])
      .optional()
      .describe('When the picture is taken: of what a screen shows, or of the whole page. Absent: at the end.'),
  })
  .refine((given) => Object.keys(given).length === 1, 'give one of goto, fill, click, waitFor and screenshot')

/** A web page of the stack on which alerts can be seen, and how to look for them there. */
export const consoleSchema = z
  .strictObject({
    name: slug,
    url: z
      .url({ protocol: /^https?$/, error: 'write an address that begins with http:// or https://' })
      .describe('Where it is. No other host is asked for anything.'),
    login: z.array(step).max(30).default([]).describe('Steps that are taken once.'),
    search: z.array(step).min(1).max(30).describe('Steps that look for one trial.'),
    shows: z
      .strictObject({
        selector: selector.default('body'),
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder
        texts: z.array(text).min(1).max(10).default(['${client.ipv4}']),
      })
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder
      .default({ selector: 'body', texts: ['${client.ipv4}'] })
      .describe('The alert is shown when one visible element of `selector` holds all `texts`, each as a whole word.'),
    within: duration.default(10_000).describe('How long after the trial the page may take to show it.'),
    each: z
      .enum(['scenario', 'trial'])
      .default('scenario')
      .describe('Whether one anomaly of a scenario is looked for, or all.'),
    atMost: z.number().int().min(1).max(1000).default(200).describe('Trials that are looked for at most.'),
    acceptAnyCertificate: z.boolean().default(false).describe('For a console whose certificate nobody vouches for.'),
  })
  .superRefine(({ url, login, search, shows }, context) => {
    const issue = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message })
    for (const [name, steps] of Object.entries({ login, search }))
      for (const [index, each] of steps.entries()) {
        const given = [
          each.goto,
          each.fill?.value,
          each.click,
          each.fill?.selector,
          each.waitFor?.text,
          each.waitFor?.selector,
        ]
        for (const one of given) {
          const [unknown] = name === 'search' ? unknownPlaceholders(one ?? '') : placeholdersIn(one ?? '')
          if (unknown === undefined) continue
          issue([name, index], name === 'search' ? notKnown(unknown) : 'nothing of a trial is known before the search')
        }
        if (each.goto !== undefined && hostOf(each.goto, url) !== hostOf('', url))
          issue([name, index, 'goto'], `leads away from ${hostOf('', url) ?? url}; no other host is asked`)
      }
    for (const [index, one] of shows.texts.entries()) {
      const [unknown] = unknownPlaceholders(one)
      if (unknown !== undefined) issue(['shows', 'texts', index], notKnown(unknown))
      else if (placeholdersIn(one).length === 0 && shows.texts.every((each) => placeholdersIn(each).length === 0))
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder
        issue(['shows', 'texts', index], 'is the same for every trial; name a placeholder such as ${client.ipv4}')
    }
  })

export type ConsoleSettings = z.output<typeof consoleSchema>
export type ConsoleStep = ConsoleSettings['login'][number]

function placeholdersIn(given: string): string[] {
  return [...given.matchAll(/\$\{([^}]*)\}/g)].map(([, name = '']) => name)
}

function unknownPlaceholders(given: string): string[] {
  return placeholdersIn(given).filter((name) => !consolePlaceholders.some((known) => known === name))
}

function notKnown(name: string): string {
  const near = nearest(name, [...consolePlaceholders])
  return `unknown placeholder "\${${name}}"${near === null ? `; use ${consolePlaceholders.join(', ')}` : `; did you mean "\${${near}}"?`}`
}

function hostOf(path: string, base: string): string | null {
  try {
    return new URL(path.replaceAll(/\$\{[^}]*\}/g, '0'), base).origin
  } catch {
    return null
  }
}
