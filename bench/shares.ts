/** How close new connections come to the weights. */
import { ROUTER } from '../src/lab/index.ts'
import type { Lab } from '../src/lab/index.ts'
import { shareErrorPoints } from '../src/lab/measures.ts'
import type { Figure, Group } from './figure.ts'
import { numberText } from './figure.ts'
import { randomPairs } from './random-pairs.ts'
import type { Pair } from './random-pairs.ts'
import { ourRouter } from './routers.ts'
import { median } from './statistics.ts'

const WEIGHTS = [
  [1, 1],
  [3, 1],
  [5, 3, 2],
] as const

const CONNECTIONS = 1000
const CONCURRENCY = 64
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const
const HEAVY_USER_CONNECTIONS = 10
const HEAVY_USER_ROUNDS = 5

export async function measureShares(): Promise<Group> {
  const figures: Figure[] = []
  for (const weights of WEIGHTS) figures.push(...(await sharesOf(weights)))
  return { title: 'Share of new connections against the weights', figures }
}

async function sharesOf(weights: readonly number[]): Promise<Figure[]> {
  await using router = await ourRouter(weights, 'connection')
  const { lab } = router
  const named = weights.join(':')
  const wishes = new Map(lab.topology.lines.map((line, i) => [line.name, weights[i] ?? 0]))
  const clients = lab.topology.clients.map(({ host }) => host)
  const errorOf = async (seed: number): Promise<number> => {
    const pairs = randomPairs(CONNECTIONS, clients, lab.topology.servers, seed)
    // Of 1,000 connections one is 0.1 points; the rest is what floating point makes of 0.3.
    return Number(shareErrorPoints(await countByLine(lab, pairs), wishes).toFixed(3))
  }

  const connection = await errorOf(1)
  const heavyUser = await heavyUserError(lab, weights)
  // The slots were shared out for other weights, and as few as possible change hands.
  await router.apply(
    weights.map((_, i) => i + 1),
    'connection',
  )
  await router.apply(weights, 'connection')
  const changed = await errorOf(1)
  const heavyUserChanged = await heavyUserError(lab, weights)

  await router.apply(weights, 'pair')
  const pair: number[] = []
  for (const seed of SEEDS) {
    await lab.must(ROUTER, ['nft', 'flush', 'map', 'inet', 'multihomed', 'affinity'])
    pair.push(await errorOf(seed))
  }
  const unit = 'points'
  return [
    {
      what: `${named}, connection`,
      value: connection,
      unit,
      wish: { atMost: 0.2 },
      note: `weights changed twice while running: ${numberText(changed)}`,
    },
    {
      what: `${named}, pair`,
      value: median(pair),
      unit,
      wish: { atMost: 1.5 },
      note: `of ${SEEDS.length} draws: ${pair
        .toSorted((a, b) => a - b)
        .map(numberText)
        .join(', ')}`,
    },
    {
      what: `${named}, 10 connections of one client`,
      value: heavyUser,
      unit: 'off',
      wish: { atMost: 0.5 },
      note: `worst of ${HEAVY_USER_ROUNDS} rounds; weights changed twice while running: ${heavyUserChanged}`,
    },
  ]
}

/** Largest distance of a line from its wish, in connections: 0.5 is a wish of 7.5 rounded. */
async function heavyUserError(lab: Lab, weights: readonly number[]): Promise<number> {
  const sum = weights.reduce((a, b) => a + b, 0)
  let worst = 0
  for (let round = 0; round < HEAVY_USER_ROUNDS; round++) {
    const pair = { client: 'client-1', server: lab.topology.servers[0] ?? '' }
    const counts = await countByLine(
      lab,
      Array.from({ length: HEAVY_USER_CONNECTIONS }, () => pair),
    )
    lab.topology.lines.forEach(({ name }, i) => {
      const wish = (HEAVY_USER_CONNECTIONS * (weights[i] ?? 0)) / sum
      worst = Math.max(worst, Math.abs((counts.get(name) ?? 0) - wish))
    })
  }
  return worst
}

/** Real HTTP connections; who came by which line is what the server saw. */
async function countByLine(lab: Lab, pairs: readonly Pair[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  const left = pairs.values()
  const worker = async (): Promise<void> => {
    for (const { client, server } of left) {
      const seen = await lab.httpGet(client, server)
      const line = lab.lineOfAddress(seen.client) ?? 'none'
      counts.set(line, (counts.get(line) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker))
  return counts
}
