/** What can be wrong with a line, on paper: one table with all that is known about each fault. Pure. */
import { isIP } from 'node:net'
import { fail, ok } from '../model/index.ts'
import type { Family, Result } from '../model/index.ts'

/** All are played outside the router, which is told of none but `carrier`, `device-removed` and `address-change`. */
export type Fault =
  | { readonly kind: 'carrier' }
  | { readonly kind: 'device-removed' }
  | ({ readonly kind: 'gateway-gone' } & InOneFamily)
  | ({ readonly kind: 'internet-gone' } & InOneFamily)
  /** As the customer sees it: `out` is what he sends. */
  | ({ readonly kind: 'one-way'; readonly lost: 'out' | 'in' } & InOneFamily)
  /** Of the packets each way, 0-1. */
  | ({ readonly kind: 'loss'; readonly ratio: number } & InOneFamily)
  /** Each way, on top of the line's own. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** What the queue takes to drain; `up`, the default, is what the customer sends. */
  | { readonly kind: 'saturation'; readonly queueMs: number; readonly way?: 'up' | 'down' }
  | ({ readonly kind: 'dns-dead' } & InOneFamily)
  | { readonly kind: 'target-dead'; readonly address: string }
  | ({ readonly kind: 'icmp-dropped' } & InOneFamily)
  | { readonly kind: 'gateway-mac'; readonly everyMs: number }
  | { readonly kind: 'portal' }
  | { readonly kind: 'address-change' }
  /** `internet-gone`, coming and going. */
  | ({ readonly kind: 'flapping'; readonly deadMs: number; readonly aliveMs: number } & InOneFamily)

interface InOneFamily {
  /** What has gone wrong, while the other goes on; absent: both. In tests only. */
  readonly family?: Family
}

export type FaultKind = Fault['kind']

export interface FaultFacts {
  /** As a sentence about the line. */
  readonly does: string
  /** What stands after the kind on the command line; absent: nothing may. */
  readonly value?: { readonly form: string; readonly usual: string }
  /** @param value of the form above @returns `undefined` where it is not */
  read(value: string): Fault | undefined
  /** Whether a second one of the kind on the same line means nothing. */
  readonly onlyOnce?: true
}

export const FAULTS: Readonly<Record<FaultKind, FaultFacts>> = {
  carrier: {
    does: 'the cable is cut at the provider: no carrier',
    read: () => ({ kind: 'carrier' }),
    onlyOnce: true,
  },
  'device-removed': {
    does: "the router's device is gone; mended, a new one of the same name is there",
    read: () => ({ kind: 'device-removed' }),
    onlyOnce: true,
  },
  'gateway-gone': {
    does: "the provider's router answers nothing, not even ARP; the carrier stays",
    read: () => ({ kind: 'gateway-gone' }),
  },
  'internet-gone': {
    does: 'the gateway answers and nothing beyond it does',
    read: () => ({ kind: 'internet-gone' }),
  },
  'one-way': {
    does: 'beyond the gateway one direction is lost',
    value: { form: 'out|in', usual: 'out' },
    read: (lost) => (lost === 'out' || lost === 'in' ? { kind: 'one-way', lost } : undefined),
  },
  loss: {
    does: 'beyond the gateway packets are lost at random, each way',
    value: { form: 'PERCENT', usual: '30%' },
    read: (text) => {
      const ratio = Number(/^(\d+(?:\.\d)?)%?$/.exec(text)?.[1]) / 100
      return ratio > 0 && ratio <= 1 ? { kind: 'loss', ratio } : undefined
    },
  },
  delay: {
    does: 'beyond the gateway packets come later, each way',
    value: { form: 'TIME', usual: '200ms' },
    read: (text) => withTime(text, (ms) => ({ kind: 'delay', ms })),
    onlyOnce: true,
  },
  saturation: {
    does: 'beyond the gateway a full queue stands, before a slow cable',
    value: { form: 'TIME[/down]', usual: '2s' },
    read: (text) => {
      const [time = '', way] = text.split('/')
      if (way !== undefined && way !== 'up' && way !== 'down') return undefined
      return withTime(time, (queueMs) => ({ kind: 'saturation', queueMs, ...(way && { way }) }))
    },
    onlyOnce: true,
  },
  'dns-dead': {
    does: 'beyond the gateway DNS is dropped, over UDP and TCP',
    read: () => ({ kind: 'dns-dead' }),
  },
  'target-dead': {
    does: 'the internet is silent at one address, whatever line asks',
    value: { form: 'ADDRESS', usual: '1.1.1.1' },
    read: (address) => (isIP(address) === 0 ? undefined : { kind: 'target-dead', address }),
  },
  'icmp-dropped': {
    does: 'the gateway and all beyond it answer no ping; everything else works',
    read: () => ({ kind: 'icmp-dropped' }),
  },
  'gateway-mac': {
    does: 'the gateway has another MAC address every now and then, and does not announce it',
    value: { form: 'TIME', usual: '10s' },
    read: (text) => withTime(text, (everyMs) => ({ kind: 'gateway-mac', everyMs })),
    onlyOnce: true,
  },
  portal: {
    does: 'a captive portal: it answers HTTP in everybody’s name with a redirect and drops all else but DNS',
    read: () => ({ kind: 'portal' }),
    onlyOnce: true,
  },
  'address-change': {
    does: 'the provider gives another address and takes packets from no other',
    read: () => ({ kind: 'address-change' }),
    onlyOnce: true,
  },
  flapping: {
    does: 'the internet behind the gateway comes and goes',
    value: { form: 'TIME[/TIME]', usual: '10s/10s' },
    read: (text) => {
      const [dead = '', alive = dead, ...more] = text.split('/')
      const [deadMs, aliveMs] = [readTimeMs(dead), readTimeMs(alive)]
      return deadMs === undefined || aliveMs === undefined || more.length > 0
        ? undefined
        : { kind: 'flapping', deadMs, aliveMs }
    },
    onlyOnce: true,
  },
}

