import type { ConnectionsOfLine, Kernel } from '../kernel/index.ts'
import { PROBE, mark, type Config, type LineReport, type LineVerdict } from '../model/index.ts'
import {
  handshakeCounter,
  lifeCounter,
  numbersOf,
  sentCounter,
  type Desired,
  type LineFacts,
  type Note,
} from '../plan/index.ts'
import type { FollowedLine, HealthWatch, LineReports, StartHealthWatch } from './health-watch.ts'
import { Releases, lineNow, type ReleaseNews } from './releases.ts'

export interface HealthDeskOptions {
  readonly kernel: Kernel
  readonly startWatch: StartHealthWatch
  /** Something is to be done about lines, now: the kernel's choice, or what hangs on one. */
  readonly onVerdict: (cause: string) => void
  readonly onNews: (news: ReleaseNews) => void
  readonly onTrouble: (text: string) => void
}

/**
 * Where the watch over the lines, the kernel's choice and the endings meet: what is found becomes a verdict for the
 * next pass, what a pass brought about is what the endings go by, and what it left is watched from then on.
 */
export class HealthDesk {
  readonly #watch: HealthWatch
  readonly #releases: Releases
  #config: Config | undefined
  #lines: readonly LineFacts[] = []

  constructor({ kernel, startWatch, onVerdict, onNews, onTrouble }: HealthDeskOptions) {
    this.#watch = startWatch(() => onVerdict('health of the lines'))
    this.#releases = new Releases({
      kernel,
      connectionsOf: (line) => this.#connectionsOf(line),
      endsOwn: (leg) => this.#lines.some((one) => one.leg === leg && one.config.release.own),
      onReleased: onVerdict,
      onNews,
      onTrouble,
    })
  }

  get reports(): LineReports {
    return this.#watch.reports
  }

  fresh(): Promise<LineReports> {
    return this.#watch.fresh()
  }

  /** For the next pass. */
  get verdicts(): ReadonlyMap<string, LineVerdict> {
    const verdicts = new Map([...this.#watch.reports].map(([line, report]) => [line, verdictOf(report)]))
    for (const line of this.#releases.released)
      verdicts.set(line, { health: 'unknown', ...verdicts.get(line), released: true })
    return verdicts
  }

  /** Why lines are watched less closely than they should be. */
  get note(): Note | undefined {
    const { trouble } = this.#watch
    if (trouble === undefined) return undefined
    return {
      code: 'health-unwatched',
      severity: 'warning',
      text: `${trouble}; a line that falls silent is noticed later, or not at all`,
    }
  }

  /** @param leg of a line that takes no new connections */
  moveAway(leg: string): Promise<void> {
    return this.#releases.moveAway(leg)
  }

  /** After every pass: watch what is there now, and end what hangs on lines that are not. */
  passed(config: Config, { lines }: Desired): void {
    this.#config = config
    this.#lines = lines
    this.#watch.follow(lines.map((line) => followed(line, config)))
    this.#releases.passed(lines.map(lineNow))
  }

  /** No connection is ended any more. */
  endNothing(): void {
    this.#releases.close()
  }

  async close(): Promise<void> {
    this.#releases.close()
    await this.#watch.close()
  }

  #connectionsOf(leg: string): ConnectionsOfLine | undefined {
    const line = this.#lines.find((one) => one.leg === leg)
    if (line === undefined || this.#config === undefined) return undefined
    const numbers = numbersOf(this.#config)
    return {
      family: line.family,
      mark: numbers.markOf(line.id),
      mask: numbers.mask,
      dev: line.config.interface,
    }
  }
}

/** Behind a login page a line answers, and carries nothing. */
const verdictOf = ({ health, sinceMs, degraded, why, backAtMs, blame }: LineReport): LineVerdict => ({
  health,
  sinceMs,
  ...(degraded !== undefined && { degraded }),
  ...(backAtMs !== undefined && blame !== 'portal' && { returning: true }),
  ...(why !== undefined && { why }),
})

const followed = (
  { config: line, id, leg, family, presence, gateway, address }: LineFacts,
  config: Config,
): FollowedLine => ({
  name: leg,
  family,
  policy: line.health,
  metered: line.metered,
  usable: presence.is === 'usable',
  ...(gateway !== undefined && { gateway }),
  way: `${line.interface} ${gateway ?? ''} ${address?.address ?? ''}`,
  path: { dev: line.interface, mark: mark(numbersOf(config).markOf(id) | PROBE) },
  counters: {
    sent: sentCounter(id, family),
    life: lifeCounter(id, family),
    handshakes: handshakeCounter(id, family),
  },
})
