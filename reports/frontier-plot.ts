import type { RecordedFrontier } from '../harness/evidence/record.ts'
import { type FrontierPoint, pointRate, pointShare } from './frontier-words.ts'
import { escapeMarkup } from './text.ts'

/** A picture and what it shows. */
export interface Plot {
  svg: string
  caption: string
}

const [width, height] = [720, 280]
const area = { left: 56, right: width - 20, top: 26, bottom: height - 44 }
/** Neighbours of a change that its own picture shows on each side. */
const neighbours = 4

/** Detection rate against the parameter, over the whole stretch, and once more around a change that is hard to see in it. */
export function frontierPlots(found: RecordedFrontier): Plot[] {
  const { from, to, parameter, edges } = found
  const whole = {
    svg: plot(found, from, to),
    caption: `Detection rate by ${parameter}, with 95% Wilson intervals; dashed: the frontier.`,
  }
  const close = edges.flatMap((edge): Plot[] => {
    const values = found.points.map(({ value }) => value)
    const at = values.indexOf(edge.below)
    const [low = from, high = to] = [
      values[Math.max(0, at - neighbours)],
      values[Math.min(values.length - 1, at + 1 + neighbours)],
    ]
    if (high - low > (to - from) / 5) return []
    return [
      { svg: plot(found, low, high), caption: `The same around the change between ${edge.below} and ${edge.above}.` },
    ]
  })
  return [whole, ...close]
}

function plot(found: RecordedFrontier, from: number, to: number): string {
  const x = (value: number) => place(area.left + ((value - from) / (to - from || 1)) * (area.right - area.left))
  const y = (rate: number) => place(area.bottom - rate * (area.bottom - area.top))
  const points = found.points.filter(({ value }) => value >= from && value <= to)
  const edges = found.edges.filter(({ below, above }) => below >= from && above <= to)
  const parts = [
    ...[0, 0.5, 1].map(
      (rate) =>
        `<line class="grid" x1="${area.left}" x2="${area.right}" y1="${y(rate)}" y2="${y(rate)}"/><text class="tick" x="${area.left - 8}" y="${y(rate)}" text-anchor="end" dominant-baseline="middle">${rate * 100}%</text>`,
    ),
    ...ticks(from, to).map(
      (value) => `<text class="tick" x="${x(value)}" y="${area.bottom + 20}" text-anchor="middle">${value}</text>`,
    ),
    `<text class="tick" x="${area.right}" y="${height - 6}" text-anchor="end">${escapeMarkup(found.parameter)}</text>`,
    ...edges.map(({ below, above }) => {
      const middle = x((below + above) / 2)
      return `<line class="edge" x1="${middle}" x2="${middle}" y1="${area.top - 6}" y2="${area.bottom}"/><text class="tick" x="${middle}" y="${area.top - 12}" text-anchor="middle">${below} | ${above}</text>`
    }),
    ...points.map((point) => mark(point, x, y)),
  ]
  const label = `Detection rate by ${found.parameter}, ${from} to ${to}`
  return `<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeMarkup(label)}">${parts.join('')}</svg>\n`
}

function mark(point: FrontierPoint, x: (value: number) => number, y: (rate: number) => number): string {
  const { value, detected, decided, isDetected, isSure } = point
  const { interval } = pointShare(point)
  if (interval === null) return ''
  const { low, high } = interval
  const style = `${isDetected ? 'seen' : 'unseen'}${isSure ? '' : ' unsure'}`
  const about = escapeMarkup(`${value}: ${pointRate(point)}`)
  return `<g class="${style}"><title>${about}</title><line x1="${x(value)}" x2="${x(value)}" y1="${y(low)}" y2="${y(high)}"/><circle cx="${x(value)}" cy="${y(detected / decided)}" r="4"/></g>`
}

/** About five round values within a stretch. */
function ticks(from: number, to: number): number[] {
  const rough = (to - from) / 5
  if (!(rough > 0)) return [from]
  const unit = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((each) => each * unit >= rough) ?? 10) * unit
  const first = Math.ceil(from / step)
  return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(10)),
  )
}

function place(pixels: number): number {
  return Math.round(pixels * 100) / 100
}
