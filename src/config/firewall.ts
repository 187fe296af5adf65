import { isScalar } from 'yaml'
import { fail, formatPorts, ok } from '../model/index.ts'
import type { Inbound, OpenPort, Result } from '../model/index.ts'
import { FIREWALL_KEYS, INBOUNDS } from './keys.ts'
import { itemOf, readChoice, readFields, readList, readText, wrongKind } from './node-reader.ts'
import type { Item, Reading, Written } from './node-reader.ts'
import { problem } from './problem.ts'
import type { Complaint, Problem, Span } from './problem.ts'
import { quote } from './quote.ts'

type Ports = Omit<OpenPort, 'place'>

export interface DraftFirewall {
  readonly inbound?: Written<Inbound> | undefined
  /** In the order of the file. */
  readonly open: readonly Written<Ports>[]
  /** Of the word `open`. */
  readonly openKey?: Span | undefined
  /** Is `inbound` left out, and not misspelt? */
  readonly allowsByDefault: boolean
  readonly place: Span
}

const INBOUND_ELSEWHERE: ReadonlyMap<string, Inbound> = new Map([
  ['accept', 'allow'],
  ['pass', 'allow'],
  ['open', 'allow'],
  ['reject', 'drop'],
  ['deny', 'drop'],
  ['refuse', 'drop'],
  ['block', 'drop'],
])

/** What people call the ports that are opened most. Only for advice: the file has numbers, which mean one thing. */
const SERVICES: ReadonlyMap<string, string> = new Map([
  ['ssh', 'tcp/22'],
  ['http', 'tcp/80'],
  ['https', 'tcp/443'],
  ['dns', 'udp/53'],
  ['smtp', 'tcp/25'],
  ['ntp', 'udp/123'],
  ['openvpn', 'udp/1194'],
  ['wireguard', 'udp/51820'],
  ['ipsec', 'udp/500 and udp/4500'],
])

export function readFirewall(reading: Reading, item: Item): DraftFirewall | undefined {
  const fields = readFields(reading, item, 'firewall', FIREWALL_KEYS)
  if (fields === undefined) return undefined
  const { inbound, open } = fields.items
  return {
    inbound: inbound && readChoice(reading, inbound, INBOUNDS, INBOUND_ELSEWHERE),
    open: open === undefined ? [] : readOpen(reading, open),
    openKey: fields.keys.open,
    allowsByDefault: inbound === undefined && !fields.meant.has('inbound'),
    place: item.place,
  }
}

function readOpen(reading: Reading, item: Item): readonly Written<Ports>[] {
  return (readList(reading, item) ?? []).flatMap((node) => {
    const entry = itemOf(
      reading,
      node,
      'an entry of "open"',
      'a protocol and a port, such as tcp/22',
      item.place,
    )
    if (isScalar(node) && typeof node.value === 'number' && isPort(node.value)) {
      wrongKind(reading, entry, `did you mean tcp/${node.value} or udp/${node.value}?`)
      return []
    }
    return readText(reading, entry, openPorts) ?? []
  })
}

/** `tcp/22`, `udp/8000-8100` */
export function openPorts(text: string): Result<Ports, Complaint> {
  const written = /^(tcp|udp)\/(0|[1-9]\d*)(?:-(0|[1-9]\d*))?$/.exec(text)
  if (written === null) return fail(notPorts(text))
  const [, protocol, first, last = first] = written
  const [firstPort, lastPort] = [Number(first), Number(last)]
  const outside = [firstPort, lastPort].find((port) => !isPort(port))
  if (outside !== undefined) {
    return fail({
      code: 'MH213',
      message: `${quote(text)} has no such port`,
      label: 'expected ports from 1 to 65535',
      ...(outside === 0 ? { help: 'for everything, leave firewall out' } : {}),
    })
  }
  if (firstPort > lastPort) {
    const label = `did you mean "${protocol}/${lastPort}-${firstPort}"?`
    return fail({ code: 'MH213', message: `the range in ${quote(text)} runs backwards`, label })
  }
  return ok({ protocol: protocol === 'udp' ? 'udp' : 'tcp', firstPort, lastPort })
}

const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65_535

/** The same in the words of other firewalls, or in other order. */
function notPorts(text: string): Complaint {
  const message = `${quote(text)} is no protocol with a port`
  const example = 'expected one such as tcp/22 or udp/8000-8100'
  // Nothing that is meant to be one is longer, and the patterns below are for short words.
  const word = text.length > 40 ? '' : text.trim().toLowerCase()
  const service = SERVICES.get(word)
  if (service !== undefined) {
    return {
      code: 'MH213',
      message,
      label: `did you mean ${service}?`,
      why: 'names of services are not read',
    }
  }
  if (/^(icmp|icmpv6|ping)\b/.test(word)) {
    const help = 'leave it out: ping and what ICMP has to tell get through by themselves'
    return { code: 'MH213', message, label: example, help }
  }
  if (/^(any|all|\*)$/.test(word)) {
    return { code: 'MH213', message, label: example, help: 'for everything, write inbound: allow' }
  }
  const turned =
    /^(?<ports>\d+(?:\s*[-:]\s*\d+)?)\s*[/: ]\s*(?<protocol>tcp|udp)$/.exec(word) ??
    /^(?<protocol>tcp|udp)\s*[/: ]\s*(?<ports>\d+(?:\s*[-:]\s*\d+)?)$/.exec(word)
  const { protocol, ports } = turned?.groups ?? {}
  if (protocol !== undefined && ports !== undefined) {
    const meant = `${protocol}/${ports
      .split(/\s*[-:]\s*/)
      .map(Number)
      .join('-')}`
    if (openPorts(meant).ok) return { code: 'MH213', message, label: `did you mean "${meant}"?` }
  }
  if (/^[1-9]\d*(?:-[1-9]\d*)?$/.test(word) && openPorts(`tcp/${word}`).ok) {
    return { code: 'MH213', message, label: `did you mean tcp/${word} or udp/${word}?` }
  }
  return { code: 'MH213', message, label: example }
}

/** Every entry that has a port of an earlier one. */
export function findOverlappingPorts({ open }: DraftFirewall): readonly Problem[] {
  const sorted = open.toSorted((a, b) => a.value.firstPort - b.value.firstPort)
  const widest = new Map<Ports['protocol'], Written<Ports>>()
  return sorted.flatMap((next) => {
    const before = widest.get(next.value.protocol)
    if (before === undefined || next.value.lastPort > before.value.lastPort)
      widest.set(next.value.protocol, next)
    if (before === undefined || next.value.firstPort > before.value.lastPort) return []
    const [first, second] = open.indexOf(before) < open.indexOf(next) ? [before, next] : [next, before]
    const message =
      formatPorts(first.value) === formatPorts(second.value)
        ? `${formatPorts(second.value)} is listed twice`
        : `${formatPorts(first.value)} and ${formatPorts(second.value)} overlap`
    const related = { place: first.place, label: 'the other' }
    return [problem('MH305', second.place, message, { label: 'keep one of the two', related })]
  })
}

export function warnOfOpenWithoutDrop(firewall: DraftFirewall): readonly Problem[] {
  const { inbound, open, openKey, allowsByDefault } = firewall
  if (openKey === undefined || open.length === 0) return []
  if (!allowsByDefault && inbound?.value !== 'allow') return []
  return [
    problem('MH352', openKey, '"open" says what may come in, but nothing is kept out', {
      ...(inbound === undefined
        ? { why: 'without "inbound" everything may come in' }
        : { related: { place: inbound.place, label: 'everything may come in' } }),
      help: 'write inbound: drop beside it, or leave "open" out',
    }),
  ]
}
