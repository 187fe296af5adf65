/** The act in which a line dies without a word: the gateway answers, and nothing behind it does. */
import { setTimeout as sleep } from 'node:timers/promises'
import { startBackground } from './background-load.ts'
import { eventually } from './eventually.ts'
import { openLasting } from './failover/lasting.ts'
import type { Lasting } from './failover/lasting.ts'
import type { LineChange } from './failover/recorded.ts'
import { watchLines } from './failover/watch-lines.ts'
import { seconds } from './failover/wishes.ts'
import type { Lab } from './lab.ts'
import type { LoadRecord } from './load.ts'
import { reactionTo } from './measures.ts'
import type { Measured } from './report.ts'
import type { Stage } from './stage.ts'
import type { LabLine } from './topology.ts'
import { watchLoad } from './watch-load.ts'

/** Longer than it may take to be sure, and `release.after`; longer than a line that died once is kept waiting. */
const PATIENCE_MS = 8000

/** The last line, because the first one has just been cut, and who died lately has to wait longer. */
export async function dieSilently(lab: Lab, stage: Stage, signal: AbortSignal): Promise<Measured[]> {
  const line = lab.topology.lines.at(-1)
  const client = lab.topology.clients[0]?.host
  if (line === undefined || client === undefined || lab.topology.lines.length < 2) return []
  using watch = watchLines(lab)
  const download = await openDownload(lab, client, line)
  const load = startBackground(lab)
  using _ = watchLoad(lab, stage, load)
  await sleep(1000, undefined, { signal })

  const diedAtMs = performance.now()
  await lab.blackhole(line.name)
  const diedOnLoadMs = load.nowMs() // who began while it died was perhaps a moment too early to be saved
  const ended = await waitFor(() => download.record().ended, signal)
  const mendedAtMs = performance.now()
  const mendedOnLoadMs = load.nowMs()
  await lab.restore(line.name)
  await waitFor(() => load.lastSecond().find((record) => wasCarriedBy(line, record, mendedOnLoadMs)), signal)
  const { records } = await load.stop()
  download.close()
  signal.throwIfAborted()

  const noticed = (await watch.changes()).find((change) => isDoubtOf(line, change) && change.atMs >= diedAtMs)
  const fared = reactionTo(
    records.filter(({ startedAtMs }) => startedAtMs < mendedOnLoadMs),
    diedOnLoadMs,
  )
  const toldAfterMs = (ended?.atMs ?? Infinity) - diedAtMs
  const backAfterMs =
    Math.min(
      ...records
        .filter((record) => wasCarriedBy(line, record, mendedOnLoadMs))
        .map(({ startedAtMs }) => startedAtMs),
    ) - mendedOnLoadMs
  stage.say(
    `The Internet behind ${line.name}'s gateway was gone for ${seconds(mendedAtMs - diedAtMs)}, without a word: ${noticed ? `noticed after ${seconds(noticed.atMs - diedAtMs)}` : 'not noticed'}.`,
  )
  stage.say(
    ended
      ? `A download that only waits was told after ${seconds(toldAfterMs)} (${ended.code ?? 'an orderly end'}), and can begin again on another line.`
      : 'A download that only waits was left hanging.',
  )
  return [
    {
      what: `${line.name} dead behind its gateway: new connections all go through again after`,
      value: `${fared.settledAfterMs.toFixed(0)} ms (${fared.failed} failed, ${fared.waited} waited)`,
      wish: 'at most 500 ms, 0 failed',
      holds: fared.settledAfterMs <= 500 && fared.failed === 0,
    },
    {
      what: 'a download that only waits on it is told after',
      value: ended ? seconds(toldAfterMs) : 'never',
      wish: 'at most 4.5 s',
      holds: toldAfterMs <= 4500,
    },
    {
      what: `${line.name} mended: in use again after`,
      value: Number.isFinite(backAfterMs) ? seconds(backAfterMs) : 'never',
      wish: 'at most 4.5 s',
      holds: backAfterMs <= 4500,
    },
  ]
}

/** One that lies on the line. */
async function openDownload(lab: Lab, client: string, line: LabLine): Promise<Lasting> {
  for (;;) {
    for (const server of lab.topology.servers) {
      const download = await openLasting(lab, client, server, 'download')
      if (download.line === line.name) return download
      download.close()
    }
  }
}

/** @returns what it found, or nothing when the patience is over */
const waitFor = <T>(look: () => T | undefined, signal: AbortSignal): Promise<T | undefined> =>
  eventually(look, (found) => found !== undefined, {
    what: 'something happens',
    timeoutMs: PATIENCE_MS,
    signal,
  }).catch((error: unknown) => {
    if (signal.aborted) throw error
    return undefined
  })

const isDoubtOf = ({ name }: LabLine, { line, state }: LineChange): boolean =>
  line === name && (state === 'suspect' || state === 'down')

const wasCarriedBy = ({ name }: LabLine, { startedAtMs, outcome }: LoadRecord, sinceMs: number): boolean =>
  startedAtMs >= sinceMs && outcome.ok && outcome.line === name
