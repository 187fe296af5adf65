import { answerInbound, countWrong, cutAndRestore, reload, spread } from './acts.ts'
import { startBusyClients } from './busy-clients.ts'
import type { Reserved } from './door-socket.ts'
import { doorLine, showDoor } from './shown-door.ts'
import type { ShownDoor } from './shown-door.ts'
import { forEver, unlessAborted } from './interruption.ts'
import { createLab } from './lab.ts'
import type { Lab, LabOptions } from './lab.ts'
import { labConfig } from './lab-config.ts'
import { ownName } from './own-name.ts'
import { reportLines } from './report.ts'
import type { Measured } from './report.ts'
import { dieSilently } from './silent-act.ts'
import type { Stage } from './stage.ts'
import { recentRecords, watchLoad } from './watch-load.ts'

export interface ShowOptions extends LabOptions {
  readonly connections: number
  /** Where a browser finds it. */
  readonly door: Reserved
  /** Aborted on Ctrl-C and its like: the show ends at once and cleans up. */
  readonly signal: AbortSignal
  /** Called with the running lab: for `multihome lab cut` from another terminal. @returns its end; `undefined`: it cannot be reached */
  readonly open: (lab: Lab, door: ShownDoor) => Promise<Disposable | undefined>
}

/** `interrupted`: before everything was measured. */
export type ShowOutcome = 'as-wished' | 'not-as-wished' | 'interrupted'

export const FAREWELL = 'The lab is gone; this machine is as before.'

export async function runShow(stage: Stage, options: ShowOptions): Promise<ShowOutcome> {
  const { signal } = options
  const beganAt = performance.now()
  const lab = await unlessAborted(signal, () => createLab(options))
  let measured: Measured[] | undefined
  try {
    if (lab !== undefined) {
      describe(lab, stage, performance.now() - beganAt)
      measured = await unlessAborted(signal, () => play(lab, stage, options))
    }
  } finally {
    await lab?.remove()
  }
  const seconds = ((performance.now() - beganAt) / 1000).toFixed(0)
  stage.say(signal.aborted ? FAREWELL : `${FAREWELL} (${seconds} s)`)
  if (measured === undefined) return 'interrupted'
  return measured.every((row) => row.holds) ? 'as-wished' : 'not-as-wished'
}

async function play(lab: Lab, stage: Stage, options: ShowOptions): Promise<Measured[]> {
  const { signal, connections } = options
  using door = await showDoor(lab, options.door)
  using control = await options.open(lab, door)
  const acts = [
    () => startRouter(lab, stage, door),
    () => spread(lab, stage, connections),
    () => answerInbound(lab, stage, signal),
    () => reload(lab, stage, signal),
    () => cutAndRestore(lab, stage, signal),
    () => dieSilently(lab, stage, signal),
    () => countWrong(lab),
  ]
  const measured: Measured[] = []
  for (const act of acts) {
    signal.throwIfAborted()
    measured.push(...(await act()))
  }
  signal.throwIfAborted()
  report(stage, measured)
  if (stage.isTerminal) await stayOpen(lab, stage, options, { door, canBeReached: control !== undefined })
  return measured
}

function describe(lab: Lab, stage: Stage, tookMs: number): void {
  const { lines, clients, servers } = lab.topology
  stage.say(
    `${counted(lines, 'pretend line')}, ${counted(clients, 'client')}, ${counted(servers, 'server')}, in namespaces (${(tookMs / 1000).toFixed(1)} s). This machine is untouched.`,
  )
  stage.say('The router is bare; all it gets is this file and the daemon:')
  stage.say()
  stage.say(labConfig(lab.topology).replaceAll(/^(?=.)/gm, '  '))
}

const counted = (things: readonly unknown[], what: string): string =>
  `${things.length} ${what}${things.length === 1 ? '' : 's'}`

async function startRouter(lab: Lab, stage: Stage, door: ShownDoor): Promise<Measured[]> {
  const daemon = await lab.startDaemon({ config: labConfig(lab.topology) })
  stage.say(daemon.stdout.all.find((line) => line.includes('ready')))
  stage.say()
  stage.say(doorLine(door))
  stage.say()
  return []
}

function report(stage: Stage, measured: readonly Measured[]): void {
  stage.say()
  stage.say('Measured')
  for (const line of reportLines(measured, stage.columns)) stage.say(line)
  stage.say()
}

async function stayOpen(
  lab: Lab,
  stage: Stage,
  { signal }: ShowOptions,
  { door, canBeReached }: { readonly door: ShownDoor; readonly canBeReached: boolean },
): Promise<void> {
  const [line] = lab.topology.lines
  stage.say('The lab stays open, with clients that browse and watch films; Ctrl-C removes everything.')
  stage.say()
  stage.say(doorLine(door))
  if (canBeReached)
    for (const text of [
      'In another terminal:',
      `  ${ownName()} lab cut ${line?.name}`,
      `  ${ownName()} lab blackhole ${line?.name}`,
      `  ${ownName()} lab restore ${line?.name}`,
      `  ${ownName()} lab exec router multihome status`,
    ])
      stage.say(text)
  stage.say()
  const recent = recentRecords()
  using _ = watchLoad(lab, stage, recent)
  using __ = startBusyClients(lab, recent.add)
  await unlessAborted(signal, () => forEver(signal))
  stage.clear()
}
