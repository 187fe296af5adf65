import { OUR_TABLE, type Company, type IpRule, type SeenChain, type Survey } from '../model/index.ts'
import type { Finding } from './findings.ts'
import { describeRule } from './foreign-rules.ts'

/** What is seen of a box and of the programs on it. */
export interface Surroundings extends Pick<Survey, 'links' | 'rules' | 'routes'>, Company {
  /** Interfaces on which the file has us advertise; none of a file that is wrong. */
  readonly advertised: readonly string[]
}

/** The programs beside us that have a hand in the network: what they do there, who wins, and what to set. */
export const neighboursOf = (facts: Surroundings): Finding[] =>
  NEIGHBOURS.flatMap(({ name, called, seenBy, ...row }): Finding[] => {
    const sign = seenBy(facts)
    if (sign === undefined) return []
    const { severity, beside, help } = 'whatOf' in row ? row.whatOf(facts) : row
    return [{ severity, name, text: `${called} (${sign}): ${beside}`, ...(help !== undefined && { help }) }]
  })

interface Beside {
  readonly severity: Finding['severity']
  /** What it does beside us, and who wins. */
  readonly beside: string
  readonly help?: string
}

type Row = {
  readonly name: string
  readonly called: string
  /** What gives it away, in the operator's words: the surest sign first. */
  readonly seenBy: (facts: Surroundings) => string | undefined
} & (Beside | { readonly whatOf: (facts: Surroundings) => Beside })

/** Taken and given again they are the same, but the kernel forgets what was translated to them. */
const KEEP_ADDRESSES =
  'KeepConfiguration=yes in the .network files of lines, or it takes their addresses for a moment when it is restarted, and connections end'

/** `route protocol` and `rule protocol` of keepalived (linux/rtnetlink.h). */
const KEEPALIVED = 18

const NEIGHBOURS: readonly Row[] = [
  {
    name: 'multi-wan',
    called: 'another load balancer',
    seenBy: (facts) =>
      chain(facts, /^(mwan3|mwan4|pbr)_/) ??
      rule(facts, ({ fwmark, priority }) => fwmark?.mask === MWAN3_MASK && priority < 4000) ??
      program(facts, 'mwan3track', 'mwan3rtmon'),
    severity: 'fix',
    beside: 'it chooses lines too, and its rules may come before ours; what it takes is not ours to spread',
    help: 'one of the two: switch it off and take its rules away, or stop multihomed',
  },
  {
    name: 'networkmanager',
    called: 'NetworkManager',
    seenBy: (facts) => program(facts, 'NetworkManager'),
    severity: 'ok',
    beside: 'gives interfaces their addresses, which are followed; its default routes come after ours',
  },
  {
    name: 'systemd-networkd',
    called: 'systemd-networkd',
    seenBy: (facts) => program(facts, 'systemd-networkd'),
    whatOf: ({ foreignRulesKept }) =>
      foreignRulesKept
        ? {
            severity: 'ok',
            beside: 'gives interfaces their addresses, and leaves rules of others alone',
            help: KEEP_ADDRESSES,
          }
        : {
            severity: 'note',
            beside: 'may remove rules of ours when it starts anew; they are put back at once',
            help: `ManageForeignRoutingPolicyRules=no, ManageForeignRoutes=no and, since systemd 256, ManageForeignNextHops=no below [Network] in /etc/systemd/networkd.conf; ${KEEP_ADDRESSES}`,
          },
  },
  {
    name: 'docker',
    called: 'Docker',
    seenBy: (facts) =>
      chain(facts, /^DOCKER(-|$)/) ?? link(facts, /^docker\d+$/) ?? program(facts, 'dockerd'),
    severity: 'ok',
    beside:
      'containers are not balanced, they follow table 222; published ports are answered by the line they were asked on',
  },
  {
    name: 'libvirt',
    called: 'libvirt',
    seenBy: (facts) => chain(facts, /^LIBVIRT_/) ?? link(facts, /^virbr\d+$/) ?? program(facts, 'libvirtd'),
    severity: 'ok',
    beside: 'virtual machines are not balanced unless their bridge is in `lan`; they follow table 222',
  },
  {
    name: 'tailscale',
    called: 'Tailscale',
    seenBy: (facts) =>
      chain(facts, /^ts-/) ??
      rule(facts, ({ priority, fwmark }) => isIn(priority, 5210, 5270) && fwmark?.mask === TAILSCALE_MASK) ??
      link(facts, /^tailscale\d+$/) ??
      program(facts, 'tailscaled'),
    severity: 'ok',
    beside:
      'its rules come before ours, so what it routes stays with it; its mark bits are others than ours. Its own packets ask the main table',
    help: '`mainDefault: lines` in the file has them leave by lines in use',
  },
  {
    name: 'full-tunnel',
    called: 'a VPN that takes everything, as wg-quick makes them',
    seenBy: (facts) =>
      rule(
        facts,
        ({ not, fwmark, table }) => not === true && table !== undefined && fwmark?.mark === Number(table),
      ) ?? tableLike(facts, /^\S+ wg-quick-/),
    severity: 'note',
    beside: 'while it is up it keeps what it takes, and that is not spread over the lines',
    help: '`vpn: ours` in the file, if the lines should win; docs/trouble/vpn.md tells more',
  },
  {
    name: 'firewalld',
    called: 'firewalld',
    seenBy: (facts) => tableLike(facts, / firewalld$/) ?? program(facts, 'firewalld'),
    severity: 'note',
    beside: 'what it drops stays dropped, and in its default zone that is all that the LAN sends',
    help: 'the LAN in the zone trusted, the lines in external: firewall-cmd --permanent --zone=external --change-interface=LINE',
  },
  {
    name: 'ufw',
    called: 'ufw',
    seenBy: (facts) => chain(facts, /^ufw6?-/),
    severity: 'note',
    beside:
      'what it drops stays dropped; `ufw reload` drops everything for a second or two, which to us is a failure of all lines',
    help: 'ufw route allow in on LAN; reload it when few would notice',
  },
  {
    name: 'nftables-service',
    called: 'nftables.service',
    seenBy: ({ flushesRuleset }) => (flushesRuleset ? '/etc/nftables.conf' : undefined),
    severity: 'note',
    beside:
      'its file begins with `flush ruleset`, which takes our table too; it is back at once, and some new connections fail meanwhile',
    help: 'let it flush its own table alone: table inet filter; flush table inet filter',
  },
  {
    name: 'kube-proxy',
    called: 'kube-proxy',
    seenBy: (facts) =>
      chain(facts, /^KUBE-/) ?? tableLike(facts, / kube-proxy$/) ?? program(facts, 'kube-proxy'),
    severity: 'ok',
    beside: 'addresses of services are its own to change; its mark bits are others than ours',
  },
  {
    name: 'keepalived',
    called: 'keepalived',
    seenBy: (facts) =>
      program(facts, 'keepalived') ??
      (facts.routes.some(({ protocol }) => protocol === KEEPALIVED) ? 'its routes' : undefined) ??
      rule(facts, ({ protocol }) => protocol === KEEPALIVED),
    severity: 'ok',
    beside: 'its addresses are followed: a line whose only address is elsewhere is out of use here',
  },
  {
    name: 'dnsmasq',
    called: 'dnsmasq',
    seenBy: (facts) => program(facts, 'dnsmasq'),
    severity: 'ok',
    beside:
      'its questions leave as others of this box do. With `enable-ra` it is a second voice beside `advertise: true`',
  },
  {
    name: 'radvd',
    called: 'radvd',
    seenBy: (facts) => program(facts, 'radvd'),
    whatOf: ({ radvdOn, advertised }) => {
      const [both] = advertised.filter((name) => radvdOn.includes(name))
      return both === undefined
        ? {
            severity: 'note',
            beside: 'tells the LAN prefixes whether or not their line works',
            help: '`advertise: true` in the file instead, if the LAN has prefixes of several providers; never both on one interface',
          }
        : {
            severity: 'fix',
            beside: `advertises on ${both} as \`advertise: true\` does; hosts believe who spoke last, and are told of a dead provider's prefix again and again`,
            help: 'one of the two: no `advertise` in the file, or systemctl disable --now radvd and then systemctl restart multihomed, since radvd takes leave for this whole box',
          }
    },
  },
]

