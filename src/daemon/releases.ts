import type { ConnectionsOfLine, Endings, Kernel } from '../kernel/index.ts'
import {
  HELD_CONNECTION,
  mark,
  messageOf,
  unreachable,
  type KernelError,
  type LinePresence,
  type Result,
} from '../model/index.ts'
import type { LineFacts } from '../plan/index.ts'
import { decideEndings, type Ending, type LineNow, type Order, type ProgressByLine } from './endings.ts'

/** What became of connections of a line, for whoever tells of it. */
export interface ReleaseNews {
  readonly line: string
  readonly did: Ending
  readonly connections: Pick<Endings, 'told' | 'ended' | 'left' | 'ownRefused'>
}

export interface ReleasesOptions {
  readonly kernel: Pick<Kernel, 'forgetConnections' | 'tellStranded' | 'endFlows'>
  /** Which are the line's; `undefined`: it is no line any more. */
  readonly connectionsOf: (line: string) => ConnectionsOfLine | undefined
  /** Whether the line's connections of this box are ended with the others. */
  readonly endsOwn: (line: string) => boolean
  /** Lines are released, or no more: the kernel is to be made so. */
  readonly onReleased: (text: string) => void
  readonly onNews: (news: ReleaseNews) => void
  readonly onTrouble: (text: string) => void
}

/**
 * Carries out what `endings.ts` decides, beside everything else: neither a pass nor the watch over the lines ever
 * waits for it.
 */
export class Releases {
  readonly #options: ReleasesOptions
  #progress: ProgressByLine = new Map()
  #lines: readonly LineNow[] = []
  readonly #released = new Set<string>()
  /** What still goes on for a line, until the line is back. */
  readonly #telling = new Map<string, AbortController>()
  #wake: NodeJS.Timeout | undefined

  constructor(options: ReleasesOptions) {
    this.#options = options
  }

  /** Lines on which whoever sends is to be told that it is over. */
  get released(): ReadonlySet<string> {
    return this.#released
  }

  /** After every pass, with what it left. */
  passed(lines: readonly LineNow[]): void {
    this.#lines = lines
    for (const [line, telling] of this.#telling) if (!lines.some(({ name }) => name === line)) telling.abort()
    for (const line of this.#released)
      if (!lines.some(({ name }) => name === line)) this.#released.delete(line) // taken out of the file
    this.#decide()
  }

  /** What was begun inside begins anew on other lines, as after a failback; for a line that somebody empties. */
  moveAway(line: string): Promise<void> {
    return this.#carryOut({ line, do: 'move' })
  }

  close(): void {
    clearTimeout(this.#wake)
    for (const telling of this.#telling.values()) telling.abort()
  }

  #decide(): void {
    clearTimeout(this.#wake)
    const nowMs = performance.now()
    const { progress, orders, wakeAtMs } = decideEndings(this.#progress, this.#lines, nowMs)
    this.#progress = progress
    for (const order of orders) void this.#carryOut(order)
    if (wakeAtMs !== undefined) this.#wake = setTimeout(() => this.#decide(), Math.max(1, wakeAtMs - nowMs))
  }

  async #carryOut({ line, do: ending }: Order): Promise<void> {
    try {
      await this.#end(line, ending)
    } catch (cause) {
      this.#options.onTrouble(`${DOING[ending]} of ${line}: ${messageOf(cause)}`)
    }
  }

  async #end(line: string, ending: Ending): Promise<void> {
    const { kernel, onReleased } = this.#options
    const of = this.#options.connectionsOf(line)
    if (of === undefined) return
    const own = this.#options.endsOwn(line)
    switch (ending) {
      case 'forget-unanswered':
        return this.#tellOf(line, ending, await kernel.forgetConnections(of, 'unanswered', { own }))
      case 'forget-services':
        return this.#tellOf(line, ending, await kernel.forgetConnections(of, 'services', { own }))
      case 'forget-fleeting':
        return this.#tellOf(line, ending, await kernel.forgetConnections(of, 'fleeting', { own }))
      case 'release':
        this.#released.add(line)
        return onReleased(`${line} is released`)
      case 'recall':
        this.#telling.get(line)?.abort()
        this.#released.delete(line)
        return onReleased(`${line} is back`)
      case 'tell':
        return this.#tellOf(
          line,
          ending,
          await kernel.tellStranded(of, { own, signal: this.#untilBack(line) }),
        )
      case 'move':
        return this.#tellOf(
          line,
          ending,
          await kernel.endFlows(
            { ...of, mask: mark(of.mask | HELD_CONNECTION) },
            { own, signal: this.#untilBack(line) },
          ),
        )
      default:
        return unreachable(ending)
    }
  }

  /** Ends what is being told when the line is back, or dealt with anew. */
  #untilBack(line: string): AbortSignal {
    this.#telling.get(line)?.abort()
    const telling = new AbortController()
    this.#telling.set(line, telling)
    return telling.signal
  }

  #tellOf(line: string, did: Ending, outcome: Result<number | Endings, KernelError>): void {
    const { onNews, onTrouble } = this.#options
    if (!outcome.ok)
      return onTrouble(`${DOING[did]} of ${line}: ${outcome.error.what}: ${outcome.error.said}`)
    const { value } = outcome
    if (typeof value !== 'number' && value.ownRefused !== undefined)
      onTrouble(`connections of this box on ${line} go on: ${value.ownRefused.said}`)
    onNews({ line, did, connections: typeof value === 'number' ? { told: value, ended: 0, left: 0 } : value })
  }
}

const DOING: Readonly<Record<Ending, string>> = {
  'forget-unanswered': 'forgetting the unanswered connections',
  'forget-services': 'forgetting what is no TCP',
  'forget-fleeting': 'forgetting calls and games',
  release: 'releasing the connections',
  recall: 'taking back the release',
  tell: 'telling the stranded connections',
  move: 'moving the connections',
}

const UNPLUGGED: readonly Extract<LinePresence, { is: 'blocked' }>['by'][] = ['no-carrier', 'link-off']

/** @param facts as the last pass brought them about */
export function lineNow({ config, leg, family, presence, verdict, standing, released }: LineFacts): LineNow {
  return {
    name: leg,
    family,
    isGone: presence.is !== 'usable',
    isUnplugged: presence.is === 'absent' || (presence.is === 'blocked' && UNPLUGGED.includes(presence.by)),
    isBackup: config.role === 'backup',
    health: verdict.health,
    isRefuge: standing.takes && standing.as !== 'suspected' && standing.as !== 'fail-open',
    isAvoided: !standing.takes,
    isReleased: released,
    isReturning: verdict.returning === true,
    isInReserve: !standing.takes && standing.because === 'reserve',
    release: config.release,
    failback: config.failback,
  }
}
