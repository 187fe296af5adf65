import {
  FAMILIES,
  OUR_PROTOCOL,
  SLOTS,
  formatPrefix,
  formatRate,
  legWords,
  sameShape,
  unreachable,
  type Config,
  type Family,
  type LineId,
  type Move,
  type Observed,
  type Shaper,
  type Step,
} from '../model/index.ts'
import { condition, place, sentence } from './condition.ts'
import type { Desired } from './desired.ts'
import { catchers, catchersBeforeOurs } from './foreign-rules.ts'
import { slotsOf } from './choice.ts'
import { releasedIn } from './line-maps.ts'
import { lineOfMove } from './line-of-move.ts'
import type { LineFacts } from './lines.ts'
import type { Memory } from './memory.ts'
import type { PlanGroup } from './report.ts'
import { isTunnelRule } from './tunnels.ts'
import { numbersOf, type Numbers } from './numbers.ts'
import { settingReason } from './setting-reason.ts'
import { tableChanges, type TableChange } from './table-changes.ts'
import { isComfort } from './shaping.ts'

/** What changes for one line or for the router, before the commands are put to it. */
export interface Chapter extends Omit<PlanGroup, 'steps'> {
  readonly steps: readonly Step[]
}

const ROUTER = 'router'

/** Where nothing better can be said. */
const NOT_AS_WISHED = 'it is not as it should be'

/** Tells moves as a story: by line, effect first, every step with the reason it is there. */
export function explain(
  moves: readonly Move[],
  wanted: Desired,
  config: Config,
  observed: Observed,
  memory: Memory,
): Chapter[] {
  const teller = new Teller(wanted, config, observed, memory)
  const steps = moves.map((move) => teller.step(move))
  const subjects = [
    ...config.lines.map((line) => line.name),
    ...new Set(steps.map((step) => step.line ?? ROUTER)),
  ]
  return [...new Set(subjects.filter((subject) => subject !== ROUTER)), ROUTER].flatMap((subject) => {
    const own = steps.filter((step) => (step.line ?? ROUTER) === subject)
    return own.length === 0
      ? []
      : [subject === ROUTER ? teller.routerChapter(own) : teller.lineChapter(subject, own)]
  })
}

/** In percent. */
type Shares = ReadonlyMap<LineId, number>

class Teller {
  readonly #wanted: Desired
  readonly #config: Config
  readonly #observed: Observed
  readonly #numbers: Numbers
  readonly #memory: Memory
  /** Whose shares are told. */
  readonly #chosenFor: string
  readonly #shares: Readonly<Record<Family, { readonly before: Shares; readonly after: Shares }>>
  readonly #tableChanges: readonly TableChange[]

