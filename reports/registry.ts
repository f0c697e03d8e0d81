import { attire } from './attire.ts'
import { csv } from './csv.ts'
import { html } from './html.ts'
import { junit } from './junit.ts'
import { markdown } from './markdown.ts'
import { navigator } from './navigator.ts'
import { ocsf } from './ocsf.ts'
import { oscal } from './oscal.ts'
import { pdf } from './pdf.ts'
import type { Reporter } from './reporter.ts'
import { sarif } from './sarif.ts'

/** Every reporter, by the name that `--format` takes. */
export const reporters = { html, pdf, markdown, csv, junit, navigator, oscal, sarif, ocsf, attire } satisfies Record<
  string,
  Reporter
>

export type ReporterName = keyof typeof reporters
