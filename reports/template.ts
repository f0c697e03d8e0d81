import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ejs from 'ejs'
import { SetupError } from '../harness/errors.ts'
import { escapeMarkup } from './text.ts'

/**
 * Renders one of `reports/templates`. `<%= %>` writes text that can do nothing but be read; `<%- %>` writes as it is
 * and is for parts, style and script alone. In a template everything passed in hangs on `it`.
 */
export function renderTemplate(name: string, it: Record<string, unknown> = {}): string {
  return load(name)(it)
}

type Template = (it: Record<string, unknown>) => string

const compiled = new Map<string, Template>()
let folder: string | undefined

function load(name: string): Template {
  const known = compiled.get(name)
  if (known) return known
  folder ??= findFolder()
  const file = join(folder, name)
  const template = ejs.compile(ejs.fileLoader(file).toString(), {
    filename: file,
    strict: true,
    localsName: 'it',
    escape: (value?: string | number | boolean) => escapeMarkup(String(value ?? '')),
    rmWhitespace: false,
  }) as Template
  compiled.set(name, template)
  return template
}

// Compiled code runs from dist/, the templates stay among the sources.
function findFolder(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); at !== dirname(at); at = dirname(at)) {
    const candidate = join(at, 'reports', 'templates')
    if (existsSync(join(candidate, 'report.html.ejs'))) return candidate
  }
  throw new SetupError('reports/templates is missing from this installation; install Tocsin again')
}
