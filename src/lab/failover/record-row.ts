/** One row of the table, in a lab of its own. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Inflicted } from '../inflicting.ts'
import { createLab } from '../lab.ts'
import type { Lab } from '../lab.ts'
import type { FaultRow, RowLine } from './fault-rows.ts'
import { playFault } from './play-fault.ts'
import type { TakesHold } from './play-fault.ts'
import type { Recorded } from './recorded.ts'
import { routerConfig } from './router-config.ts'

export interface RecordOptions {
  readonly signal?: AbortSignal
  /** Default: Node and our own program. */
  readonly program?: readonly string[]
  /** Of every line; absent: what the machine takes. */
  readonly roundTripMs?: number
  /** Goes on beside it, from the daemon's start to the end. */
  readonly beside?: (lab: Lab) => Promise<Disposable>
}

const TWO_LINES: readonly RowLine[] = [{ name: 'fiber' }, { name: 'dsl' }]
const CLIENTS = 4

/** @throws {CannotPlay} what this machine does not allow */
export async function recordRow(
  { lines = TWO_LINES, acts, lastsMs, wishes }: FaultRow,
  { signal, program, roundTripMs, beside }: RecordOptions,
): Promise<Recorded> {
  await using lab = await createLab({
    lines: lines.map((line) => ({ ...line, ...(roundTripMs && { delayMs: roundTripMs / 2 }) })),
    clients: CLIENTS,
    ...(signal && { signal }),
  })
  let daemon = await lab.startDaemon({
    config: routerConfig(lab.topology, lines),
    ...(program && { program }),
  })
  using _ = await beside?.(lab)
  const restartDaemon = async (): Promise<void> => {
    await daemon.kill()
    daemon = await lab.startDaemon(program ? { program } : {})
  }
  return await playFault(lab, {
    carrying: lines.filter(({ role }) => role !== 'backup').map(({ name }) => name),
    returning: acts.flatMap((act) => ('inflict' in act && act.harmless === undefined ? [act.on] : [])),
    begin: (takesHold) => beginActs(lab, acts, takesHold, restartDaemon),
    lastsMs,
    returnsWithinMs: wishes.backMs ?? 0,
    ...(signal && { signal }),
  })
}

async function beginActs(
  lab: Lab,
  acts: FaultRow['acts'],
  takesHold: TakesHold,
  restartDaemon: () => Promise<void>,
): Promise<() => Promise<void>> {
  const inflicted: Inflicted[] = []
  for (const act of acts) {
    if (act.afterMs !== undefined) await sleep(act.afterMs)
    if ('daemon' in act) {
      await restartDaemon()
      continue
    }
    const { on, inflict } = act
    inflicted.push(await takesHold(act.harmless ? undefined : on, () => lab.inflict(on, inflict)))
  }
  return async () => {
    for (const one of inflicted) await one.mend()
  }
}
