import { fail, ok } from '../model/index.ts'
import type { Result } from '../model/index.ts'
import type { LineOptions } from './topology.ts'

const BITS = { kbit: 1e3, mbit: 1e6, gbit: 1e9 } as const
const RATE = /^(\d+(?:\.\d+)?)(kbit|mbit|gbit)$/

/**
 * `fiber:100mbit,dsl:20mbit/5mbit,lte`: name, then down and up; up alone left out is as fast as down, both left out
 * is as fast as the machine.
 */
export function parseLineSpecs(text: string): Result<LineOptions[], string> {
  const lines: LineOptions[] = []
  for (const spec of text.split(',')) {
    const [name = '', rates, ...rest] = spec.trim().split(':')
    if (rest.length > 0) return fail(`"${spec}" has more than one colon; expected NAME:100mbit`)
    if (rates === undefined) {
      lines.push({ name })
      continue
    }
    const [down = '', up = down, ...more] = rates.split('/')
    const downBitsPerSecond = parseRate(down)
    const upBitsPerSecond = parseRate(up)
    if (downBitsPerSecond === undefined || upBitsPerSecond === undefined || more.length > 0)
      return fail(`"${rates}" is no speed; expected one like 100mbit or 20mbit/5mbit (kbit, mbit, gbit)`)
    lines.push({ name, downBitsPerSecond, upBitsPerSecond })
  }
  return ok(lines)
}

function parseRate(text: string): number | undefined {
  const [, number, unit] = RATE.exec(text) ?? []
  const bits = number === undefined ? 0 : Number(number) * BITS[unit as keyof typeof BITS]
  return bits > 0 ? bits : undefined
}
