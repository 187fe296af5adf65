/** The life of a box, for tests: files, mishaps, restarts, crashes and `down` in any order. */
import type { Kernel } from '../kernel/index.ts'
import {
  OUR_PROTOCOL,
  isLinkLocal,
  type Config,
  type IpRule,
  type LineVerdict,
  type Observed,
} from '../model/index.ts'
import { emptyMemory, type Memory } from '../plan/index.ts'
import { configOf } from './examples.ts'
import { memoryText, parseMemory } from './memory-text.ts'
import { MISHAPS, type Handiwork, type MishapName } from './mishaps.ts'
import { reconcile, type PassReport } from './reconciler.ts'
import { takeDown } from './take-down.ts'

/** A kernel together with the hands that pull its cables. */
export interface World {
  readonly kernel: Kernel
  readonly handle: (work: Handiwork) => void
}

export interface Moment {
  readonly mishaps: readonly MishapName[]
  /** Applied from now on; absent: the one before. */
  readonly file?: string
  /** What health says of the lines from now on; absent: what it said before. */
  readonly verdicts?: Readonly<Record<string, LineVerdict>>
  /** In the middle of the pass, after so many of its moves. */
  readonly midway?: { readonly after: number; readonly what: MishapName | 'the daemon is killed' }
  readonly next: 'on' | 'restart' | 'down'
}

/** A daemon's on a box. Throws where a pass does not settle what befell it, or a second one finds work. */
export class BoxLife {
  readonly #world: World
  #file: string
  /** What a daemon that is started now finds in its state directory. */
  #memory: Memory = emptyMemory
  #health: ReadonlyMap<string, LineVerdict> = new Map()

  constructor(world: World, file: string) {
    this.#world = world
    this.#file = file
  }

