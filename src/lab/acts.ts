/**
 * The acts of the show. Each does something to the lab, says what happened, and returns what it measured. When the
 * show is interrupted they throw instead of saying what is not so.
 */
import { startBackground } from './background-load.ts'
import type { Lab } from './lab.ts'
import { labConfig, speedWeight, weightsOf } from './lab-config.ts'
import type { LoadRecord } from './load.ts'
import { countByLine, reactionTo, shareErrorPoints } from './measures.ts'
import type { Measured } from './report.ts'
import { shareBars } from './share-bars.ts'
import type { Stage } from './stage.ts'
import { INTERNET, ROUTER } from './topology.ts'
import type { LabLine } from './topology.ts'
import { watchLoad } from './watch-load.ts'
import { writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** Thousands of connections: how do they spread? */
export async function spread(lab: Lab, stage: Stage, connections: number): Promise<Measured[]> {
  const { clients, servers } = lab.topology
  stage.say(`${connections} HTTP connections from ${clients.length} clients to ${servers.length} servers:`)
  const weights = weightsOf(lab.topology)
  const soFar: LoadRecord[] = []
  const result = await lab.load({
    connections,
    onRecord: (record) => {
      soFar.push(record)
      if (soFar.length % 50 === 0)
        stage.live(shareBars(lab.topology, countByLine(soFar), weights, stage.columns))
    },
  })
  const counts = countByLine(result.records)
  stage.say(shareBars(lab.topology, counts, weights, stage.columns).join('\n'))
  const points = shareErrorPoints(counts, weights)
  return [
    {
      what: 'share of new connections against the weights',
      value: `${points.toFixed(2)} points off`,
      wish: 'at most 0.2',
      holds: points <= 0.2,
    },
    {
      what: 'connections that failed',
      value: `${result.failed} of ${connections} (${Math.round(result.perSecond)} a second)`,
      wish: '0',
      holds: result.failed === 0,
    },
  ]
}

/** The internet asks the router at every line's address: does every answer come, and from where it was asked? */
export async function answerInbound(lab: Lab, stage: Stage, signal: AbortSignal): Promise<Measured[]> {
  const { lines, servers } = lab.topology
  const port = 8022
  const asked = await Promise.all(
    lines.map(async ({ address }) => {
      using server = disposable(await lab.listen(ROUTER, 'echo', address, port))
      const answers = await Promise.allSettled(
        servers.map(async (from) => {
          const connection = await lab.openConnection(INTERNET, address, { port, from })
          await connection.exchange()
          connection.close()
        }),
      )
      return server && answers.filter(({ status }) => status === 'fulfilled').length
    }),
  )
  signal.throwIfAborted()
  const answered = asked.reduce((a, b) => a + b, 0)
  const expected = lines.length * servers.length
  stage.say(
    `Connections from the internet to the router, ${servers.length} at each line: ${answered} answered.`,
  )
  return [
    {
      what: 'inbound connections answered on their own line',
      value: `${answered} of ${expected}`,
      wish: 'all',
      holds: answered === expected,
    },
  ]
}

/** Other weights while connections are open and new ones come: does anybody notice? */
export async function reload(lab: Lab, stage: Stage, signal: AbortSignal): Promise<Measured[]> {
  const held = await openFromEachClient(lab)
  const load = startBackground(lab)
  for (const config of [labConfig(lab.topology, reversedWeight(lab)), labConfig(lab.topology)]) {
    await sleep(300, undefined, { signal })
    await writeFile(lab.daemonPaths.config, config)
    const applied = await lab.command(['apply'])
    if (applied.code !== 0) throw new Error(`multihome apply: ${applied.stderr}${applied.stdout}`)
  }
  await sleep(300, undefined, { signal })
  const { failed, records } = await load.stop()
  const broken = (await Promise.allSettled(held.map((connection) => connection.exchange()))).filter(
    ({ status }) => status === 'rejected',
  ).length
  signal.throwIfAborted()
  for (const connection of held) connection.close()
  stage.say(`Weights turned round and back under load: ${held.length} open connections, ${broken} broken.`)
  return [
    {
      what: 'connections broken by two reloads',
      value: `${broken} of ${held.length} open, ${failed} of ${records.length} new`,
      wish: '0',
      holds: broken + failed === 0,
    },
  ]
}

/** The first line loses its carrier and gets it back. */
export async function cutAndRestore(lab: Lab, stage: Stage, signal: AbortSignal): Promise<Measured[]> {
  const [line, ...others] = lab.topology.lines
  if (line === undefined || others.length === 0) return []
  const held = await openFromEachClient(lab)
  const isOnCutLine = ({ seen }: (typeof held)[number]): boolean =>
    lab.lineOfAddress(seen.client) === line.name
  const load = startBackground(lab)
  using _ = watchLoad(lab, stage, load)
  await sleep(stage.isTerminal ? 2000 : 500, undefined, { signal })
  const cutAtMs = load.nowMs()
  await lab.cut(line.name)
  await sleep(stage.isTerminal ? 3000 : 1500, undefined, { signal })
  const restoredAtMs = load.nowMs()
  await lab.restore(line.name)
  await sleep(stage.isTerminal ? 3000 : 1500, undefined, { signal })
  const { records } = await load.stop()
  const onOthers = held.filter((connection) => !isOnCutLine(connection))
  const broken = (await Promise.allSettled(onOthers.map((connection) => connection.exchange()))).filter(
    ({ status }) => status === 'rejected',
  ).length
  const onIt = held.filter(isOnCutLine)
  const freed = onIt.filter(({ isOpen }) => !isOpen).length
  signal.throwIfAborted()
  for (const connection of held) connection.close()

  const during = reactionTo(
    records.filter((record) => record.startedAtMs < restoredAtMs),
    cutAtMs,
  )
  const after = reactionTo(records, restoredAtMs)
  const backAtMs = records
    .filter(
      ({ startedAtMs, outcome }) => startedAtMs >= restoredAtMs && outcome.ok && outcome.line === line.name,
    )
    .reduce((first, { startedAtMs }) => Math.min(first, startedAtMs), Infinity)
  const backAfterMs = backAtMs - restoredAtMs
  stage.say(
    `${line.name} cut: ${during.begun} new connections went on over ${others.map(({ name }) => name).join(', ')}, the last one in trouble began ${during.settledAfterMs.toFixed(0)} ms after the cut.`,
  )
  stage.say(
    `${freed} of the ${onIt.length} that were open on ${line.name} were ended, so that programs begin anew.`,
  )
  stage.say(`${line.name} restored: new connections use it again after ${backAfterMs.toFixed(0)} ms.`)
  return [
    {
      what: `${line.name} cut: new connections all go through again after`,
      value: `${during.settledAfterMs.toFixed(0)} ms (${during.failed} failed, ${during.waited} waited)`,
      wish: 'at most 250 ms',
      holds: during.settledAfterMs <= 250,
    },
    {
      what: `${line.name} restored: in use again after`,
      value: `${backAfterMs.toFixed(0)} ms (${after.failed} failed)`,
      wish: 'at most 1000 ms, 0 failed',
      holds: backAfterMs <= 1000 && after.failed === 0,
    },
    {
      what: 'open connections of other lines broken by it',
      value: `${broken} of ${onOthers.length}`,
      wish: '0',
      holds: broken === 0,
    },
  ]
}

/** Providers count what does not come from their customer's own address. */
export async function countWrong(lab: Lab): Promise<Measured[]> {
  const packets = await lab.wrongSourcePackets()
  return [
    {
      what: "packets that left by a line with another line's address",
      value: String(packets),
      wish: '0',
      holds: packets === 0,
    },
  ]
}

const openFromEachClient = (lab: Lab): Promise<Awaited<ReturnType<Lab['openConnection']>>[]> =>
  Promise.all(
    lab.topology.clients.flatMap(({ host }) =>
      lab.topology.servers.slice(0, 2).map((server) => lab.openConnection(host, server)),
    ),
  )

/** The weights in reverse order of the lines. */
function reversedWeight({ topology }: Lab): (line: LabLine) => number {
  const reversed = topology.lines.map(speedWeight).toReversed()
  return (line) => reversed[line.number - 1] ?? 1
}

const disposable = <T extends { close(): void }>(thing: T): T & Disposable =>
  Object.assign(thing, { [Symbol.dispose]: () => thing.close() })
