import { fail, ok } from '../model/index.ts'
import type { Result } from '../model/index.ts'
import type { Complaint } from './problem.ts'
import { quote } from './quote.ts'

/** From the least to the most that is taken, as one writes them, and why there are bounds. */
export interface Bounds {
  readonly min: string
  readonly max: string
  /** Completes "because": of the lower bound, of the upper. */
  readonly tooLittle?: string
  readonly tooMuch?: string
}

/** What is counted, and in which units. */
interface Kind {
  /** Follows "expected". */
  readonly is: string
  readonly units: Readonly<Record<string, number>>
  /** What others write for a unit. */
  readonly alias: Readonly<Record<string, string>>
  /** Follow "too". */
  readonly extremes: readonly [under: string, over: string]
  /** Most likely meant by a number alone. */
  readonly usual: string
}

const DURATION: Kind = {
  is: 'a time with its unit (ms, s, m, h)',
  units: { ms: 1, s: 1000, m: 60_000, h: 3_600_000 },
  alias: { msec: 'ms', millis: 'ms', milliseconds: 'ms', sec: 's', secs: 's', second: 's', seconds: 's',
    min: 'm', mins: 'm', minute: 'm', minutes: 'm', hour: 'h', hours: 'h', hr: 'h' },
  extremes: ['short', 'long'],
  usual: 's',
} // prettier-ignore

const SHARE: Kind = {
  is: 'a share, such as 20%',
  units: { '%': 0.01 },
  alias: { percent: '%', pct: '%' },
  extremes: ['little', 'much'],
  usual: '%',
}

/** Decimal, as providers count. */
const SIZE: Kind = {
  is: 'an amount with its unit (kB, MB, GB, TB)',
  units: { kB: 1000, MB: 1_000_000, GB: 1_000_000_000, TB: 1_000_000_000_000 },
  alias: {
    k: 'kB',
    kb: 'kB',
    kib: 'kB',
    m: 'MB',
    mb: 'MB',
    mib: 'MB',
    g: 'GB',
    gb: 'GB',
    gib: 'GB',
    t: 'TB',
    tb: 'TB',
    tib: 'TB',
  },
  extremes: ['little', 'much'],
  usual: 'MB',
}

/** Of a line, as providers tell it. */
const RATE: Kind = {
  is: 'a speed with its unit (kbit, Mbit, Gbit)',
  units: { kbit: 1000, Mbit: 1_000_000, Gbit: 1_000_000_000 },
  alias: { k: 'kbit', kbps: 'kbit', 'kbit/s': 'kbit', kb: 'kbit', m: 'Mbit', mbps: 'Mbit', 'mbit/s': 'Mbit',
    mb: 'Mbit', 'mb/s': 'Mbit', g: 'Gbit', gbps: 'Gbit', 'gbit/s': 'Gbit', gb: 'Gbit' },
  extremes: ['slow', 'fast'],
  usual: 'Mbit',
} // prettier-ignore

type Parsed = Result<number, Complaint>

/** `500ms`, `3s`, `10m`, `1h`, also `1.5 s`: in milliseconds */
export const duration = (text: string, bounds: Bounds): Parsed => read(text, DURATION, bounds)

/** `20%`: 0-1 */
export const share = (text: string, bounds: Bounds): Parsed => read(text, SHARE, bounds)

/** `50 MB`: in bytes */
export const size = (text: string, bounds: Bounds): Parsed => read(text, SIZE, bounds)

/** `20 Mbit`: in bits per second */
export const rate = (text: string, bounds: Bounds): Parsed => read(text, RATE, bounds)

/** @param text as we write it ourselves */
export function sizeBytes(text: string): number {
  const value = valueOf(text, SIZE)
  if (value === undefined) throw new Error(`no amount: ${text}`)
  return value
}

function read(text: string, kind: Kind, bounds: Bounds): Parsed {
  const value = valueOf(text, kind)
  if (value === undefined) return fail(unread(text, kind))
  const [min, max] = [valueOf(bounds.min, kind), valueOf(bounds.max, kind)]
  if (min === undefined || max === undefined) throw new Error(`no bounds: ${bounds.min}, ${bounds.max}`)
  if (value >= min && value <= max) return ok(value)
  const [under, over] = kind.extremes
  const [extreme, why] = value < min ? [under, bounds.tooLittle] : [over, bounds.tooMuch]
  return fail({
    code: 'MH210',
    message: `${quote(text)} is too ${extreme}`,
    label: `expected ${bounds.min} to ${bounds.max}`,
    ...(why === undefined ? {} : { why }),
  })
}

/** Digits, a fraction perhaps, a space perhaps, a unit. */
const WRITTEN = /^(\d{1,12}(?:\.\d{1,6})?) ?([A-Za-z%]{1,12})$/

function valueOf(text: string, { units }: Kind): number | undefined {
  const [, digits, unit = ''] = WRITTEN.exec(text) ?? []
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined
  // A whole number of milliseconds or bytes; of a share as many digits as one may write.
  if (digits === undefined || factor === undefined) return undefined
  return factor < 1 ? Number(digits) / (1 / factor) : Math.round(Number(digits) * factor)
}

function unread(text: string, kind: Kind): Complaint {
  const meant = meantBy(text, kind)
  return {
    code: 'MH214',
    message: `${quote(text)} is not ${kind.is}`,
    label: meant === undefined ? `expected ${kind.is}` : `did you mean ${meant}?`,
  }
}

/** The number without or with another's word for its unit. */
function meantBy(text: string, kind: Kind): string | undefined {
  const [, digits, word = ''] = /^(\d{1,12}(?:\.\d{1,6})?)\s*([A-Za-z%/]{0,12})$/.exec(text.trim()) ?? []
  if (digits === undefined) return undefined
  if (word === '') return written(digits, kind.usual)
  const folded = word.toLowerCase()
  const unit = Object.keys(kind.units).find((one) => one.toLowerCase() === folded) ?? kind.alias[folded]
  return unit === undefined ? undefined : written(digits, unit)
}

/** As one writes it: `3s`, `20%`, `50 MB`, `20 Mbit`. */
const written = (digits: string, unit: string): string =>
  `${digits}${/(B|bit)$/.test(unit) ? ' ' : ''}${unit}`
