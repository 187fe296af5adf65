import { familyOf, type Family, type Mark, type NftMap } from '../model/index.ts'
import { DNS_MAP } from './dns-rules.ts'

/** A packet on paper: the first of a connection, with all that a rule of ours may ask of it; of the family of `to`. */
export interface PretendPacket {
  readonly from: string
  readonly to: string
  /** Before a forward led it elsewhere. */
  readonly askedTo?: string
  /** Absent: the box itself sends it. */
  readonly iif?: string
  /** Once routing has decided. */
  readonly oif?: string
  /** Together with it; absent: the destination itself is beside us. */
  readonly via?: string
  readonly mark: Mark
  readonly connectionMark: Mark
  readonly castTo: 'host' | 'broadcast' | 'multicast'
  readonly protocol?: 'tcp' | 'udp'
  readonly port?: number
  /** What the map `affinity` has for these two. */
  readonly remembered?: Mark
  /** Which slot has its turn. */
  readonly turn: number
}

/** What is asked of the box, not of the packet. */
export interface Surroundings {
  readonly maps: readonly NftMap[]
  /** The interface to which routing leads, as the `fib` expression tells; `undefined`: none, or the box itself. */
  readonly fibInterface: (of: 'saddr' | 'daddr', packet: PretendPacket) => string | undefined
  readonly isLocal: (address: string, onInterface?: string) => boolean
}

/** `undefined`: nobody told. */
export type Value = number | string | undefined
type Read = (packet: PretendPacket, surroundings: Surroundings) => Value

const NOTHING = ''

/** Every word with which rules of ours begin a question; of two that fit the longer one counts. */
const SELECTORS: readonly (readonly [words: string, read: Read])[] = [
  ['meta nfproto', ({ to }) => familyOf(to)],
  ['meta l4proto', ({ protocol }) => protocol],
  ['meta pkttype', ({ castTo }) => castTo],
  ['meta mark', (packet) => packet.mark],
  ['ct mark', (packet) => packet.connectionMark],
  ['ct state', () => 'new'],
  ['ct direction', () => 'original'],
  // On shared cards; which gateway brings a packet nobody tells.
  ['iifname . ip daddr', ({ iif, to }) => concatenated(iif, to)],
  ['iifname . ip6 daddr', ({ iif, to }) => concatenated(iif, to)],
  ['iifname . ether saddr', () => undefined],
  ['oifname . rt ip nexthop', ({ oif, via, to }) => concatenated(oif, via ?? to)],
  ['oifname . rt ip6 nexthop', ({ oif, via, to }) => concatenated(oif, via ?? to)],
  ['iifname', ({ iif }) => iif ?? NOTHING],
  ['oifname', ({ oif }) => oif ?? NOTHING],
  ['ip saddr', ({ from }) => from],
  ['ip daddr . th dport', resolverAsked],
  ['ip daddr', ({ to }) => to],
  ['ip6 saddr', ({ from }) => from],
  ['ip6 daddr . th dport', resolverAsked],
  ['ip6 daddr', ({ to }) => to],
  ['icmp type', ({ protocol }) => protocol && NOTHING],
  ['icmpv6 type', ({ protocol }) => protocol && NOTHING],
  // What other programs translate and encrypt is not looked at.
  ['ct status', ({ askedTo }) => (askedTo === undefined ? NOTHING : 'dnat')],
  ['ct original ip daddr', ({ askedTo, to }) => askedTo ?? to],
  ['ct original ip6 daddr', ({ askedTo, to }) => askedTo ?? to],
  ['meta ipsec', () => NOTHING],
  // Some high one.
  ['udp sport', ({ protocol }) => protocol && NOTHING],
  ['tcp dport', (packet) => portOf('tcp', packet)],
  // No connection begins with a mere acknowledgement.
  ['tcp flags & (fin | syn | psh)', () => SYN],
  ['tcp flags & (syn | ack)', () => SYN],
  ['tcp flags & (syn | rst)', ({ protocol }) => (protocol === 'udp' ? NOTHING : SYN)],
  ['udp dport', (packet) => portOf('udp', packet)],
  ['fib daddr . mark oifname', (packet, { fibInterface }) => fibInterface('daddr', packet) ?? NOTHING],
  ['fib daddr type', ({ to }, { isLocal }) => (isLocal(to) ? 'local' : 'other')],
  ['fib saddr oifname', (packet, { fibInterface }) => fibInterface('saddr', packet) ?? NOTHING],
  ['fib saddr . oif type', ({ from, oif }, { isLocal }) => (isLocal(from, oif) ? 'local' : 'other')],
  ['fib saddr type', ({ from }, { isLocal }) => (isLocal(from) ? 'local' : 'other')],
  // Whoever is traced was not started by `multihome use`.
  ['socket cgroupv2 level 1', () => NOTHING],
  ['numgen inc mod', ({ turn }) => turn],
]

const SYN = 2

/** How each begins in the text of a rule. Made once: a packet is asked some thousand such questions. */
export const BEGINNINGS = SELECTORS.map(([words, read]) => ({
  words,
  read,
  family: familyAsked(words),
  form: new RegExp(`^${words.replaceAll(/[(|)]/g, String.raw`\$&`)} `),
}))

/** Absent: both. */
function familyAsked(words: string): Family | undefined {
  if (/\bip6 |^icmpv6 /.test(words)) return 'ipv6'
  return /\bip |^icmp /.test(words) ? 'ipv4' : undefined
}

const concatenated = (device: string | undefined, address: string): string =>
  device === undefined ? NOTHING : `${device} . ${address}`

const portOf = (asked: 'tcp' | 'udp', { protocol, port }: PretendPacket): Value =>
  protocol === undefined ? undefined : protocol === asked ? port : NOTHING

/** Only of whom there is a resolver at the address it matters on which port. */
function resolverAsked({ to, port, protocol }: PretendPacket, { maps }: Surroundings): Value {
  const key = `${to} . `
  const resolvers = maps.find(({ name }) => name === DNS_MAP[familyOf(to)])?.elements.keys() ?? []
  if (![...resolvers].some((element) => element.startsWith(key))) return NOTHING
  return protocol === undefined ? undefined : `${key}${port}`
}
