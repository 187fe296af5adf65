export interface Import {
  /** Path from the repository's root: `src/plan/diff.ts`. */
  readonly file: string
  readonly line: number
  /** As written: `../model/index.ts`, `node:fs`, `koffi`. */
  readonly target: string
  /** `import type`: gone before the program runs. */
  readonly typeOnly: boolean
}

/**
 * All imports of a source text, re-exports and `import(…)` included. Reads the shapes that the formatter leaves,
 * not the language: a statement starts its line, a target stands in single quotes.
 */
export function importsOf(file: string, text: string): Import[] {
  const found: Import[] = []
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length
  const statement = /^(?:import|export)\s+(type\s+)?(?:[\w*{][^'";]*?\sfrom\s+)?'([^']+)'/gm
  for (const { 0: whole, 1: type, 2: target, index } of text.matchAll(statement)) {
    if (target !== undefined) {
      found.push({ file, line: lineAt(index), target, typeOnly: type !== undefined || onlyTypes(whole) })
    }
  }
  for (const { 1: target, index } of text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)) {
    if (target !== undefined) found.push({ file, line: lineAt(index), target, typeOnly: false })
  }
  return found
}

/** `import { type A, type B } from …` */
function onlyTypes(statement: string): boolean {
  const names = /\{([^}]*)\}/.exec(statement)?.[1]
  if (names === undefined) return false
  const each = names.split(',').map((name) => name.trim())
  return each.every((name) => name === '' || name.startsWith('type '))
}
