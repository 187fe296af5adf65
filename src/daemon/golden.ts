/** The cases of golden/, read and worked out; two tests compare them, one of them on a real kernel. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseConfig } from '../config/index.ts'
import type { Kernel } from '../kernel/index.ts'
import type { Config, LineVerdict, Move, Observed } from '../model/index.ts'
import { desired, diff, emptyMemory, type Desired, type Memory, type PlanReport } from '../plan/index.ts'
import { reconciled } from './examples.ts'
import { look, withLineIds } from './reconciler.ts'

export const GOLDEN = join(import.meta.dirname, '..', '..', 'golden')
export const goldenCases = (): string[] => readdirSync(GOLDEN).toSorted()

/** observed.json: a whole reading of a box, or how another case left it and what happened since. */
type Beginning =
  | (Omit<Observed, 'ruleset'> & { readonly ruleset: null })
  | { readonly after: string; readonly then: readonly Happening[] }
type Happening =
  | { readonly unplug: string }
  | { readonly addLink: string }
  /** What health says of the lines from now on. */
  | { readonly judge: Readonly<Record<string, LineVerdict>> }

/** The pretend kernel, which only tests may name. */
interface Box extends Kernel {
  setCarrier(name: string, carrier: boolean): void
  addLink(name: string): void
}

export interface GoldenCase {
  readonly kernel: Box
  readonly config: Config
  /** As which the box was left. */
  readonly former?: Config | undefined
  readonly memory: Memory
  readonly health: ReadonlyMap<string, LineVerdict>
  readonly observed: Observed
  readonly wanted: Desired
  readonly moves: readonly Move[]
}

/** What a pass would do. */
export async function workOut(name: string, makeBox: (start: Partial<Observed>) => Box): Promise<GoldenCase> {
  const { kernel, former, memory: before, health } = await beginning(name, makeBox)
  const config = configOf(name)
  const memory = withLineIds(before, config)
  const reading = await look(kernel, config, memory)
  if (!reading.ok) throw new Error(reading.error.said)
  const observed = reading.value
  const wanted = desired({ config, observed, memory, health })
  return {
    kernel,
    config,
    former,
    memory,
    health,
    observed,
    wanted,
    moves: diff(observed, wanted.state, memory.originals),
  }
}

async function beginning(
  name: string,
  makeBox: (start: Partial<Observed>) => Box,
): Promise<Pick<GoldenCase, 'kernel' | 'former' | 'memory' | 'health'>> {
  const start = JSON.parse(readFileSync(join(GOLDEN, name, 'observed.json'), 'utf8')) as Beginning
  if (!('after' in start))
    return { kernel: makeBox({ ...start, ruleset: undefined }), memory: emptyMemory, health: new Map() }
  const before = await beginning(start.after, makeBox)
  const { kernel } = before
  const { memory } = await reconciled(kernel, configOf(start.after), before.memory, before.health)
  let { health } = before
  for (const happening of start.then) {
    if ('unplug' in happening) kernel.setCarrier(happening.unplug, false)
    else if ('addLink' in happening) kernel.addLink(happening.addLink)
    else health = new Map(Object.entries(happening.judge))
  }
  return { kernel, former: configOf(start.after), memory, health }
}

function configOf(name: string): Config {
  const parsed = parseConfig(readFileSync(join(GOLDEN, name, 'config.yaml')), 'config.yaml')
  if (!parsed.ok) throw new Error(parsed.error.map((problem) => problem.message).join('\n'))
  return parsed.value.config
}

/** As `multihome plan --all` tells it, but for a whole table from nothing, which stands in ruleset.nft. */
export function planText({ groups, stepCount, notes }: PlanReport): string {
  const chapters = groups.map((group) =>
    [
      `${group.sign} ${group.subject}: ${group.title}`,
      ...group.why.map((why) => `    why     ${why}`),
      `    effect  ${group.effect}`,
      ...group.steps.flatMap(({ sign, why, commands }) => [
        `    # ${why}`,
        ...(commands[0] === "nft 'add table inet multihomed'" ? ['nft -f ruleset.nft'] : commands).map(
          (command) => `    ${sign} ${command}`,
        ),
      ]),
    ].join('\n'),
  )
  const told = notes.map(({ severity, code, text, help }) =>
    [`${severity} (${code}): ${text}`, ...(help === undefined ? [] : [`    help: ${help}`])].join('\n'),
  )
  return `${[`steps: ${stepCount}`, ...chapters, ...told].join('\n\n')}\n`
}
