import { OUR_TABLE, fail, mark, ok, type KernelError, type Remembered, type Result } from '../model/index.ts'
import { runOnce } from './run-once.ts'

/**
 * One element of the map that packets fill. By a process of its own: it is asked for by people, and a form of text
 * that is rarely used must not be what ends the daemon.
 */
export async function rememberedUnder(key: number): Promise<Result<Remembered | undefined, KernelError>> {
  const argv = ['get', 'element', ...OUR_TABLE.split(' '), 'affinity', `{ ${key} }`]
  const { ok: isThere, output, error } = await runOnce('nft', argv)
  if (isThere) return ok(readElement(output))
  if (/No such file or directory/.test(error)) return ok(undefined)
  return fail({ code: 'refused', what: `nft ${argv.join(' ')}`, said: error.trim() })
}

/** `elements = { 610961120 expires 9m59s984ms : 0x01000000 }` */
export function readElement(listing: string): Remembered | undefined {
  const [, time, value] = /expires (\w+)[^:]*: (0x[0-9a-f]+)/.exec(listing) ?? []
  if (time === undefined || value === undefined) return undefined
  const expiresMs = [...time.matchAll(/(\d+)(ms|[dhms])/g)].reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (UNIT_MS[unit] ?? 0),
    0,
  )
  return { mark: mark(Number(value)), expiresMs }
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
