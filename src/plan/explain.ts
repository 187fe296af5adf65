import {
  OUR_PROTOCOL,
  formatPrefix,
  formatRate,
  legWords,
  sameShape,
  unreachable,
  type Config,
  type Move,
  type Observed,
  type Shaper,
  type Step,
} from '../model/index.ts'
import { condition, place, sentence } from './condition.ts'
import type { Desired } from './desired.ts'
import {
  changedKeys,
  fileChanges,
  saysTheSame,
  whatChanged,
  whereChanged,
  type FileChange,
} from './file-changes.ts'
import { releasedIn } from './line-maps.ts'
import { lineOfMove } from './line-of-move.ts'
import type { LineFacts } from './lines.ts'
import type { Memory } from './memory.ts'
import type { PlanGroup } from './report.ts'
import { isTunnelRule } from './tunnels.ts'
import { numbersOf, type Numbers } from './numbers.ts'
import { isOfKernel, keyEffect } from './key-effects.ts'
import { AS_BEFORE, settingReason } from './setting-reason.ts'
import { Shares } from './shares.ts'
import { tableChanges, type TableChange } from './table-changes.ts'
import { furtherReason, isFurther, lineEffects } from './wish-effects.ts'
import { isComfort } from './shaping.ts'

/** What changes for one line or for the router, before the commands are put to it. */
export interface Chapter extends Omit<PlanGroup, 'steps'> {
  readonly steps: readonly Step[]
}

const ROUTER = 'router'

/** What the numbers of rules, tables and marks are made from. */
const NUMBERS: readonly string[] = ['marks', 'rulePriorityBase']

/** What they bring about neither shares, nor what else the table is for, nor the line itself can tell. */
const OF_ROUTER: readonly string[] = ['lan', 'affinity', 'nat', 'vpn', 'mainDefault', 'history', ...NUMBERS]

/** Likewise of a line. */
const OF_LINE: readonly string[] = ['interface', 'address', 'gateway', 'families', 'via', 'endpoint', 'mtu', 'shape'] // prettier-ignore

/** Nobody but somebody else can have changed it. */
const NOT_AS_WISHED = 'it is not as it should be'

/** Where it is not known what was applied last. */
const NOT_AS_WRITTEN = 'it is not as the file says'

/**
 * Tells moves as a story: by line, effect first, every step with the reason it is there.
 * @param former what was applied last; absent: nobody knows, and so nothing is called a repair
 */
