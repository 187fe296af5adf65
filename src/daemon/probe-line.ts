import type { Kernel } from '../kernel/index.ts'
import {
  PROBE,
  WITNESSES,
  fail,
  formatPrefix,
  mark,
  ok,
  parseAddress,
  targetsOf,
  witnessesBy,
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
  /** An address or a name, asked alone instead of the usual ones. */
  readonly host?: string
}

interface Host {
  readonly asked: string
  readonly address: string
}

/** What can be found out about a line at this moment. */
export async function probeLine(asking: LineProbe): Promise<ProbeOutcome> {
  const line = asking.lines.find(({ config }) => config.name === asking.line)
  if (line === undefined) return { is: 'unknown', lines: asking.lines.map(({ config }) => config) }
  if (asking.host === undefined)
    return { is: 'done', line: asking.line, evidence: await evidence(line, asking) }
  const found = await hostOf(asking.host, asking.resolve)
  if (!found.ok) return { is: 'no-such-name', name: asking.host, said: found.error }
  return {
    is: 'done',
    line: asking.line,
    host: found.value,
    evidence: await evidence(line, asking, found.value),
  }
}

async function hostOf(asked: string, resolve: Kernel['resolve']): Promise<Result<Host, string>> {
  if (parseAddress(asked)?.family === 'ipv4') return ok({ asked, address: asked })
  const found = await resolve(asked)
  if (!found.ok) return fail(found.error.said)
  const address = found.value.find((one) => parseAddress(one)?.family === 'ipv4')
  return address === undefined ? fail('it has no IPv4 address') : ok({ asked, address })
}

/** From near to far; all is asked at once. */
async function evidence(
  line: LineFacts,
  { numbers, probe }: Pick<LineProbe, 'numbers' | 'probe'>,
  host?: Host,
): Promise<Evidence[]> {
  const near = [linkOf(line), addressOf(line)]
  if (line.presence.is === 'absent') return near
  const path = { dev: line.config.interface, mark: mark(numbers.markOf(line.id) | PROBE) }
  const far = host === undefined ? usualTargets(line) : targetsAt(host)
  const asked = [...gatewayOf(line), ...far].map(async ({ about, target }): Promise<Evidence> => {
    const isPage = target.kind === 'http' || target.kind === 'https'
    return evidenceOf(about, target, await probe(path, target, isPage ? PAGE_TIMEOUT_MS : TIMEOUT_MS))
  })
  return [...near, ...(await Promise.all(asked))]
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
  gateway === undefined ? [] : [{ about: 'gateway', target: { kind: 'arp', address: gateway } }]

/** Those that watch the line, and each witness in every way; last a page, for a login page answers there. */
function usualTargets({ config }: LineFacts): Asked[] {
  const usual = [...witnessesBy('icmp'), ...witnessesBy('tcp'), ...witnessesBy('dns'), PAGE]
  const own = targetsOf(config.health, 'ipv4').filter((target) => !usual.some((one) => isSame(one, target)))
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
