import { createHash } from 'node:crypto'
import type { Config, NftChain, NftFlowtable, Observed } from '../model/index.ts'
import type { LineFacts } from './lines.ts'
import type { Memory } from './memory.ts'
import { chain, hex, quote, rule } from './nft-words.ts'
import type { Numbers } from './numbers.ts'
import type { Note } from './report.ts'
import { homelessConnections, strandedConnections } from './stranded.ts'

/** What the table has besides where connections may go past the rules. */
export interface Offloading {
  readonly chains: readonly NftChain[]
  readonly flowtable: NftFlowtable
}

/**
 * Connections that the kernel hands on by itself (a flowtable of nft, in software). It remembers of each where its
 * packets go, and asks neither marks nor rules any more; nor can anybody end it. So only those are given to it about
 * which nothing is left to be decided, and with the least change of that all are taken back: the name of the
 * flowtable tells what was decided, another one replaces it in the same transaction as the rules, and the kernel lets
 * go of what was in the old one. Those that still may are back with their next packet.
 *
 * Only a packet from inside offers its connection, for it alone carries the mark by which the kernel finds the way out.
 *
 * @returns nothing where none may
 */
export function offloading(
  config: Config,
  lines: readonly LineFacts[],
  observed: Observed,
  memory: Memory,
  numbers: Numbers,
): Offloading | undefined {
  if (config.offload === 'off' || !observed.capabilities.flowtables) return undefined
  // What this very pass ends could be back in the new flowtable before it is ended, and could not be ended there.
  const ending = [
    ...strandedConnections(lines, observed, memory, numbers),
    ...homelessConnections(lines, observed, numbers),
  ]
  const markOf = ({ id }: LineFacts): string => hex(numbers.markOf(id))
  const fit = lines.filter(isFit)
  const settled = fit.filter(
    (line) =>
      isSettled(line) &&
      !ending.some(({ family, mark }) => family === line.family && hex(mark) === markOf(line)),
  )
  const lan = config.lan.interfaces.map(({ name }) => name)
  const names = new Set([...lan, ...fit.map(({ config: line }) => line.interface)])
  // One that is not there would keep the whole table from loading.
  const devices = [...names].flatMap((name) => observed.links.find((link) => link.name === name) ?? [])
  if (settled.length === 0 || !devices.some(({ name }) => lan.includes(name))) return undefined

  const name = nameFor([
    // A card that was unplugged is another one when it is back, and in no flowtable.
    devices.map((device) => [device.name, device.index]),
    settled.map(({ leg, id, config: line, gateway, address }) => [leg, id, line.interface, gateway, address]),
  ])
  return {
    flowtable: { name, devices: devices.map((device) => device.name) },
    chains: [
      chain(
        'hand_on',
        settled.map((line) =>
          rule(
            `meta nfproto ${line.family} oifname ${quote(line.config.interface)} meta mark & ${hex(numbers.mask)} == ${markOf(line)} flow add @${name}`,
            `leaves by ${line.leg}, which carries it: past all rules from now on`,
          ),
        ),
      ),
      {
        ...chain('past_rules', [
          rule(
            'iifname @lan meta l4proto { tcp, udp } ct state established ct status assured jump hand_on',
            'from inside, and both ends have spoken',
          ),
        ]),
        // After everybody's filters: what one of them drops is not handed on.
        hook: 'type filter hook forward priority security; policy accept;',
      },
    ],
  }
}

const nameFor = (decided: unknown): string =>
  `fast_${createHash('sha256').update(JSON.stringify(decided)).digest('hex').slice(0, 8)}`

/**
 * Tunnels, calls (PPP) and shared cards are left out because nobody has tried them, metered lines because they are asked
 * once a minute or less: that theirs go unanswered would be noticed by nobody for as long.
 */
const isFit = ({ sharesDevice, tunnel, pointToPoint, config }: LineFacts): boolean =>
  !sharesDevice && tunnel === undefined && !pointToPoint && !config.metered

/** Whether nothing is left to be decided about its connections: it works, and those who are on it may stay. */
const isSettled = ({ presence, verdict, eligible }: LineFacts): boolean =>
  presence.is === 'usable' && eligible && (verdict.health === 'up' || verdict.health === 'unknown')

/** Asked for, and nothing comes of it. */
export function offloadNotes(config: Config, { capabilities }: Observed): Note[] {
  if (config.offload === 'off' || capabilities.flowtables) return []
  return [
    {
      code: 'old-kernel',
      severity: 'note',
      text: `kernel ${capabilities.kernelRelease} has no flowtables of nft (nft_flow_offload): every packet goes by the rules, as with offload: off`,
    },
  ]
}
