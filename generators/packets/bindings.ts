import type { Layer, Space } from './layer.ts'
import { layers } from './registry.ts'

const byNumber = new Map<string, string>()
for (const layer of Object.values<Layer>(layers))
  for (const [space, numbers] of Object.entries(layer.boundTo ?? {}))
    for (const number of [numbers].flat()) byNumber.set(`${space} ${number}`, layer.name)

/** The layer of this name, own names only. */
export function findLayer(name: string): Layer | undefined {
  return Object.hasOwn(layers, name) ? layers[name as keyof typeof layers] : undefined
}

/** Name of the layer that a number stands for. */
export function boundLayer(space: Space, number: number): string | undefined {
  return byNumber.get(`${space} ${number}`)
}

/** The number that stands for a layer. */
export function boundNumber(space: Space, layer: Layer): number | undefined {
  const numbers = layer.boundTo?.[space]
  return typeof numbers === 'number' ? numbers : numbers?.[0]
}
