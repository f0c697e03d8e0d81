import type { YamlNode } from './yaml.ts'

/** A path into a document, as zod gives it. */
export type Path = readonly PropertyKey[]

/** Offset of the value at a path; where the path leads nowhere, of the nearest value around it. */
export function valueAt(root: YamlNode, path: Path): number {
  return walk(root, path).node.at
}

/** Offset of the key that names the value at a path; of an item itself in a list; of the document at its root. */
export function keyAt(root: YamlNode, path: Path): number {
  const { node, key } = walk(root, path)
  return key ?? node.at
}

function walk(root: YamlNode, path: Path): { node: YamlNode; key: number | null } {
  let node = root
  let key: number | null = null
  for (const part of path) {
    const entry = node.entries?.get(String(part))
    const next = entry?.node ?? node.items?.[Number(part)]
    if (next === undefined) break
    node = next
    key = entry?.at ?? null
  }
  return { node, key }
}

/** `expect.alert[0].within`, for messages. */
export function written(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? String(part) : `${text}.${String(part)}`
  }, '')
}
