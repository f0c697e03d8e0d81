import { isDecided, type Figures } from '../harness/evidence/figures.ts'
import type { CampaignRecord } from '../harness/evidence/record.ts'
import { waitingCurve } from '../harness/evidence/time-to-detect.ts'
import { counted, percent, time } from './format.ts'
import { escapeMarkup } from './text.ts'

/** The time to detect as a picture, as a table, and in words. */
export interface Waiting {
  svg: string
  caption: string
  /** Share of the trials that was alerted on by some round times, with its interval. */
  rows: { by: string; share: string; interval: string; alerted: number }[]
}

const [width, height] = [720, 260]
const area = { left: 52, right: width - 16, top: 14, bottom: height - 40 }
/** Round times of the scale, milliseconds. */
const ticks = [
  [1, '1 ms'],
  [10, '10 ms'],
  [100, '100 ms'],
  [1000, '1 s'],
  [10_000, '10 s'],
  [60_000, '1 min'],
] as const
const listed = [10, 50, 100, 500, 1000, 5000, 10_000, 60_000]

type Curve = ReturnType<typeof waitingCurve>

/** Kaplan-Meier curve of the trials that ask for an alert and were decided; null where none was. Pure. */
export function waiting({ run }: Pick<CampaignRecord, 'run'>, { scenarios, timeToDetect }: Figures): Waiting | null {
  const trials = scenarios
    .filter(({ scenario }) => scenario.expected === 'detected')
    .flatMap(({ stimuli }) => stimuli)
    .filter(({ verdict }) => isDecided({ outcome: verdict as Figures['scenarios'][number]['outcome'] }))
  if (trials.length === 0) return null
  const { windowMs } = run.campaign
  const curve = waitingCurve(trials, windowMs)
  const { censored, medianMs } = timeToDetect
  const last = Math.max(windowMs, curve.at(-1)?.time ?? 0)
  const median = medianMs === null ? `longer than ${time(windowMs)}` : time(medianMs)
  return {
    svg: plot(
      curve,
      last,
      windowMs,
      medianMs,
      `Share of ${counted(trials.length, 'trial')} alerted on by time since the first frame, on a logarithmic scale: half of them by ${median}, ${percent(1 - (curve.at(-1)?.survival ?? 1))} in the end`,
    ),
    caption: `Kaplan-Meier estimate over ${counted(trials.length, 'trial')}, with its pointwise 95% interval. ${censored === 0 ? 'None is censored' : `${counted(censored, 'trial')} without an alert in time ${censored === 1 ? 'is' : 'are'} censored at the window of ${time(windowMs)}`}. Median: ${median}.`,
    rows: listed
      .filter((by) => by <= last)
      .map((by) => {
        const reached = curve.filter((step) => step.time <= by)
        const { survival, low, high } = reached.at(-1) ?? { survival: 1, low: 1, high: 1 }
        return {
          by: time(by),
          share: percent(1 - survival),
          interval: reached.length === 0 ? '–' : `${percent(1 - high)} to ${percent(1 - low)}`,
          alerted: reached.reduce((sum, { events }) => sum + events, 0),
        }
      }),
  }
}

function plot(curve: Curve, last: number, windowMs: number, medianMs: number | null, label: string): string {
  const top = Math.log10(Math.max(10, last))
  const x = (ms: number) =>
    place(area.left + (Math.max(0, Math.log10(Math.max(1, ms))) / top) * (area.right - area.left))
  const y = (share: number) => place(area.bottom - share * (area.bottom - area.top))
  const stairs = (value: (step: Curve[number]) => number) => {
    let level = 0
    const points = [`${x(1)},${y(0)}`]
    // Steps that fall on the same tenth of a pixel look like one.
    let at = ''
    for (const step of curve) {
      const here = x(step.time).toFixed(1)
      if (here === at) points.splice(-1, 1)
      else points.push(`${here},${y(level)}`)
      at = here
      level = value(step)
      points.push(`${here},${y(level)}`)
    }
    return [...points, `${x(last)},${y(level)}`]
  }
  const band = [...stairs(({ low }) => 1 - low), ...stairs(({ high }) => 1 - high).reverse()]
  const parts = [
    ...[0, 0.25, 0.5, 0.75, 1].map(
      (share) =>
        `<line class="grid" x1="${area.left}" x2="${area.right}" y1="${y(share)}" y2="${y(share)}"/><text class="tick" x="${area.left - 8}" y="${y(share)}" text-anchor="end" dominant-baseline="middle">${share * 100}%</text>`,
    ),
    ...ticks
      .filter(([ms]) => ms <= last)
      .map(([ms, name]) => {
        const anchor = x(ms) > area.right - 20 ? 'end' : 'middle'
        return `<text class="tick" x="${x(ms)}" y="${area.bottom + 18}" text-anchor="${anchor}">${name}</text>`
      }),
    `<text class="tick" x="${area.right}" y="${height - 4}" text-anchor="end">time since the first frame</text>`,
    `<polygon class="band" points="${band.join(' ')}"/>`,
    `<polyline class="curve" points="${stairs(({ survival }) => 1 - survival).join(' ')}"/>`,
    ...marker(x(windowMs), 'window', windowMs <= last),
    ...(medianMs === null ? [] : marker(x(medianMs), 'median', true)),
  ]
  return `<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeMarkup(label)}">${parts.join('')}</svg>\n`
}

function marker(at: number, name: string, isShown: boolean): string[] {
  if (!isShown) return []
  const isRight = at > area.right - 60
  return [
    `<line class="edge" x1="${at}" x2="${at}" y1="${area.top}" y2="${area.bottom}"/>`,
    `<text class="tick" x="${at + (isRight ? -6 : 6)}" y="${area.bottom - 8}" text-anchor="${isRight ? 'end' : 'start'}">${name}</text>`,
  ]
}

function place(pixels: number): number {
  return Math.round(pixels * 10) / 10
}