  /** Mishaps, then a pass, which settles it; the next one must find nothing. */
  async live({ mishaps, file, verdicts, midway, next }: Moment): Promise<void> {
    for (const mishap of mishaps) await befall(this.#world, mishap)
    this.#file = file ?? this.#file
    if (verdicts !== undefined) this.#health = new Map(Object.entries(verdicts))
    if (midway !== undefined) await this.#disturbedPass(midway)
    await this.#pass()
    const again = await this.#pass()
    if (again.moves.length > 0) throw new Error(`a second pass found work: ${JSON.stringify(again.moves)}`)
    if (next === 'restart') this.#restart()
    if (next === 'down') await this.down()
  }

  async down(): Promise<void> {
    const done = await takeDown(this.#world.kernel, this.#memory, false)
    if (!done.ok) throw new Error(done.error)
    this.#memory = emptyMemory
  }

  /** It may fail, as long as the next one does not. */
  async #disturbedPass({ after, what }: NonNullable<Moment['midway']>): Promise<void> {
    const act = async (): Promise<void> => {
      if (what === KILLED) throw new Error(KILLED)
      await befall(this.#world, what)
    }
    try {
      await this.#reconcile(disturbed(this.#world.kernel, after, act))
    } catch (cause) {
      if (!(cause instanceof Error) || cause.message !== KILLED) throw cause
      this.#restart()
    }
  }

  async #pass(): Promise<PassReport> {
    const done = await this.#reconcile(this.#world.kernel)
    if (!done.ok) throw new Error(`a pass did not settle it: ${JSON.stringify(done.error)}`)
    return done.value.report
  }

  #reconcile(kernel: Ground): ReturnType<typeof reconcile> {
    return reconcile({
      kernel,
      config: configFrom(this.#file),
      memory: this.#memory,
      health: this.#health,
      remember: async (memory) => {
        this.#memory = memory
      },
    })
  }

  #restart(): void {
    this.#health = new Map()
    const read = parseMemory(memoryText({ ...this.#memory, boot: 'this one', saves: 1 }))
    if (read === undefined)
      throw new Error(`a memory that cannot be read back: ${JSON.stringify(this.#memory)}`)
    const { boot: _, saves: __, ...memory } = read
    this.#memory = memory
  }
}

/** Once for each text: parsing takes longer than a pass. */
function configFrom(text: string): Config {
  const config = CONFIGS.get(text) ?? configOf(text)
  CONFIGS.set(text, config)
  return config
}

const CONFIGS = new Map<string, Config>()

type Ground = Pick<Kernel, 'observe' | 'apply'>

const KILLED = 'the daemon is killed'

/** What cannot be done is passed over. */
export async function befall({ kernel, handle }: World, mishap: MishapName): Promise<void> {
  for (const act of MISHAPS[mishap].acts(await look(kernel))) {
    if ('do' in act) await kernel.apply(act)
    else {
      handle(act)
      await look(kernel) // as after every event: whoever does without may know a device that is gone
    }
  }
}

export async function look(kernel: Kernel): Promise<Observed> {
  const observed = await kernel.observe(SETTINGS)
  if (!observed.ok) throw new Error(observed.error.said)
  return observed.value
}

const SETTINGS = [
  'net/ipv4/ip_forward',
  'net/ipv4/fib_multipath_hash_policy',
  'net/ipv4/conf/all/accept_redirects',
  'net/ipv4/conf/*/forwarding',
  'net/ipv4/conf/*/rp_filter',
]

function disturbed(kernel: Kernel, after: number, act: () => Promise<void>): Ground {
  let left = after
  return {
    observe: (...question) => kernel.observe(...question),
    apply: async (move) => {
      if (left-- === 0) await act()
      return kernel.apply(move)
    },
  }
}

/** What is alike on the pretend and the real kernel, a line each; of rules and maps of nft what makes them out. */
export function told({ links, addresses, rules, routes, nexthops, sysctls, ruleset }: Observed): string[] {
  const isCard = (dev: string | undefined): boolean => dev === undefined || /^(?:lan|wan)\d$/.test(dev)
  const isSpokenOf = (key: string): boolean =>
    isCard(/\/conf\/(?!all|default\/forwarding)([^/]+)/.exec(key)?.[1])
  return [
    ...links
      .filter(({ name }) => isCard(name))
      .map(({ name, up, carrier }) => line('link', name, up, carrier)),
    ...addresses
      .filter((one) => isCard(one.dev) && !(one.family === 'ipv6' && isLinkLocal(one.address)))
      .map((one) => line('address', one.dev, one.address, one.length)),
    ...rules.filter(isToldOf).map(({ protocol, ...rest }) => line('rule', protocol === OUR_PROTOCOL, rest)),
    ...routes
      .filter((one) => isToldOf(one) && one.table !== 255 && isCard(one.dev))
      .map(({ protocol, ...rest }) => line('route', protocol === OUR_PROTOCOL, rest)),
    ...nexthops.map((one) => line('nexthop', one)),
    ...sysctls.filter(({ key }) => isSpokenOf(key)).map(({ key, value }) => line('sysctl', key, value)),
    ...(ruleset?.counters ?? []).map((name) => line('counter', name)),
    line('table', ruleset?.dormant === true ? 'sleeps' : '', ruleset?.flowtable ?? ''),
    ...(ruleset?.maps ?? []).map((map) =>
      line(
        map.kind,
        map.name,
        map.declaration,
        [...map.elements]
          .map((element) => element.join(' : '))
          .toSorted()
          .join(', '),
      ),
    ),
    ...(ruleset?.chains ?? []).map((chain) =>
      line('chain', chain.name, chain.hook ?? '', ...chain.rules.map((rule) => rule.comment)),
    ),
  ].toSorted()
}

/** Of IPv6 the kernel makes much by itself. */
const isToldOf = ({ family, protocol }: Pick<IpRule, 'family' | 'protocol'>): boolean =>
  family === 'ipv4' || protocol === OUR_PROTOCOL

const line = (...parts: readonly unknown[]): string =>
  parts.map((part) => (typeof part === 'string' ? part : inOrder(part))).join(' ')

/** The same text whatever the order of the keys. */
const inOrder = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
