/** From a first look at a box to what its configuration could be, with a reason for each. Pure. */
import type { HostAddress, LeaseNews, Reach, Survey, SurveyedLink } from '../model/index.ts'
import { formatPrefix, unreachable } from '../model/index.ts'
import {
  bestDefault,
  isBareCable,
  isPrivate,
  isShared,
  roleOf,
  speaksIpv6,
  type Role,
  type Way,
} from './interface-role.ts'
import { remarksOn } from './proposal-remarks.ts'

export interface Proposal {
  readonly interfaces: readonly SeenInterface[]
  /** In the order of the interfaces, names unique. */
  readonly lines: readonly ProposedLine[]
  /** Interfaces behind which the clients are. */
  readonly lan: readonly string[]
  /** A sentence or two each: what is unusual, and what to do about it. */
  readonly remarks: readonly string[]
}

export interface SeenInterface {
  readonly name: string
  readonly address?: string
  readonly gateway?: string
  /** `yes, 4 ms, NAT`, `no answer`, `34 clients seen` */
  readonly internet?: string
  /** `a line, mobile`, `your network`, `VPN, left alone` */
  readonly looksLike: string
}

export interface ProposedLine {
  readonly name: string
  readonly interface: string
  /** Only where it cannot be followed: what multihomed itself had set; `dhcp` where nobody asks for one. */
  readonly address?: string
  /** Only where no default route in main tells it. */
  readonly gateway?: string
  /** What it was when looked at: `198.51.100.2/24 by 198.51.100.1 (DHCP)`. */
  readonly found: string
  /** Not taken: it gave no answer, or its router is not known. */
  readonly taken: boolean
  /** Its router has to be told; one that may be it, where there is one. */
  readonly asksGateway?: { readonly guess?: string }
  /** Mobile lines mostly cost by volume. */
  readonly byVolume?: true
}

/** Of a role that was found, with its interface. */
export interface Sighting<R extends Role = Role> {
  readonly link: SurveyedLink
  readonly role: R
}

export type LineSighting = Sighting<Role & { is: 'line' }> & { readonly reach: Reach }

/** Interfaces over which the Internet is to be asked, and the address to ask from. */
export const toBeAsked = (survey: Survey): { readonly dev: string; readonly source: string }[] =>
  sightingsOf(survey).flatMap(({ link, role }) =>
    role.is === 'line' && link.up && link.carrier ? [{ dev: link.name, source: role.address.address }] : [],
  )

/** @param reaches what `toBeAsked` came to, by interface */
export function propose(survey: Survey, reaches: ReadonlyMap<string, Reach>): Proposal {
  const sightings = sightingsOf(survey)
  const lines = sightings.flatMap(({ link, role }): LineSighting[] =>
    role.is === 'line' ? [{ link, role, reach: reachOf(link, survey, reaches.get(link.name)) }] : [],
  )
  const proposed = proposeLines(sightings, lines, survey)
  return {
    interfaces: sightings.map((sighting) =>
      seen(sighting, lines.find(({ link }) => link === sighting.link)?.reach, survey),
    ),
    lines: proposed,
    lan: sightings.filter(({ role }) => role.is === 'network').map(({ link }) => link.name),
    remarks: remarksOn(survey, sightings, lines, proposed),
  }
}

const sightingsOf = (survey: Survey): Sighting[] =>
  survey.links.flatMap((link) => {
    const role = roleOf(link, survey)
    return role === undefined ? [] : [{ link, role }]
  })

/** Silence proves nothing where this box would have thrown an answer away. */
function reachOf(link: SurveyedLink, survey: Survey, reach: Reach | undefined): Reach {
  if (reach === undefined)
    return { is: 'not-asked', why: link.up ? 'it has no carrier' : 'it is switched off' }
  const answersPass = !survey.strictSources.includes(link.name) || bestDefault(survey)?.dev === link.name
  if (reach.is !== 'silent' || answersPass) return reach
  return { is: 'not-asked', why: STRICT }
}

const STRICT =
  'this box drops answers that come in elsewhere than by its default route (rp_filter is strict; multihomed makes it loose on lines)'

function proposeLines(
  sightings: readonly Sighting[],
  lines: readonly LineSighting[],
  survey: Survey,
): ProposedLine[] {
  const someAnswer = lines.some(({ reach }) => reach.is === 'there')
  const names = namesFor(sightings)
  return sightings.flatMap(({ link, role }): ProposedLine[] => {
    const shared = { name: names.get(link.name) ?? link.name, interface: link.name }
    if (role.is === 'routerless') {
      const [guess] = role.seen
      const found = `${formatPrefix(role.address)}, its router is not known`
      return [{ ...shared, found, taken: false, asksGateway: { ...(guess !== undefined && { guess }) } }]
    }
    if (isBareCable(role))
      return [{ ...shared, address: 'dhcp', found: 'a cable, and no address', taken: false }]
    if (role.is !== 'line') return []
    const { address, way } = role
    const isByDhcp = way.dhcp || managerOf({ link, role }, survey)?.startsWith('DHCP') === true
    const by = way.gateway === undefined ? '' : ` by ${way.gateway}`
    const reach = lines.find((line) => line.link === link)?.reach
    return [
      {
        ...shared,
        ...(way.from === 'ours' && { address: formatPrefix(address) }),
        ...(way.from !== 'main' && way.gateway !== undefined && { gateway: way.gateway }),
        found: `${formatPrefix(address)}${by}${isByDhcp ? ' (DHCP)' : ''}`,
        // If nobody answers anywhere, it is not the fault of one line.
        taken: reach?.is !== 'silent' || !someAnswer,
        ...(role.medium === 'mobile' && { byVolume: true }),
      },
    ]
  })
}

