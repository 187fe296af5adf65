import { setTimeout as sleep } from 'node:timers/promises'
import type { Kernel } from '../kernel/index.ts'
import {
  PROBE,
  WITNESSES,
  gatewayTarget,
  fail,
  formatPrefix,
  mark,
  ok,
  parseAddress,
  targetsOf,
  witnessesBy,
  type Family,
  type ProbeAnswer,
  type ProbeTarget,
  type Result,
} from '../model/index.ts'
import { presence, type LineFacts, type Numbers } from '../plan/index.ts'
import type { Evidence, ProbeOutcome } from './control.ts'
import type { Probe } from './measure-lines.ts'

const TIMEOUT_MS = 2000
/** A name, a connection, a handshake, a page. */
const PAGE_TIMEOUT_MS = 4000

export interface LineProbe {
  readonly lines: readonly LineFacts[]
  readonly numbers: Numbers
  readonly probe: Probe
  readonly resolve: Kernel['resolve']
  readonly line: string
  /** An address or a name, asked alone instead of the usual ones; a name in every family that it and the line have. */
  readonly host?: string
}

interface Host {
  readonly asked: string
  readonly address: string
}

/** What can be found out about a line at this moment, in each of its families. */
export async function probeLine(asking: LineProbe): Promise<ProbeOutcome> {
  const legs = asking.lines.filter(({ config }) => config.name === asking.line)
  const [first] = legs
  if (first === undefined)
    return { is: 'unknown', lines: [...new Set(asking.lines.map(({ config }) => config))] }
  const done = { is: 'done', line: asking.line } as const
  if (asking.host === undefined) {
    const found = await Promise.all(legs.map((leg) => evidence(leg, asking)))
    return { ...done, evidence: [linkOf(first), ...found.flat()] }
  }
  const hosts = await hostsOf(asking.host, legs, asking.resolve)
  if (!hosts.ok) return { is: 'no-such-name', name: asking.host, said: hosts.error }
  const found = await Promise.all(hosts.value.map(({ leg, host }) => evidence(leg, asking, host)))
  const [{ host }] = hosts.value
  return { ...done, host, evidence: [linkOf(first), ...found.flat()] }
}

interface HostOverLeg {
  readonly leg: LineFacts
  readonly host: Host
}

/** One address for each family that both have. */
async function hostsOf(
  asked: string,
  legs: readonly LineFacts[],
  resolve: Kernel['resolve'],
): Promise<Result<readonly [HostOverLeg, ...HostOverLeg[]], string>> {
  const literal = parseAddress(asked)
  const found = literal === undefined ? await resolve(asked) : ok([literal.address])
  if (!found.ok) return fail(found.error.said)
  const [first, ...others] = legs.flatMap((leg): HostOverLeg[] => {
    const address = found.value.find((one) => parseAddress(one)?.family === leg.family)
    return address === undefined ? [] : [{ leg, host: { asked, address } }]
  })
  if (first !== undefined) return ok([first, ...others])
  const families = legs.map(({ family }) => FAMILY_WORDS[family]).join(' or ')
  return fail(literal === undefined ? `it has no ${families} address` : `the line has only ${families}`)
}

const FAMILY_WORDS: Readonly<Record<Family, string>> = { ipv4: 'IPv4', ipv6: 'IPv6' }

/**
 * Between two questions. All at once, the answers to the first would wait until the last socket was made, and that
 * would be told as the line's delay.
 */
const APART_MS = 5

/** From near to far; nobody waits for the answer of another one. */
async function evidence(
  leg: LineFacts,
  { numbers, probe }: Pick<LineProbe, 'numbers' | 'probe'>,
  host?: Host,
): Promise<Evidence[]> {
  const { family } = leg
  const near = { ...addressOf(leg), family }
  if (leg.presence.is === 'absent') return [near]
  const path = { dev: leg.config.interface, mark: mark(numbers.markOf(leg.id) | PROBE), family }
  const far = host === undefined ? usualTargets(leg) : targetsAt(host)
  let turn: Promise<void> = Promise.resolve()
  const asked = [...gatewayOf(leg), ...far].map(async ({ about, target }): Promise<Evidence> => {
    const mine = turn
    turn = mine.then(() => sleep(APART_MS))
    await mine
    const isPage = target.kind === 'http' || target.kind === 'https'
    const answer = await probe(path, target, isPage ? PAGE_TIMEOUT_MS : TIMEOUT_MS)
    return { ...evidenceOf(about, target, answer), family }
  })
  return [near, ...(await Promise.all(asked))]
}

function linkOf({ presence: is, config }: LineFacts): Evidence {
  const isBad =
    is.is === 'absent' || (is.is === 'blocked' && (is.by === 'link-off' || is.by === 'no-carrier'))
  return {
    about: 'link',
    what: config.interface,
    is: isBad ? 'bad' : 'good',
    ...(isBad && { said: presence(is) }),
  }
}

const addressOf = ({ address }: LineFacts): Evidence =>
  address === undefined
    ? { about: 'address', is: 'bad', said: 'none' }
    : { about: 'address', what: formatPrefix(address), is: 'good' }

interface Asked {
  readonly about: Evidence['about']
  readonly target: ProbeTarget
}

const gatewayOf = ({ gateway }: LineFacts): Asked[] =>
  gateway === undefined ? [] : [{ about: 'gateway', target: gatewayTarget(gateway) }]

/** Those that watch the line, and each witness in every way; last a page, for a login page answers there. */
function usualTargets({ config, family }: LineFacts): Asked[] {
  const witnesses = (['icmp', 'tcp', 'dns'] as const).flatMap((kind) => witnessesBy(kind, family))
  // Login pages step in over IPv4.
  const usual: readonly ProbeTarget[] = family === 'ipv4' ? [...witnesses, PAGE] : witnesses
  const own = targetsOf(config.health, family).filter((target) => !usual.some((one) => isSame(one, target)))
  return [...usual, ...own].map((target) => ({ about: aboutOf(target), target }))
}

const PAGE: ProbeTarget = { kind: 'http', host: WITNESSES[0].ipv4, path: '/' }

const targetsAt = ({ asked, address }: Host): Asked[] =>
  [
    { kind: 'icmp', address } as const,
    { kind: 'tcp', address } as const,
    { kind: 'dns', address } as const,
    { kind: 'http', host: asked, path: '/' } as const,
    { kind: 'https', host: asked, path: '/' } as const,
  ].map((target) => ({ about: 'host', target }))

function aboutOf({ kind }: ProbeTarget): Evidence['about'] {
  if (kind === 'dns') return 'dns'
  return kind === 'http' || kind === 'https' ? 'page' : 'internet'
}

const isSame = (a: ProbeTarget, b: ProbeTarget): boolean => JSON.stringify(a) === JSON.stringify(b)

function evidenceOf(about: Evidence['about'], target: ProbeTarget, answer: ProbeAnswer): Evidence {
  if (!answer.answered) {
    return { about, target, is: answer.unasked === true ? 'unasked' : 'bad', said: answer.why }
  }
  const { delayMs, falsely } = answer
  return falsely === undefined
    ? { about, target, is: 'good', delayMs }
    : { about, target, is: 'false', delayMs, said: falsely }
}
