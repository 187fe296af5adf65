/** What somebody should know before a first configuration: one sentence of what is, one of what to do. */
import {
  MAIN_TABLE,
  OUR_PROTOCOL,
  formatPrefix,
  networkOf,
  overlap,
  type IpRule,
  type Survey,
} from '../model/index.ts'
import { describeRule } from './foreign-rules.ts'
import { isBareCable } from './interface-role.ts'
import type { LineSighting, ProposedLine, Sighting } from './proposal.ts'

export const remarksOn = (
  survey: Survey,
  sightings: readonly Sighting[],
  lines: readonly LineSighting[],
  proposed: readonly ProposedLine[],
): string[] => [
  ...oursAlready(survey),
  ...howMany(proposed),
  ...bareCables(sightings),
  ...routerless(sightings),
  ...unanswered(lines, proposed),
  ...sameNetwork(lines),
  ...severalRouters(survey, lines),
  ...nobodyBehind(sightings),
  ...vpnDefaults(survey, sightings),
  ...foreignRules(survey, lines),
]

const AGAIN = 'then run multihome init again'

const oursAlready = ({ rules }: Survey): string[] =>
  rules.some((rule) => rule.protocol === OUR_PROTOCOL)
    ? [
        'multihomed is at work here already. What is proposed begins from nothing: names, weights and addresses that your file gives are not in it, so compare before you take it.',
      ]
    : []

function howMany(proposed: readonly ProposedLine[]): string[] {
  const taken = proposed.filter((line) => line.taken)
  const [only] = taken
  if (only === undefined)
    return [
      `No interface here leads to the Internet: none has an address and a default route. Get one first, by DHCP, PPP or by hand, ${AGAIN}.`,
    ]
  if (taken.length > 1) return []
  return [
    `One line only: ${only.interface}. There is nothing to spread over yet; when the second one has an address, write it into the file, or ${AGAIN.replace('then ', '')}.`,
  ]
}

const bareCables = (sightings: readonly Sighting[]): string[] =>
  sightings.flatMap(({ link, role }) =>
    isBareCable(role)
      ? [
          `${link.name} has a cable but no address. If a provider is behind it who gives one by DHCP, take it as a line with address: dhcp, and multihomed asks for it itself (apt install udhcpc). It is in the file as a comment only.`,
        ]
      : [],
  )

const routerless = (sightings: readonly Sighting[]): string[] =>
  sightings.flatMap(({ link, role }) => {
    if (role.is !== 'routerless') return []
    const seen = role.seen.length === 0 ? '' : ` Seen there: ${role.seen.slice(0, 3).join(', ')}.`
    return [
      `${link.name} has a public address, ${formatPrefix(role.address)}, but no default route, so its provider's router is not known.${seen} Give the line that address as its gateway in the file.`,
    ]
  })

function unanswered(lines: readonly LineSighting[], proposed: readonly ProposedLine[]): string[] {
  const silent = lines.filter(({ reach }) => reach.is === 'silent').map(({ link }) => link.name)
  const leftOut = silent.filter((dev) => proposed.some((line) => line.interface === dev && !line.taken))
  const reasons = new Map<string, string[]>()
  for (const { link, reach } of lines)
    if (reach.is === 'not-asked') reasons.set(reach.why, [...(reasons.get(reach.why) ?? []), link.name])
  return [
    ...[...reasons].map(
      ([why, devs]) =>
        `${devs.join(' and ')} could not be asked: ${why}. What has a default route is taken for a line.`,
    ),
    ...(leftOut.length > 0
      ? [
          `Nobody on the Internet answered over ${leftOut.join(' or ')}. It is in the file as a comment only: take the # away when it works.`,
        ]
      : silent.length > 0
        ? [
            `Nobody on the Internet answered over ${silent.join(' or ')}: is the Internet away, or do ping and HTTPS not come through? What has a default route is taken for a line all the same.`,
          ]
        : []),
  ]
}

