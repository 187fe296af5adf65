/** How fast the program itself is, and how large. */
import { untilKnown } from '../src/lab/failover/until-known.ts'
import { watchNft } from '../src/lab/scenarios/watch-nft.ts'
import type { Group } from './figure.ts'
import { ourRouter } from './routers.ts'
import type { OurRouter } from './routers.ts'
import { timesFigure, timesOf } from './times.ts'

const STARTS = 7
const CUTS = 11
const QUESTIONS = 9
const CONNECTIONS = 1000

export interface Start {
  readonly readyMs: number
  /** Of the first pass; `undefined`: it found nothing to do. */
  readonly passMs: number | undefined
}

export async function measureDaemon(): Promise<Group> {
  const first: Start[] = []
  const again: Start[] = []
  const emptyPassMs: number[] = []
  for (let i = 0; i < STARTS; i++) {
    await using router = await ourRouter([3, 1], 'pair')
    first.push(startOf(router))
    await router.restart()
    again.push(startOf(router))
    emptyPassMs.push(await router.apply([3, 1], 'pair'))
  }
  if (again.some(({ passMs }) => passMs !== undefined)) throw new Error('a restart did not adopt everything')

  await using router = await ourRouter([3, 1], 'pair')
  await router.lab.load({ connections: CONNECTIONS })
  const statusMs = await timesOf(QUESTIONS, () => router.command('status'))
  const watch = await watchReactions(router)
  const { out, back } = await watch.measure(CUTS)
  watch.stop()
  return {
    title: 'The program',
    figures: [
      timesFigure(
        'start to ready, everything to be set up',
        first.map(({ readyMs }) => readyMs),
        { atMost: 500 },
      ),
      timesFigure(
        'of which the first pass',
        first.map(({ passMs }) => passMs ?? Number.NaN),
      ),
      timesFigure(
        'start to ready, adopting all (0 steps)',
        again.map(({ readyMs }) => readyMs),
      ),
      timesFigure('a pass with nothing to do', emptyPassMs),
      timesFigure('carrier lost to the line out of the choice', out, { atMost: 50 }),
      timesFigure('carrier back to the line in the choice', back),
      timesFigure('multihome status', statusMs, { atMost: 100 }),
    ],
  }
}

export function startOf({ daemon }: OurRouter): Start {
  const ready = daemon.stdout.all.map((line) => /ready after (\d+) ms/.exec(line)?.[1]).find(Boolean)
  const pass = daemon.log.all
    .map((line) => /steps? done ms=([\d.]+) cause=start/.exec(line)?.[1])
    .find(Boolean)
  return { readyMs: Number(ready), passMs: pass === undefined ? undefined : Number(pass) }
}

export interface ReactionWatch {
  /** From the kernel's word about the carrier to the choice without, or again with, the line. */
  measure(cuts: number): Promise<{ out: number[]; back: number[] }>
  /** The same for the device, which is removed and plugged in again. */
  measureRemovals(removals: number): Promise<number[]>
  stop(): void
}

/** Begun before the box is crowded: `nft monitor` first reads all that is there. */
export async function watchReactions({ lab }: OurRouter): Promise<ReactionWatch> {
  const line = lab.line('dsl')
  const links = await lab.watchLinks()
  const nft = await watchNft(lab)
  const reactionMs = async (act: () => Promise<void>, told: RegExp, changed: RegExp): Promise<number> => {
    const heard = links.events.waitFor(told, { after: links.events.all.length })
    const done = nft.events.waitFor(changed, { after: nft.events.all.length })
    const heardAtMs = heard.then(() => performance.now())
    const doneAtMs = done.then(() => performance.now())
    await act()
    return Math.max(0, (await doneAtMs) - (await heardAtMs)) // two watchers: the second may tell first
  }
  const carrier = (word: string): RegExp => new RegExp(`${line.device}@.*[<,]${word}[,>]`)
  const change = (verb: string): RegExp => new RegExp(`^${verb} element inet multihomed alive `)
  return {
    async measure(cuts) {
      const out: number[] = []
      const back: number[] = []
      for (let i = 0; i < cuts; i++) {
        await untilKnown(lab, ['dsl'])
        out.push(await reactionMs(() => lab.cut('dsl'), carrier('NO-CARRIER'), change('delete')))
        back.push(await reactionMs(() => lab.restore('dsl'), carrier('LOWER_UP'), change('add')))
      }
      return { out, back }
    },
    async measureRemovals(removals) {
      const out: number[] = []
      for (let i = 0; i < removals; i++) {
        await untilKnown(lab, ['dsl'])
        const deleted = new RegExp(`^Deleted .*${line.device}@`)
        out.push(await reactionMs(() => lab.unplug('dsl'), deleted, change('delete')))
        await reactionMs(() => lab.replug('dsl'), carrier('LOWER_UP'), change('add'))
      }
      return out
    },
    stop() {
      links.stop()
      nft.stop()
    },
  }
}
