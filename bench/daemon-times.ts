/** How fast the program itself is, and how large. */
import { readFileSync } from 'node:fs'
import { watchNft } from '../src/lab/scenarios/watch-nft.ts'
import type { Figure, Group } from './figure.ts'
import { numberText } from './figure.ts'
import { ourRouter } from './routers.ts'
import type { OurRouter } from './routers.ts'
import { median } from './statistics.ts'

const STARTS = 7
const CUTS = 11
const QUESTIONS = 9
const CONNECTIONS = 1000

interface Start {
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
  const { out, back } = await reactions(router)
  const memory = memoryMegabytes(router.daemon.pid)
  return {
    title: 'The program',
    figures: [
      figure(
        'start to ready, everything to be set up',
        first.map(({ readyMs }) => readyMs),
      ),
      figure(
        'of which the first pass',
        first.map(({ passMs }) => passMs ?? Number.NaN),
      ),
      figure(
        'start to ready, adopting all (0 steps)',
        again.map(({ readyMs }) => readyMs),
      ),
      figure('a pass with nothing to do', emptyPassMs),
      figure('carrier lost to the line out of the choice', out, { atMost: 50 }),
      figure('carrier back to the line in the choice', back),
      figure('multihome status', statusMs),
      {
        what: 'memory of the daemon (RSS)',
        value: memory.resident,
        unit: 'MB',
        note: 'pages of Node included',
      },
      { what: 'of which its own (anonymous)', value: memory.anonymous, unit: 'MB' },
    ],
  }
}

function figure(what: string, samplesMs: readonly number[], wish?: Figure['wish']): Figure {
  const note = `median of ${samplesMs.length}; longest ${numberText(Math.max(...samplesMs))}`
  return { what, value: median(samplesMs), unit: 'ms', note, ...(wish && { wish }) }
}

function startOf({ daemon }: OurRouter): Start {
  const ready = daemon.stdout.all.map((line) => /ready after (\d+) ms/.exec(line)?.[1]).find(Boolean)
  const pass = daemon.log.all
    .map((line) => /steps? done ms=([\d.]+) cause=start/.exec(line)?.[1])
    .find(Boolean)
  return { readyMs: Number(ready), passMs: pass === undefined ? undefined : Number(pass) }
}

async function timesOf(count: number, act: () => Promise<unknown>): Promise<number[]> {
  const timesMs: number[] = []
  for (let i = 0; i < count; i++) {
    const beganMs = performance.now()
    await act()
    timesMs.push(performance.now() - beganMs)
  }
  return timesMs
}

/** From the kernel's word about the carrier to the choice without, or again with, the line. */
async function reactions({ lab }: OurRouter): Promise<{ out: number[]; back: number[] }> {
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
  const out: number[] = []
  const back: number[] = []
  try {
    for (let i = 0; i < CUTS; i++) {
      const carrier = (word: string): RegExp => new RegExp(`${line.device}@.*[<,]${word}[,>]`)
      const change = (verb: string): RegExp => new RegExp(`^${verb} element inet multihomed alive `)
      out.push(await reactionMs(() => lab.cut('dsl'), carrier('NO-CARRIER'), change('delete')))
      back.push(await reactionMs(() => lab.restore('dsl'), carrier('LOWER_UP'), change('add')))
    }
  } finally {
    links.stop()
    nft.stop()
  }
  return { out, back }
}

function memoryMegabytes(pid: number): { resident: number; anonymous: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const megabytes = (row: string): number =>
    (Number(new RegExp(`${row}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024) / 1e6
  return { resident: megabytes('VmRSS'), anonymous: megabytes('RssAnon') }
}
