/** Everything that can go wrong in the lab, and what is wished of each: one table. */
import type { LineRole } from '../../model/index.ts'
import type { Fault } from '../fault.ts'
import type { LineOptions } from '../topology.ts'
import type { Wishes } from './wishes.ts'

export interface FaultRow {
  /** As it is typed. */
  readonly name: string
  /** In the table; at most 30 characters. */
  readonly what: string
  /** Default: fiber and dsl, equal. */
  readonly lines?: readonly RowLine[]
  readonly acts: readonly FaultAct[]
  /** After the last act. */
  readonly lastsMs: number
  readonly wishes: Wishes
}

export interface RowLine extends LineOptions {
  readonly role?: LineRole
  /** Of its health, as in the configuration file. */
  readonly health?: object
}

export type FaultAct = { readonly afterMs?: number } & (
  | {
      readonly inflict: Fault
      readonly on: string
      /** The line carries as before: nothing about it may be doubted. */
      readonly harmless?: true
    }
  | { readonly daemon: 'killed' }
)

const FIBER = 'fiber'
const DSL = 'dsl'
const BY_PROVIDER: readonly RowLine[] = [
  { name: FIBER, addressing: 'by-provider' },
  { name: DSL, addressing: 'by-provider' },
]

/** Only a page tells who answers in everybody's name. */
const WITH_A_PAGE = {
  targets: ['icmp/1.1.1.1', 'icmp/8.8.8.8', 'dns/9.9.9.9', 'http://203.0.113.10/'],
}

/** Longer than `release.after` and the way to `down`. */
const UNTIL_RELEASED_MS = 4800
/** For what should be borne. */
const A_WHILE_MS = 5000

/**
 * The figures of docs/performance.md with room for a busy machine: here the question is whether it works, and how fast
 * is the bench's.
 */
const DEAD: Wishes = {
  suspectMs: 600,
  downMs: 1500,
  throughMs: 600,
  toldMs: 4300,
  udpMs: 2000,
  backMs: 5000,
}
const GONE: Wishes = { suspectMs: 300, downMs: 300, throughMs: 300, toldMs: 1000, udpMs: 1000, backMs: 5000 }
const BORNE: Wishes = { suspectMs: 'never', downMs: 'never', toldMs: 'nobody' }

