/** A whole daemon on a pretend kernel, for the tests of this room. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseConfig } from '../config/index.ts'
import { FakeKernel } from '../kernel/fake.ts'
import type { FoundDhcpClient, ResolverNews, ResolverTrouble } from '../kernel/index.ts'
import { fail, type LineHealth, type LineReport, type ResolverDriver } from '../model/index.ts'
import { emptyMemory, type Memory, type Note } from '../plan/index.ts'
import { emptyHistory } from './config-history.ts'
import { Daemon } from './daemon.ts'
import { BOX } from './examples.ts'
import type { FollowedLine, HealthWatch, OnHealth } from './health-watch.ts'
import { createLog } from './log.ts'
import { Tokens } from './tokens.ts'

export const TWO = `
lan: { interfaces: [lan0] }
lines:
  fiber: { interface: wan1, weight: 3, address: 198.51.1.2/24, gateway: 198.51.1.1 }
  dsl: { interface: wan2 }
`
export const ONE = TWO.replace(/ {2}dsl.*\n/, '')

/** Says of lines what a test has it say. */
export class PretendWatch implements HealthWatch {
  readonly reports = new Map<string, LineReport>()
  trouble: string | undefined
  lines: readonly FollowedLine[] = []
  #onHealth: OnHealth = () => undefined

  started(onHealth: OnHealth): this {
    this.#onHealth = onHealth
    return this
  }

  follow(lines: readonly FollowedLine[]): void {
    this.lines = lines
  }

  fresh(): Promise<ReadonlyMap<string, LineReport>> {
    return Promise.resolve(this.reports)
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  says(line: string, health: LineHealth, rest: Partial<LineReport> = {}): void {
    this.reports.set(line, {
      line,
      health,
      sinceMs: performance.now(),
      penalty: 0,
      probes: { sent: 0, answered: 0, bytes: 0 },
      targets: [],
      ...rest,
    })
    this.#onHealth()
  }
}

export interface ToldResolvers {
  readonly driver: ResolverDriver
  readonly news: ResolverNews | undefined
  readonly interfaces: readonly string[]
}

/** Of `node:test`: what is done when the test is over. */
interface Ending {
  after(end: () => Promise<void>): void
}

export interface SceneOptions {
  readonly stateDir?: string
  /** The file; absent: `TWO`. */
  readonly yaml?: string
  readonly dhcpClient?: FoundDhcpClient
  readonly memory?: Memory
  /** What whoever is told of resolvers says to that; absent: nothing. */
  readonly troubleWithResolvers?: () => ResolverTrouble | undefined
  /** Why the API is not to be had by TCP. */
  readonly apiNote?: () => Note | undefined
  /** What there is to say of programs that are not on the box. */
  readonly missing?: readonly Note[]
}

export interface Scene {
  readonly kernel: FakeKernel
  readonly daemon: Daemon
  readonly watch: PretendWatch
  readonly log: string[]
  readonly ends: string[]
  /** What programs of the box were told of resolvers. */
  readonly told: readonly ToldResolvers[]
  readonly write: (yaml: string) => Promise<void>
}

/** A daemon on a pretend kernel with a file and a state directory of its own. */
export async function scene(
  t: Ending,
  {
    stateDir,
    yaml = TWO,
    dhcpClient = fail('udhcpc'),
    memory = emptyMemory,
    troubleWithResolvers = () => undefined,
    missing = [],
    apiNote = () => undefined,
  }: SceneOptions = {},
): Promise<Scene> {
  const directory = await mkdtemp(join(tmpdir(), 'multihomed-'))
  const file = join(directory, 'config.yaml')
  await writeFile(file, yaml)
  const parsed = parseConfig(yaml, file)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  const kernel = new FakeKernel(BOX)
  const watch = new PretendWatch()
  const log: string[] = []
  const ends: string[] = []
  const told: ToldResolvers[] = []
  const daemon = new Daemon({
    kernel,
    choice: { config: parsed.value.config, source: yaml, history: emptyHistory, isFormer: false },
    startHealthWatch: (onHealth) => watch.started(onHealth),
    probe: () => Promise.resolve({ answered: false, why: 'this box is pretended' }),
    mail: () => Promise.resolve({ is: 'failed', why: 'this box is pretended' }),
    post: () => Promise.resolve({ is: 'failed', why: 'this box is pretended' }),
    runHook: () => Promise.resolve({ output: '' }),
    tellResolvers: (driver, news, interfaces) => {
      told.push({ driver, news, interfaces })
      return Promise.resolve(troubleWithResolvers())
    },
    dhcpClient,
    missingPrograms: () => Promise.resolve(missing),
    openAdvertiser: (dev) =>
      Promise.resolve({
        ok: false,
        error: { code: 'unsupported', what: dev, said: 'this box is pretended' },
      }),
    eventDocument: (entry) => entry,
    memory,
    stateDir: { path: stateDir ?? join(directory, 'state'), runtimePath: join(directory, 'run') },
    version: '0.0.0',
    log: createLog('text', {}, (line) => log.push(line)),
    onDown: () => ends.push('down'),
    tokens: await Tokens.load(stateDir ?? join(directory, 'state'), {
      warn: (text: string) => void log.push(text),
    }),
    apiNote,
    apiSettled: () => Promise.resolve(),
  })
  t.after(async () => {
    await daemon.stop()
    await rm(directory, { recursive: true })
  })
  return { kernel, daemon, watch, log, ends, told, write: (yaml) => writeFile(file, yaml) }
}

/** The same, after its first pass. */
export async function started(t: Ending, options?: SceneOptions): Promise<Scene> {
  const it = await scene(t, options)
  const first = await it.daemon.start()
  if (!first.ok) throw new Error(first.error)
  return it
}