/** What a provider calls its line cannot be known; a name that is one already is kept. */
function namesFor(sightings: readonly Sighting[]): Map<string, string> {
  const names = new Map<string, string>()
  const isFree = (name: string): boolean => ![...names.values()].includes(name)
  const numbered = (stem: string): string => {
    for (let number = 1; ; number += 1) if (isFree(`${stem}${number}`)) return `${stem}${number}`
  }
  const candidates = sightings.filter(
    ({ role }) => role.is === 'line' || role.is === 'routerless' || isBareCable(role),
  )
  for (const { link } of candidates) if (SPEAKING.test(link.name)) names.set(link.name, link.name)
  for (const { link, role } of candidates) {
    if (names.has(link.name)) continue
    const medium = role.is === 'line' ? role.medium : undefined
    const wished = medium === 'wireless' ? 'wifi' : medium
    names.set(link.name, wished !== undefined && isFree(wished) ? wished : numbered(wished ?? 'wan'))
  }
  return names
}

const SPEAKING = /^(wan|isp|inet|uplink|fib(er|re)|dsl|cable|lte|starlink)[\w-]*$/i

function seen(sighting: Sighting, reach: Reach | undefined, survey: Survey): SeenInterface {
  const { link, role } = sighting
  switch (role.is) {
    case 'line':
      return {
        name: link.name,
        address: formatPrefix(role.address),
        ...(role.way.gateway !== undefined && { gateway: role.way.gateway }),
        internet: [wordOf(reach), natOf(role.address)].filter((word) => word !== undefined).join(', '),
        looksLike: [
          'a line',
          role.medium,
          managerOf(sighting, survey),
          speaksIpv6(link, survey) ? 'and IPv6' : undefined,
        ]
          .filter((word) => word !== undefined)
          .join(', '),
      }
    case 'routerless':
      return { name: link.name, address: formatPrefix(role.address), looksLike: 'a line? no gateway' }
    case 'network': {
      const { address, clients } = role
      const counted = clients > 0 && { internet: `${clients} ${clients === 1 ? 'client' : 'clients'} seen` }
      return { name: link.name, address: formatPrefix(address), ...counted, looksLike: 'your network' }
    }
    case 'left-alone':
    case 'bare': {
      const { address } = role
      return {
        name: link.name,
        ...(address !== undefined && { address: formatPrefix(address) }),
        looksLike: role.is === 'bare' ? role.why : `${role.whose}, left alone`,
      }
    }
    default:
      return unreachable(role)
  }
}

/** In the words by which people know them. Who only hands on resolvers got the address of somebody else. */
const CLIENTS: Partial<Record<LeaseNews['source'], string>> = {
  networkd: 'systemd-networkd',
  'network-manager': 'NetworkManager',
  dhcpcd: 'dhcpcd',
  dhclient: 'dhclient',
}

/** Who looks after a line, else who asked for its address: there its settings are to be found. */
function managerOf({ link, role }: Sighting, { managers = [], leases = [] }: Survey): string | undefined {
  if (role.is !== 'line') return undefined
  const { dhcp } = role.way
  const manager = managers.find(
    (one) =>
      one.interface === link.name &&
      // It runs for all interfaces, those with addresses by hand too.
      (one.program !== 'dhcpcd' || dhcp),
  )
  if (manager === undefined) return askerOf(link, role.way, leases)
  const how = manager.how ?? (link.pointToPoint ? 'PPP' : dhcp ? 'DHCP' : undefined)
  return how === undefined ? `by ${manager.program}` : `${how} by ${manager.program}`
}

/** Whoever left a note of the same router, old ones are about another. */
function askerOf(link: SurveyedLink, way: Way, leases: readonly LeaseNews[]): string | undefined {
  const note = leases.find(
    (one) =>
      one.interface === link.name &&
      one.gateway !== undefined &&
      one.gateway === way.gateway &&
      // It tells of interfaces too that it only watches.
      (one.source !== 'network-manager' || way.dhcp),
  )
  const name = note && CLIENTS[note.source]
  return name === undefined ? undefined : `DHCP by ${name}`
}

function wordOf(reach: Reach | undefined): string {
  if (reach?.is === 'there') return `yes, ${reach.delayMs < 1 ? '<1' : Math.round(reach.delayMs)} ms`
  return reach?.is === 'silent' ? 'no answer' : 'not asked'
}

const natOf = ({ address }: HostAddress): string | undefined =>
  isShared(address) ? 'CGNAT' : isPrivate(address) ? 'NAT' : undefined
