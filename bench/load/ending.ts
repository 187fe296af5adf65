/** ending.ts NAME MARK DEV [WHICH]: an ending where we are; says what it came to and what it cost. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { endConnections } from '../../src/kernel/conntrack.ts'
import { forgetConnections, tellStranded } from '../../src/kernel/endings.ts'
import { mark, type MarkedConnections } from '../../src/model/index.ts'

export interface EndingRecord {
  readonly outcome: { readonly ok: boolean; readonly value?: unknown }
  /** By the wall clock, for other processes. */
  readonly beganAtMs: number
  readonly tookMs: number
  readonly cpuMs: number
  readonly longestStallMs: number
}

const [name = '', line = '', dev = ''] = process.argv.slice(2)
const ENDINGS: Readonly<Record<string, (value: number) => Promise<EndingRecord['outcome']>>> = {
  tell: (value) => tellStranded({ ...markedBy(value), dev }, { own: true }),
  forget: (value) => forgetConnections(markedBy(value), 'unanswered', { own: true }),
  'end-all': (value) => endConnections(markedBy(value)),
}
const markedBy = (value: number): MarkedConnections => ({
  family: 'ipv4',
  mark: mark(value),
  mask: mark(0x3f00_0000),
})
/** No line has it. */
const NOBODYS = 0x3e00_0000

const end = ENDINGS[name] ?? (() => Promise.reject(new Error(`there is no ending ${name}`)))
await end(NOBODYS) // all is loaded and compiled then, as in a daemon
const loop = monitorEventLoopDelay({ resolution: 1 })
loop.enable()
await pause(50)
loop.reset()
const cpu = process.cpuUsage()
const [beganAtMs, beganMs] = [Date.now(), performance.now()]
const outcome = await end(Number(line))
const tookMs = performance.now() - beganMs
const { user, system } = process.cpuUsage(cpu)
const record: EndingRecord = {
  outcome,
  beganAtMs,
  tookMs,
  cpuMs: (user + system) / 1000,
  longestStallMs: loop.max / 1e6,
}
console.log(JSON.stringify(record))