  constructor(wanted: Desired, config: Config, observed: Observed, memory: Memory) {
    this.#wanted = wanted
    this.#config = config
    this.#observed = observed
    this.#numbers = numbersOf(config)
    this.#chosenFor =
      (config.vpn !== 'ours' && catchers(observed, this.#numbers).length > 0) ||
      catchersBeforeOurs(observed, this.#numbers).length > 0
        ? 'new connections that no other program takes'
        : 'new connections'
    this.#memory = memory
    const sharesIn = (family: Family): { before: Shares; after: Shares } => ({
      before: shares(slotsOf(observed.ruleset, family)),
      after: shares(slotsOf(wanted.state.ruleset, family)),
    })
    this.#shares = { ipv4: sharesIn('ipv4'), ipv6: sharesIn('ipv6') }
    this.#tableChanges = tableChanges(config, observed.ruleset, wanted.state.ruleset)
  }

  step(move: Move): Step {
    const line = lineOfMove(move, this.#wanted, this.#config, this.#memory)
    return { move, why: this.#why(move, line), ...(line === undefined ? {} : { line }) }
  }

  lineChapter(name: string, steps: readonly Step[]): Chapter {
    const facts = this.#facts(name)
    if (facts === undefined) {
      return {
        sign: '-',
        subject: name,
        title: 'the line goes',
        why: [`it is no longer in ${this.#config.file}`],
        effect: 'its open connections end at their next packet; nothing of it leaks to another line',
        steps,
      }
    }
    const chapter = { subject: name, steps, effect: this.#shareOf(facts.id) }
    if (this.#isNew(facts)) {
      return {
        ...chapter,
        sign: '+',
        title: `new line on ${facts.config.interface}, weight ${facts.config.weight}`,
        why: [`${place(facts.config.place)} is new`],
      }
    }
    const repair =
      steps.every(({ move }) => move.do.startsWith('add-') && !isComfort(move)) &&
      facts.presence.is === 'usable' &&
      !this.#shifts(facts.id)
    return {
      ...chapter,
      sign: repair ? '!' : '~',
      title: repair
        ? `${steps.length === 1 ? 'one thing is' : `${steps.length} things are`} missing`
        : condition(facts),
      why: [...new Set(steps.map((step) => step.why))],
    }
  }

  routerChapter(steps: readonly Step[]): Chapter {
    const first = this.#observed.ruleset === undefined
    const changes = this.#config.lines.flatMap((line) => {
      const id = this.#facts(line.name)?.id
      return id === undefined || !this.#shifts(id) ? [] : [`${line.name} ${this.#shift(id)}`]
    })
    const effects = [
      ...(changes.length === 0 ? [] : [`${this.#chosenFor}: ${changes.join(', ')}`]),
      ...this.#releases(),
      ...this.#tableChanges.map(({ effect }) => effect),
      ...(this.#isMadeAnew() && this.#config.affinity !== 'connection'
        ? ['affinity is forgotten: who met before may take another line']
        : []),
    ]
    return {
      sign: first ? '+' : '~',
      subject: ROUTER,
      title: first
        ? 'the choice of a line, and what it needs'
        : changes.length > 0
          ? 'the choice of a line'
          : (this.#tableChanges[0]?.title ?? 'the choice of a line'),
      why: [...new Set(steps.map((step) => step.why))],
      effect: effects.length === 0 ? 'none on traffic' : effects.join('; '),
      steps,
    }
  }

  #why(move: Move, line: string | undefined): string {
    const facts = line === undefined ? undefined : this.#facts(line)
    switch (move.do) {
      case 'set-sysctl':
        return settingReason(move.to, this.#config)
      case 'set-link':
        return move.up ? `${this.#written(move.dev)}: its address goes on it` : 'it was off before multihomed'
      case 'set-mtu':
        return (
          this.#leasedMtu(move.dev) ??
          this.#ofLine(move.dev, 'mtuBytes', 'mtu', `${move.to} bytes go through whole`)
        )
      case 'add-shaper':
      case 'delete-shaper':
        return this.#ofLine(move.shaper.dev, 'shape', 'shape', shaperText(move.shaper))
      case 'change-shaper':
        return this.#ofLine(move.to.dev, 'shape', 'shape', shaperText(move.to))
      case 'forget-neighbour':
        return `${line ?? move.neighbour.dev} is back: its gateway is to be asked at once, not when the kernel next thinks of it`
      case 'ask-neighbour':
        return `${line ?? move.neighbour.dev}: by the hardware address of its gateway it is known what comes in by it`
      case 'end-connections':
        if (move.tunnel !== undefined) return 'what carried a tunnel over it begins anew over another line'
        if (move.within !== undefined)
          return `${formatPrefix(move.within)} is no more what ${line} has routed here: what was begun with it cannot live`
        return facts === undefined
          ? `${line} is no longer in the file: its connections begin anew on other lines`
          : `${line} has another address or device: connections with the old one cannot live`
      case 'add-address':
        return `${this.#written(move.address.dev, move.address.address)}: ${formatPrefix(move.address)}`
      case 'prolong-address':
        return `${this.#written(move.address.dev, move.address.address)}: its lease was renewed`
      case 'delete-address':
        return this.#config.lines.some(
          ({ dhcp, interface: dev }) => dhcp === true && dev === move.address.dev,
        )
          ? 'its lease is over'
          : 'put there by multihomed, no longer in the file'
      case 'delete-nexthop':
      case 'delete-route':
      case 'delete-rule':
        if (resolverOf(move) !== undefined) return `${resolverOf(move)} is no resolver of ${line} any more`
        return line === undefined
          ? this.#choiceReason()
          : facts === undefined
            ? `${line} is no longer in the file`
            : sentence(facts)
      case 'add-nexthop':
      case 'change-nexthop':
      case 'add-route':
      case 'change-route':
      case 'add-rule':
        if (facts === undefined) return this.#choiceReason()
        if (resolverOf(move) !== undefined)
          return `${resolverOf(move)} is a resolver of ${line}: whoever asks it asks by ${line}`
        if (move.do === 'add-rule' && isTunnelRule(move.rule) && facts.way !== undefined)
          return `the own packets of ${facts.config.name} leave by ${facts.way.carrier}`
        return this.#isNew(facts)
          ? `${facts.config.name} is new (${place(facts.config.place)})`
          : `${sentence(facts)} (${place(facts.config.place)})`
      case 'change-ruleset':
        return this.#rulesetReason()
      default:
        return unreachable(move)
    }
  }

  #rulesetReason(): string {
    const choice = this.#choiceReason()
    if (this.#observed.ruleset === undefined) return choice
    const others = this.#tableChanges.map(({ why }) => why)
    return [...(choice === NOT_AS_WISHED && others.length > 0 ? [] : [choice]), ...others].join('; ')
  }

  /** Somebody, or another release, gave it other hooks, maps or flags. */
  #isMadeAnew(): boolean {
    const [before, after] = [this.#observed.ruleset, this.#wanted.state.ruleset]
    return before !== undefined && after !== undefined && !sameShape(before, after)
  }

  /** What all lines together bring about: which may be chosen, and how often. */
  #choiceReason(): string {
    if (this.#observed.ruleset === undefined) return `${this.#config.file} asks for it`
    if (this.#isMadeAnew()) return 'its hooks, maps or flags are not ours: it is made anew'
    const unusual = this.#wanted.lines.filter(isUnusual)
    if (unusual.length > 0) return unusual.map(sentence).join('; ')
    const changed = this.#wanted.lines.filter(({ id }) => this.#shifts(id))
    if (changed.length === 0) return NOT_AS_WISHED
    const resting = changed.filter(({ standing }) => !standing.takes)
    if (resting.length > 0) return resting.map(sentence).join('; ')
    return changed
      .map(
        ({ config }) =>
          `${config.name}: weight ${config.weight}${config.weightInFile === undefined ? '' : ` by wish, ${config.weightInFile} in the file`} (${place(config.keys['weight'] ?? config.place)})`,
      )
      .join('; ')
  }

  /** On which lines what is open is ended from now on, and on which no more. */
  #releases(): string[] {
    const [before, after] = [this.#observed.ruleset, this.#wanted.state.ruleset].map(releasedIn)
    return this.#wanted.lines.flatMap(({ id, family, leg }) => {
      const [was, is] = [before, after].map((released) => released?.get(id)?.includes(family) === true)
      if (was === is) return []
      return is === true
        ? [`what is open on ${legWords(leg)} is ended at its next packet, and begins anew elsewhere`]
        : [`what is still open on ${legWords(leg)} may go on`]
    })
  }

  #shareOf(id: LineId): string {
    return this.#shifts(id)
      ? `${this.#chosenFor}: ${this.#shift(id)}`
      : `none on ${this.#chosenFor}: ${this.#shift(id)}`
  }

  #shifts = (id: LineId): boolean =>
    FAMILIES.some((family) => this.#before(id, family) !== this.#after(id, family))

  /** IPv6 by itself where it is not as IPv4. */
  #shift(id: LineId): string {
    const in4 = this.#shiftIn(id, 'ipv4')
    const in6 = this.#shiftIn(id, 'ipv6')
    const [has4, has6] = FAMILIES.map((family) => this.#wanted.lines.some((leg) => leg.id === id && leg.family === family)) // prettier-ignore
    if (has4 !== true) return `${in6} (IPv6)`
    return has6 !== true || in4 === in6 ? in4 : `${in4} (IPv6: ${in6})`
  }

  #shiftIn(id: LineId, family: Family): string {
    const [before, after] = [this.#before(id, family), this.#after(id, family)]
    return before === after ? `${after} %` : `${before} → ${after} %`
  }

  #before = (id: LineId, family: Family): number => this.#shares[family].before.get(id) ?? 0
  #after = (id: LineId, family: Family): number => this.#shares[family].after.get(id) ?? 0
  #facts = (name: string): LineFacts | undefined =>
    this.#wanted.lines.find((line) => line.config.name === name)

  #isNew(facts: LineFacts): boolean {
    const table = this.#numbers.tableOf(facts.id)
    return !this.#observed.rules.some((rule) => rule.protocol === OUR_PROTOCOL && rule.table === table)
  }

  /** The file says nothing of it, and the provider does. */
  #leasedMtu(dev: string): string | undefined {
    const isWritten = this.#config.lines.some((line) => line.interface === dev && line.mtuBytes !== undefined)
    const leased = this.#wanted.lines.find(
      ({ config }) => config.interface === dev && config.mtuBytes !== undefined,
    )
    return isWritten || leased === undefined
      ? undefined
      : `${leased.config.name}: its provider names ${leased.config.mtuBytes} bytes by DHCP`
  }

