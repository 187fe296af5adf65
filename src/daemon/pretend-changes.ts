/** What becomes of configurations, on a pretend kernel, for the tests of this room. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FakeKernel } from '../kernel/fake.ts'
import { fail, ok, type Config } from '../model/index.ts'
import { emptyMemory } from '../plan/index.ts'
import { chooseConfig } from './choose-config.ts'
import { ConfigChanges, type Engine } from './config-changes.ts'
import type { LineMeasure } from './control.ts'
import { BOX, reconciled } from './examples.ts'
import { Journal } from './journal.ts'
import { loadHistory } from './history-store.ts'
import { createLog } from './log.ts'
import { readConfig } from './read-config.ts'
import { WallClock } from './wall-clock.ts'

/** Of `node:test`: what is done when the test is over. */
interface Ending {
  after(end: () => Promise<void> | void): void
}

export const fileOf = (weight: number): string =>
  `lan: { interfaces: [lan0] }\nlines: { fiber: { interface: wan2, weight: ${weight} }, dsl: { interface: wan3 } }\n`
export const [A, B, C] = [fileOf(1), fileOf(2), fileOf(3)]
export const weightOf = (config: Config | undefined): number | undefined => config?.lines[0]?.weight

export const works = (line: string): LineMeasure => ({ line, works: true, delayMs: 4 })
export const silent = (line: string): LineMeasure => ({ line, works: false, why: 'no answer within 2000 ms' })

export interface Scene {
  readonly changes: ConfigChanges
  readonly log: string[]
  /** What the kernel was made to be, in order. */
  readonly weights: (number | undefined)[]
  /** Answers of the next measurements; none left: both lines work. */
  readonly measures: LineMeasure[][]
  readonly settled: () => number
  readonly file: string
  readonly state: string
  refuseNext(): void
  write(text: string): Promise<void>
  /** A new daemon on what the old one left. */
  restart(): Promise<Scene>
}

export async function scene(t: Ending, directory?: string): Promise<Scene> {
  const home = directory ?? (await mkdtemp(join(tmpdir(), 'multihomed-')))
  const file = join(home, 'config.yaml')
  const state = join(home, 'state')
  if (directory === undefined) {
    await writeFile(file, A)
    t.after(() => rm(home, { recursive: true }))
  }
  const reading = await readConfig(file)
  if (!reading.ok) throw new Error(reading.error.text)
  const log: string[] = []
  const choice = chooseConfig(reading.value, await loadHistory(state, (text) => log.push(text)), Date.now())
  const weights: (number | undefined)[] = [weightOf(choice.config)]
  const measures: LineMeasure[][] = []
  const journal = new Journal(new WallClock())
  let refusals = 0
  let settled = 0
  const go = async (config: Config) => {
    if (refusals > 0) {
      refusals--
      return fail('nft: busy')
    }
    weights.push(weightOf(config))
    return ok((await reconciled(new FakeKernel(BOX), config, emptyMemory)).report)
  }
  const engine: Engine = {
    take: go,
    insist: go,
    measure: async () => measures.shift() ?? [works('fiber'), works('dsl')],
    settled: async () => void settled++,
  }
  const changes = new ConfigChanges({
    file,
    directory: state,
    choice,
    engine,
    missingPrograms: () => Promise.resolve([]),
    log: createLog('text', {}, (line) => log.push(line)),
    journal,
    clock: new WallClock(),
  })
  await changes.started()
  t.after(() => changes.close())
  return {
    changes,
    log,
    weights,
    measures,
    settled: () => settled,
    file,
    state,
    refuseNext: () => void refusals++,
    write: (text) => writeFile(file, text),
    restart: () => {
      changes.close()
      return scene(t, home)
    },
  }
}

export const codes = ({ changes }: Scene): string[] =>
  changes.notes(performance.now()).map(({ code }) => code)

/** The timer's own turn, and what it does in it. */
export async function untilOver({ changes }: Scene): Promise<void> {
  while (changes.trial !== undefined) await new Promise((resolve) => setTimeout(resolve, 1))
  await changes.confirm()
}