const MWAN3_MASK = 0x3f00
const TAILSCALE_MASK = 0xff_0000

const isIn = (value: number, first: number, last: number): boolean => value >= first && value <= last

const foreignChains = ({ chains = [] }: Surroundings): readonly SeenChain[] =>
  chains.filter(({ table }) => table !== OUR_TABLE)

function chain(facts: Surroundings, pattern: RegExp): string | undefined {
  const found = foreignChains(facts).find(({ name }) => pattern.test(name))
  return found && `chain ${found.table} ${found.name}`
}

function tableLike(facts: Surroundings, pattern: RegExp): string | undefined {
  const found = foreignChains(facts).find(({ table }) => pattern.test(table))
  return found && `table ${found.table}`
}

function rule(facts: Surroundings, isIts: (rule: IpRule) => boolean): string | undefined {
  const found = facts.rules.find(isIts)
  return found && `rule ${describeRule(found)}`
}

function link(facts: Surroundings, pattern: RegExp): string | undefined {
  return facts.links.find(({ name }) => pattern.test(name))?.name
}

/** The kernel keeps 15 letters of a program's name. */
const program = ({ programs }: Surroundings, ...names: readonly string[]): string | undefined =>
  names.find((name) => programs.includes(name.slice(0, 15))) && 'it runs'

/**
 * A firewall that forwards nothing it was not told to. A chain of another program can drop what ours accept, so what
 * the LAN sends must be allowed there; Docker sets that policy where it switched forwarding on itself.
 */
export const forwardPolicies = (facts: Surroundings): Finding[] =>
  foreignChains(facts)
    .filter(({ hook, policy }) => hook === 'forward' && policy === 'drop')
    .map(({ table, name }) => ({
      severity: 'note',
      name: 'forward-policy',
      text: `chain ${table} ${name} drops what no rule of it allows (policy drop): the LAN reaches the lines only if one does`,
      help: howToAllow(facts, table),
    }))

function howToAllow(facts: Surroundings, table: string): string {
  const has = (start: string): boolean =>
    foreignChains(facts).some((one) => one.table === table && one.name.startsWith(start))
  const command = table === 'ip6 filter' ? 'ip6tables' : 'iptables'
  if (has('ufw')) return 'ufw route allow in on LAN'
  return has('DOCKER-USER')
    ? `${command} -I DOCKER-USER -i LAN -j ACCEPT, and for answers: ${command} -I DOCKER-USER -o LAN -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`
    : 'a rule there that accepts what comes in by the LAN, and one for answers'
}
