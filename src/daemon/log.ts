import pino from 'pino'

export type Log = pino.Logger
export type LogFormat = 'text' | 'json'

/**
 * The daemon's log on stderr. As text it is one short line a message; under systemd each begins with the `<N>` that
 * the journal reads as its priority, and has no time of its own, because the journal stamps it.
 * `MULTIHOMED_LOG_LEVEL` is one of trace, debug, info, warn, error, fatal; anything else counts as info.
 */
export function createLog(format: LogFormat, env: NodeJS.ProcessEnv, write: (line: string) => void): Log {
  const asked = env['MULTIHOMED_LOG_LEVEL']
  const level = asked !== undefined && asked in pino.levels.values ? asked : 'info'
  if (format === 'json')
    return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write })
  const line = env['JOURNAL_STREAM'] === undefined ? timedLine : journalLine
  return pino({ level, base: null }, { write: (json: string) => write(line(JSON.parse(json) as Entry)) })
}

interface Entry {
  readonly level: number
  readonly time: number
  readonly msg: string
}

/** pino's levels in the numbers of syslog (RFC 5424, section 6.2.1). */
const SYSLOG: Readonly<Record<number, number>> = { 10: 7, 20: 7, 30: 6, 40: 4, 50: 3, 60: 2 }
const WORD: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
}

const journalLine = (entry: Entry): string => `<${SYSLOG[entry.level] ?? 6}>${textOf(entry)}\n`

const timedLine = (entry: Entry): string =>
  `${new Date(entry.time).toISOString().slice(11, 23)} ${(WORD[entry.level] ?? '').padEnd(5)} ${textOf(entry)}\n`

/**
 * One line, in which no word of another program steers a terminal: C0, delete, C1, and the marks that turn the
 * direction of reading. A message of several lines stays one of several, and none of them can pass for an entry.
 */
const textOf = (entry: Entry): string =>
  `${entry.msg}${details(entry)}`.replaceAll(STEERING, escaped).replaceAll('\n', '\n  ')

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const STEERING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

const escaped = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`

function details(entry: Entry): string {
  const fields = Object.entries(entry).filter(([key]) => !['level', 'time', 'msg'].includes(key))
  return fields
    .map(
      ([key, value]) =>
        ` ${key}=${typeof value === 'string' && !/[\s"]/.test(value) ? value : JSON.stringify(value)}`,
    )
    .join('')
}