export function explain(
  moves: readonly Move[],
  wanted: Desired,
  config: Config,
  observed: Observed,
  memory: Memory,
  former?: Config,
): Chapter[] {
  const teller = new Teller(wanted, config, observed, memory, former)
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

class Teller {
  readonly #wanted: Desired
  readonly #config: Config
  readonly #observed: Observed
  readonly #numbers: Numbers
  readonly #memory: Memory
  readonly #shares: Shares
  readonly #tableChanges: readonly TableChange[]
  /** Absent: it is not known what was applied last. */
  readonly #fileChanges: readonly FileChange[] | undefined
  /** What is missing was there, and somebody took it away. */
  readonly #isFileOfBefore: boolean

  constructor(
    wanted: Desired,
    config: Config,
    observed: Observed,
    memory: Memory,
    former: Config | undefined,
  ) {
    this.#wanted = wanted
    this.#config = config
    this.#observed = observed
    this.#numbers = numbersOf(config)
    this.#memory = memory
    this.#shares = new Shares(wanted, config, observed)
    this.#fileChanges = former && fileChanges(former, config)
    this.#tableChanges = tableChanges(config, wanted, observed.ruleset, this.#fileChanges)
    this.#isFileOfBefore = former !== undefined && saysTheSame(former, config)
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
    const own = this.#fileChanges?.filter(({ line }) => line === name) ?? []
    const further = lineEffects(name, steps, this.#legs(name))
    const effect = [
      ...further,
      ...own
        .filter(({ key }) => OF_LINE.includes(key) && !(key === 'address' && further.length > 0))
        .map((change) => keyEffect(change, this.#config)),
      this.#shares.effect(facts.id),
    ].join('; ')
    const chapter = { subject: name, steps, effect }
    if (this.#isNew(facts)) {
      return {
        ...chapter,
        sign: '+',
        title: `new line on ${facts.config.interface}, weight ${facts.config.weight}`,
        why: [`${place(facts.config.place)} is new`],
      }
    }
    const repair =
      this.#isFileOfBefore &&
      steps.every(({ move }) => move.do.startsWith('add-') && !isComfort(move)) &&
      facts.presence.is === 'usable' &&
      !this.#shares.shifts(facts.id)
    if (repair) {
      const title = `${steps.length === 1 ? 'one thing is' : `${steps.length} things are`} missing`
      return { ...chapter, sign: '!', title, why: reasons(steps.map((step) => step.why)) }
    }
    const ofNumbers = this.#fileChanges?.filter(({ key }) => NUMBERS.includes(key)) ?? []
    const how = condition(facts)
    return {
      ...chapter,
      sign: '~',
      title: own.length > 0 && how === 'usable' ? changedKeys(own) : how,
      why: reasons([
        ...own.map((change) => whereChanged(change, this.#config)),
        ...ofNumbers.map((change) => whatChanged(change, this.#config)),
        ...steps
          .map((step) => step.why)
          .filter((why) => own.length + ofNumbers.length === 0 || !why.startsWith(sentence(facts))),
      ]),
    }
  }

  routerChapter(steps: readonly Step[]): Chapter {
    const first = this.#observed.ruleset === undefined
    const changes = this.#config.lines.flatMap((line) => {
      const id = this.#facts(line.name)?.id
      return id === undefined || !this.#shares.shifts(id) ? [] : [`${line.name} ${this.#shares.text(id)}`]
    })
    const told = (change: FileChange): string => keyEffect(change, this.#config)
    const effects = [
      ...(changes.length === 0 ? [] : [`${this.#shares.of}: ${changes.join(', ')}`]),
      ...this.#releases(),
      ...this.#tableChanges.map(({ effect }) => effect),
      ...this.#ofKernel.filter(({ key }) => OF_ROUTER.includes(key)).map(told),
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
      why: reasons(steps.map((step) => step.why)),
      effect: (effects.length > 0 ? effects : this.#ofKernel.map(told)).join('; ') || this.#otherwise(steps),
      steps,
    }
  }

  /** What it brings about when nothing of the file does. */
  #otherwise(steps: readonly Step[]): string {
    if (!steps.some(({ move }) => move.do === 'change-ruleset')) return 'none on traffic'
    if (this.#fileChanges === undefined) return 'traffic goes as the file says'
    return this.#choiceReason() === NOT_AS_WISHED ? 'traffic goes as the file says again' : 'none on traffic'
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
        if (line === undefined) return 'what carries the mark of no line in the file begins anew'
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
        if (move.do === 'add-rule' && isFurther(move.rule.from, this.#legs(facts.config.name)))
          return furtherReason(move.rule.from, facts.config)
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
    const isVague = choice === NOT_AS_WISHED || choice === NOT_AS_WRITTEN
    return [...(isVague && others.length > 0 ? [] : [choice]), ...others].join('; ')
  }

  /** Somebody, or another release, gave it other hooks, maps or flags. */
  #isMadeAnew(): boolean {
    const [before, after] = [this.#observed.ruleset, this.#wanted.state.ruleset]
    return before !== undefined && after !== undefined && !sameShape(before, after)
  }

  /** What all lines together bring about: which may be chosen, and how often. */
  #choiceReason(): string {
    if (this.#observed.ruleset === undefined) return `${this.#config.file} asks for it`
    const ofFile = this.#fileReasons()
    const others = this.#isMadeAnew() && ofFile.length === 0 ? MADE_ANEW : this.#lineReasons()
    if (ofFile.length + others.length > 0) return [...ofFile, ...others].join('; ')
    return this.#fileChanges === undefined ? NOT_AS_WRITTEN : NOT_AS_WISHED
  }

  #lineReasons(): string[] {
    const unusual = this.#wanted.lines.filter(isUnusual)
    if (unusual.length > 0) return unusual.map(sentence)
    const changed = this.#wanted.lines.filter(({ id }) => this.#shares.shifts(id))
    const resting = changed.filter(({ standing }) => !standing.takes)
    if (resting.length > 0) return resting.map(sentence)
    return changed.map(
      ({ config }) =>
        `${config.name}: weight ${config.weight}${config.weightInFile === undefined ? '' : ` by wish, ${config.weightInFile} in the file`} (${place(config.keys['weight'] ?? config.place)})`,
    )
  }

  /** What of the file can bring it about, and is not told with what else the table is for. */
  #fileReasons(): string[] {
    const isTold = ({ key, line }: FileChange): boolean =>
      this.#tableChanges.some(({ why }) => why.startsWith(line === undefined ? key : `${key} of ${line}`))
    return this.#ofKernel
      .filter((change) => !isTold(change))
      .map((change) => whatChanged(change, this.#config))
  }

  get #ofKernel(): FileChange[] {
    return (this.#fileChanges ?? []).filter(isOfKernel)
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

  #legs = (name: string): LineFacts[] => this.#wanted.lines.filter((line) => line.config.name === name)
  #facts = (name: string): LineFacts | undefined =>
    this.#wanted.lines.find((line) => line.config.name === name)

  #isNew(facts: LineFacts): boolean {
    // With all of the rest in the kernel, somebody took its rules away.
    if (this.#isFileOfBefore && this.#observed.ruleset !== undefined) return false
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

const MADE_ANEW = ['its hooks, maps or flags are not ours: it is made anew']

/** Each once, however many steps have it; that something is put back is no news beside others. */
function reasons(whys: readonly string[]): string[] {
  const each = [...new Set(whys.flatMap((why) => why.split('; ')))]
  const others = each.filter((why) => why !== AS_BEFORE)
  return others.length === 0 ? each : others
}

/** Of a rule about questions to a resolver. */
const resolverOf = (move: Move): string | undefined =>
  'rule' in move && move.rule.dport !== undefined ? move.rule.to?.address : undefined