export const isFaultKind = (text: string): text is FaultKind => Object.hasOwn(FAULTS, text)

/** @param value absent: the usual one */
export function readFault(kind: string, value?: string): Result<Fault, string> {
  if (!isFaultKind(kind)) return fail(`"${kind}" is no fault; there are ${Object.keys(FAULTS).join(', ')}`)
  const facts = FAULTS[kind]
  const wanted = facts.value
  if (wanted === undefined && value !== undefined)
    return fail(`${kind} takes no value, and "${value}" is one`)
  const fault = facts.read(value ?? wanted?.usual ?? '')
  return fault
    ? ok(fault)
    : fail(`"${value}" is no value for ${kind}; expected ${wanted?.form}, like ${wanted?.usual}`)
}

/** As it is typed: `loss 30%`. What concerns one family is not typed, and told so: `loss 30% of ipv6`. */
export const faultInWords = (fault: Fault): string => `${typedWords(fault)}${ofFamily(fault)}`

const ofFamily = (fault: Fault): string =>
  'family' in fault && fault.family !== undefined ? ` of ${fault.family}` : ''

function typedWords(fault: Fault): string {
  switch (fault.kind) {
    case 'one-way':
      return `${fault.kind} ${fault.lost}`
    case 'loss':
      return `${fault.kind} ${Math.round(fault.ratio * 1000) / 10}%`
    case 'delay':
      return `${fault.kind} ${fault.ms}ms`
    case 'saturation':
      return `${fault.kind} ${fault.queueMs}ms${fault.way ? `/${fault.way}` : ''}`
    case 'target-dead':
      return `${fault.kind} ${fault.address}`
    case 'gateway-mac':
      return `${fault.kind} ${fault.everyMs}ms`
    case 'flapping':
      return `${fault.kind} ${fault.deadMs}ms/${fault.aliveMs}ms`
    default:
      return fault.kind
  }
}

/** As it is shown beside the line. */
export function stateInWords(faults: readonly Fault[]): string {
  const words = faults.map((fault) => {
    const state = STATES[fault.kind]
    return state === undefined ? faultInWords(fault) : `${state}${ofFamily(fault)}`
  })
  return words.length === 0 ? 'connected' : words.join(', ')
}

const STATES: Partial<Record<FaultKind, string>> = {
  carrier: 'cut',
  'device-removed': 'unplugged',
  'internet-gone': 'blackholed',
}

function withTime(text: string, fault: (ms: number) => Fault): Fault | undefined {
  const ms = readTimeMs(text)
  return ms === undefined ? undefined : fault(ms)
}

/** `200`, `200ms` or `2s`; more than nothing, at most an hour. */
function readTimeMs(text: string): number | undefined {
  const [, number, unit = 'ms'] = /^(\d+(?:\.\d+)?)(ms|s)?$/.exec(text) ?? []
  const ms = Math.round(Number(number) * (unit === 's' ? 1000 : 1))
  return ms >= 1 && ms <= 3_600_000 ? ms : undefined
}