export const FAULT_ROWS: readonly FaultRow[] = [
  {
    name: 'carrier',
    what: 'cable cut',
    acts: [{ inflict: { kind: 'carrier' }, on: FIBER }],
    lastsMs: 2000,
    wishes: GONE,
  },
  {
    name: 'device',
    what: 'device removed',
    acts: [{ inflict: { kind: 'device-removed' }, on: FIBER }],
    lastsMs: 2000,
    wishes: GONE,
  },
  {
    name: 'gateway',
    what: 'gateway gone',
    acts: [{ inflict: { kind: 'gateway-gone' }, on: FIBER }],
    lastsMs: UNTIL_RELEASED_MS,
    wishes: DEAD,
  },
  {
    name: 'internet',
    what: 'gateway answers, Internet gone',
    acts: [{ inflict: { kind: 'internet-gone' }, on: FIBER }],
    lastsMs: UNTIL_RELEASED_MS,
    wishes: DEAD,
  },
  {
    name: 'out',
    what: 'what we send is lost',
    acts: [{ inflict: { kind: 'one-way', lost: 'out' }, on: FIBER }],
    lastsMs: UNTIL_RELEASED_MS,
    wishes: DEAD,
  },
  {
    name: 'in',
    what: 'what is sent to us is lost',
    acts: [{ inflict: { kind: 'one-way', lost: 'in' }, on: FIBER }],
    lastsMs: UNTIL_RELEASED_MS,
    wishes: DEAD,
  },
  {
    name: 'loss-10',
    what: '10 % of packets lost',
    acts: [{ inflict: { kind: 'loss', ratio: 0.1 }, on: FIBER }],
    lastsMs: A_WHILE_MS,
    wishes: { downMs: 'never', toldMs: 'nobody', fresh: 'may-fail' },
  },
  {
    name: 'loss-30',
    what: '30 % of packets lost',
    acts: [{ inflict: { kind: 'loss', ratio: 0.3 }, on: FIBER }],
    lastsMs: A_WHILE_MS,
    wishes: { downMs: 'never', toldMs: 'nobody', fresh: 'may-fail' },
  },
  {
    name: 'loss-60',
    what: '60 % of packets lost',
    acts: [{ inflict: { kind: 'loss', ratio: 0.6 }, on: FIBER }],
    lastsMs: A_WHILE_MS,
    wishes: { suspectMs: 5000, fresh: 'may-fail' },
  },
  {
    name: 'delay',
    what: '200 ms more each way',
    acts: [{ inflict: { kind: 'delay', ms: 200 }, on: FIBER }],
    lastsMs: A_WHILE_MS,
    wishes: { downMs: 'never', toldMs: 'nobody' },
  },
  {
    name: 'saturation',
    what: '2 s of queue stand',
    acts: [{ inflict: { kind: 'saturation', queueMs: 2000 }, on: FIBER }],
    lastsMs: A_WHILE_MS,
    wishes: { downMs: 'never', toldMs: 'nobody', fresh: 'may-fail' },
  },
  {
    name: 'dns',
    what: 'DNS dead',
    acts: [{ inflict: { kind: 'dns-dead' }, on: FIBER }],
    lastsMs: A_WHILE_MS,
    wishes: { downMs: 'never', toldMs: 'nobody' },
  },
  {
    name: 'target',
    what: 'one target dead',
    acts: [{ inflict: { kind: 'target-dead', address: '1.1.1.1' }, on: FIBER, harmless: true }],
    lastsMs: A_WHILE_MS,
    wishes: BORNE,
  },
  {
    name: 'icmp',
    what: 'ICMP dropped everywhere',
    acts: [
      { inflict: { kind: 'icmp-dropped' }, on: FIBER, harmless: true },
      { inflict: { kind: 'icmp-dropped' }, on: DSL, harmless: true },
    ],
    lastsMs: A_WHILE_MS,
    wishes: BORNE,
  },
  {
    name: 'mac',
    what: "gateway's MAC toggles",
    acts: [{ inflict: { kind: 'gateway-mac', everyMs: 2000 }, on: FIBER }],
    lastsMs: A_WHILE_MS,
    wishes: {},
  },
  {
    name: 'portal',
    what: 'captive portal',
    lines: [
      { name: FIBER, health: WITH_A_PAGE },
      { name: DSL, health: WITH_A_PAGE },
    ],
    acts: [{ inflict: { kind: 'portal' }, on: FIBER }],
    lastsMs: A_WHILE_MS,
    wishes: { suspectMs: 6000, fresh: 'may-fail' },
  },
  {
    name: 'address',
    what: 'another address',
    lines: BY_PROVIDER,
    acts: [{ inflict: { kind: 'address-change' }, on: FIBER }],
    lastsMs: 3000,
    // For a moment the provider takes packets from no address that the router has.
    wishes: { throughMs: 500, fresh: 'may-fail' },
  },
  {
    name: 'flapping',
    what: 'comes and goes, 1.5 s each',
    acts: [{ inflict: { kind: 'flapping', deadMs: 1500, aliveMs: 1500 }, on: FIBER }],
    lastsMs: 9500,
    wishes: { suspectMs: 600, downMs: 1500, throughMs: 600 },
  },
  {
    name: 'all',
    what: 'all lines, Internet gone',
    acts: [
      { inflict: { kind: 'internet-gone' }, on: FIBER },
      { inflict: { kind: 'internet-gone' }, on: DSL },
    ],
    lastsMs: UNTIL_RELEASED_MS,
    wishes: { suspectMs: 1000, toldMs: 'nobody', backMs: 1500, fresh: 'may-fail' },
  },
  {
    name: 'unused',
    what: 'a line that nobody uses',
    lines: [{ name: FIBER }, { name: DSL }, { name: 'lte', role: 'backup' }],
    acts: [{ inflict: { kind: 'internet-gone' }, on: 'lte' }],
    lastsMs: 8000,
    wishes: { suspectMs: 7000, downMs: 8000, throughMs: 0 },
  },
  {
    name: 'second',
    what: 'a second line soon after',
    lines: [{ name: FIBER }, { name: DSL }, { name: 'cable' }],
    acts: [
      { inflict: { kind: 'internet-gone' }, on: FIBER },
      { inflict: { kind: 'internet-gone' }, on: DSL, afterMs: 1500 },
    ],
    lastsMs: UNTIL_RELEASED_MS,
    wishes: DEAD,
  },
  {
    name: 'killed',
    what: 'and the daemon killed meanwhile',
    acts: [
      { inflict: { kind: 'internet-gone' }, on: FIBER },
      { daemon: 'killed', afterMs: 1200 },
    ],
    lastsMs: 9000,
    // The new one knows nothing of before: whose targets never answered is doubted soon and called dead late.
    wishes: { suspectMs: 6000, downMs: 9000, throughMs: 6000, fresh: 'may-fail' },
  },
]