const sameNetwork = (lines: readonly LineSighting[]): string[] =>
  lines.flatMap((a, i) =>
    lines
      .slice(i + 1)
      .filter((b) => overlap(networkOf(a.role.address), networkOf(b.role.address)))
      .map(
        (b) =>
          `${a.link.name} and ${b.link.name} are in the same network, ${formatPrefix(networkOf(a.role.address))}. That works, they are kept apart by device; but only one of their modems' pages can be reached.`,
      ),
  )

function severalRouters(survey: Survey, lines: readonly LineSighting[]): string[] {
  return lines.flatMap(({ link, role }) => {
    const routers = survey.routes
      .filter(
        ({ family, table, dev, destination, protocol }) =>
          family === 'ipv4' &&
          table === MAIN_TABLE &&
          dev === link.name &&
          destination.length === 0 &&
          protocol !== OUR_PROTOCOL,
      )
      .flatMap(({ via }) => (via === undefined || via === role.way.gateway ? [] : [via]))
    if (routers.length === 0) return []
    return [
      `${link.name} has a second default route, through ${[...new Set(routers)].join(' and ')}. Only ${role.way.gateway} is proposed; if that is a second line, write both with the interface ${link.name} and their gateways.`,
    ]
  })
}

const nobodyBehind = (sightings: readonly Sighting[]): string[] =>
  sightings.some(({ role }) => role.is === 'network')
    ? []
    : [
        'No network of yours was found, so only the connections of this box itself are spread. For others, give an interface a private address and name it under lan.',
      ]

/** Of a default route in main only: half a world each (0.0.0.0/1), as OpenVPN sets them, is looked up before us. */
const vpnDefaults = (survey: Survey, sightings: readonly Sighting[]): string[] =>
  sightings
    .filter(({ role }) => role.is === 'left-alone' && role.whose === 'VPN')
    .filter(({ link }) =>
      survey.routes.some(
        ({ family, table, dev, destination }) =>
          family === 'ipv4' && table === MAIN_TABLE && dev === link.name && destination.length === 0,
      ),
    )
    .map(
      ({ link }) =>
        `A default route of the main table leads into ${link.name}, a VPN. With multihomed the lines come before it; if everything is to go through the VPN, have it set a rule instead (wg-quick does), and see multihome explain vpn.`,
    )

function foreignRules(survey: Survey, lines: readonly LineSighting[]): string[] {
  const foreign = survey.rules.filter(
    (rule) =>
      rule.family === 'ipv4' && rule.protocol !== OUR_PROTOCOL && !SYSTEM_PRIORITIES.has(rule.priority),
  )
  const balanced = lines
    .map(({ link }) => link.name)
    .filter((dev) => foreign.some((rule) => rule.fwmark !== undefined && leadsTo(rule, dev, survey)))
  if (balanced.length > 1)
    return [
      `Rules here give marked packets to ${balanced.join(' and ')} already: another program spreads connections${foreign.some(isMwan3) ? ' (mwan3, by its marks)' : ''}. Two that choose hinder each other: stop that one, and switch it off for the next start, before this one begins.`,
    ]
  const before = foreign.filter((rule) => rule.priority < OUR_FIRST_PRIORITY)
  const [first] = before
  if (first === undefined) return []
  const [count, whose] =
    before.length === 1 ? ['1 rule', 'it decides'] : [`${before.length} rules`, 'they decide']
  return [
    `${count} before ours ${before.length === 1 ? 'is' : 'are'} not ours ("${describeRule(first)}"${before.length > 1 ? ', …' : ''}). What ${whose} stays so. If that is an earlier try at several lines, remove it: ip rule show.`,
  ]
}

/** local, main and default, as the kernel makes them. */
const SYSTEM_PRIORITIES = new Set([0, 32_766, 32_767])
const OUR_FIRST_PRIORITY = 30_050

const isMwan3 = ({ fwmark }: IpRule): boolean => fwmark?.mask === 0x3f00

const leadsTo = (rule: IpRule, dev: string, { routes }: Survey): boolean =>
  routes.some((route) => route.table === rule.table && route.dev === dev && route.destination.length === 0)