  /** What a line wants of its interface, or what becomes of that once no line wants it. */
  #ofLine(dev: string, wish: 'mtuBytes' | 'shape', key: string, text: string): string {
    const line = this.#config.lines.find((one) => one.interface === dev && one[wish] !== undefined)
    return line === undefined
      ? `as it was before multihomed: no line on ${dev} has ${key}`
      : `${line.name}: ${text} (${place(line.keys[key] ?? line.place)})`
  }

  /** Where the file speaks of an interface. */
  #written(dev: string, address?: string): string {
    const there = this.#config.lines.filter((candidate) => candidate.interface === dev)
    const line = there.find(({ addresses }) => addresses.some((own) => own.address === address)) ?? there[0]
    const lan = this.#config.lan.interfaces.find((candidate) => candidate.name === dev)
    const at = line?.keys['address'] ?? line?.place ?? lan?.place
    return at === undefined ? dev : place(at)
  }
}

const shaperText = ({ direction, bitsPerSecond }: Shaper): string =>
  `${direction === 'up' ? 'what leaves is' : 'what comes in is'} held to ${formatRate(bitsPerSecond)} a second, and waits here`

/** Worth telling when the choice changes: everybody who takes it otherwise than the file says. */
const isUnusual = ({ standing, verdict }: LineFacts): boolean =>
  standing.takes ? standing.as !== 'wished' || verdict.degraded !== undefined : standing.because !== 'reserve'

/** Whole percents of the slot table by line. */
function shares(slots: readonly (LineId | undefined)[]): Map<LineId, number> {
  const counts = new Map<LineId, number>()
  for (const id of slots) if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1)
  return new Map([...counts].map(([id, count]) => [id, Math.round((count * 100) / SLOTS)]))
}

/** Of a rule about questions to a resolver. */
const resolverOf = (move: Move): string | undefined =>
  'rule' in move && move.rule.dport !== undefined ? move.rule.to?.address : undefined
