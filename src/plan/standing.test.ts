import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  DEFAULT_HEALTH,
  type DegradedShare,
  type LineConfig,
  type LineVerdict,
  type Observed,
} from '../model/index.ts'
import { condition } from './condition.ts'
import { desired, type Desired } from './desired.ts'
import { aBox, aConfig, aLink, dsl, fiber, memoryOf } from './examples.ts'
import { releasedIn } from './line-maps.ts'
import type { Memory } from './memory.ts'

const backup: LineConfig = { ...dsl, name: 'lte', interface: 'wan3', role: 'backup', addresses: [{ family: 'ipv4', address: '192.0.2.2', length: 28 }], gateways: ['192.0.2.1'] } // prettier-ignore
const secondBackup: LineConfig = { ...backup, name: 'sat', interface: 'wan4', addresses: [{ family: 'ipv4', address: '192.0.2.18', length: 28 }], gateways: ['192.0.2.17'] } // prettier-ignore
const CARDS = ['lan0', 'wan1', 'wan2', 'wan3', 'wan4'].map((name) => aLink(name))

const GOOD: LineVerdict = { health: 'up' }
const SUSPECT: LineVerdict = { health: 'suspect', why: '3 questions in a row unanswered' }
const DOWN: LineVerdict = { health: 'down', why: 'nothing behind its gateway answers' }
const LOSSY: LineVerdict = { health: 'up', degraded: 'lossy', why: '30 % lost' }
const RELEASED: LineVerdict = { ...DOWN, released: true }

const drained: Memory['drains'][string] = { sinceMs: 1, force: false }
const shunning = (line: LineConfig, degraded: DegradedShare): LineConfig => ({ ...line, health: { ...DEFAULT_HEALTH, degraded } }) // prettier-ignore

interface Row {
  readonly name: string
  /** Absent: fiber with weight 3 and dsl with 1. */
  readonly lines?: readonly LineConfig[]
  readonly health: Readonly<Record<string, LineVerdict>>
  readonly drains?: Memory['drains']
  readonly without?: readonly string[]
  /** Slots of 240, by line. */
  readonly slots: Readonly<Record<string, number>>
  readonly words: Readonly<Record<string, string>>
  readonly notes?: readonly string[]
}

const ROWS: readonly Row[] = [
  {
    name: 'what nobody has judged yet is used as the file says',
    health: {},
    slots: { fiber: 180, dsl: 60 },
    words: { fiber: 'usable', dsl: 'usable' },
  },
  {
    name: 'a suspected line is steered away from',
    health: { fiber: SUSPECT, dsl: GOOD },
    slots: { dsl: 240 },
    words: { fiber: 'suspect: 3 questions in a row unanswered' },
  },
  {
    name: 'a dead line is steered away from',
    health: { fiber: DOWN, dsl: GOOD },
    slots: { dsl: 240 },
    words: { fiber: 'down: nothing behind its gateway answers' },
  },
  {
    name: 'no better line: a suspected one is used before one that is surely dead',
    health: { fiber: DOWN, dsl: SUSPECT },
    slots: { dsl: 240 },
    words: { dsl: 'suspect, and used because no other line works: 3 questions in a row unanswered' },
  },
  {
    name: 'no line works: those that could are used all the same, and that is said',
    health: { fiber: RELEASED, dsl: DOWN },
    slots: { fiber: 180, dsl: 60 },
    words: { fiber: 'down, and used all the same because no line works: nothing behind its gateway answers' },
    notes: ['warning fail-open'],
  },
  {
    name: 'no line works, and one has no carrier: of that nothing is hoped for',
    health: { fiber: DOWN, dsl: DOWN },
    without: ['wan1'],
    slots: { dsl: 240 },
    words: { fiber: 'no carrier' },
    notes: ['warning fail-open'],
  },
  {
    name: 'a backup waits while a normal line works, and costs nothing',
    lines: [fiber, dsl, backup],
    health: { fiber: GOOD, dsl: DOWN, lte: GOOD },
    slots: { fiber: 240 },
    words: { lte: 'a backup, in reserve' },
  },
  {
    name: 'a backup takes over when no normal line works, the first of the file alone',
    lines: [fiber, secondBackup, backup],
    health: { fiber: DOWN },
    slots: { sat: 240 },
    words: { sat: 'a backup, used because no other line works', lte: 'a backup, in reserve' },
  },
  {
    name: 'a backup that is dead is passed over for the next one',
    lines: [fiber, backup, secondBackup],
    health: { fiber: DOWN, lte: DOWN },
    slots: { sat: 240 },
    words: { lte: 'down: nothing behind its gateway answers' },
  },
  {
    name: 'a lossy line keeps its share where the file says so',
    lines: [shunning(fiber, 'keep'), dsl],
    health: { fiber: LOSSY },
    slots: { fiber: 180, dsl: 60 },
    words: { fiber: 'lossy: 30 % lost' },
  },
  {
    name: 'a lossy line gets a quarter of its weight',
    lines: [shunning(fiber, 'less'), dsl],
    health: { fiber: LOSSY },
    slots: { fiber: 103, dsl: 137 },
    words: { fiber: 'lossy: 30 % lost' },
  },
  {
    name: 'when all lines are lossy they share as if none was',
    health: { fiber: LOSSY, dsl: LOSSY },
    slots: { fiber: 180, dsl: 60 },
    words: {},
  },
  {
    name: 'a lossy line of a tiny weight still gets a slot',
    lines: [{ ...fiber, weight: 200 }, dsl],
    health: { dsl: LOSSY },
    slots: { fiber: 239, dsl: 1 },
    words: {},
  },
  {
    name: 'a lossy line is spared while a better one works, be that a backup',
    lines: [shunning(fiber, 'none'), backup],
    health: { fiber: LOSSY },
    slots: { lte: 240 },
    words: { fiber: 'lossy and spared: 30 % lost', lte: 'a backup, used because no other line works' },
  },
  {
    name: 'a lossy line that was to be spared is better than none',
    lines: [shunning(fiber, 'none'), dsl],
    health: { fiber: LOSSY, dsl: DOWN },
    slots: { fiber: 240 },
    words: { fiber: 'lossy, and used because no better line works: 30 % lost' },
  },
  {
    name: 'a drained line is used before one that is dead',
    health: { dsl: DOWN },
    drains: { fiber: drained },
    slots: { fiber: 240 },
    words: { fiber: 'drained, and used because no other line works' },
    notes: ['warning last-resort'],
  },
  {
    name: 'a line that is drained by force is not used though no line works',
    health: { fiber: DOWN, dsl: DOWN },
    drains: { fiber: { ...drained, force: true } },
    slots: { dsl: 240 },
    words: { fiber: 'drained, no new connections' },
    notes: ['warning fail-open'],
  },
]

for (const { name, lines, health, drains = {}, without = [], slots, words, notes = [] } of ROWS)
  test(name, () => {
    const links = CARDS.map((link) => ({ ...link, carrier: !without.includes(link.name) }))
    const wanted = wish(lines, health, drains, aBox({ links }))
    const named = wanted.lines.map((line) => [line.config.name, line] as const)
    for (const [line, said] of Object.entries(words))
      assert.equal(condition(new Map(named).get(line) ?? assert.fail()), said)
    assert.deepEqual(slotsByLine(wanted), slots)
    assert.deepEqual(groupOf(wanted), Object.keys(slots))
    for (const map of ['alive', 'took'])
      assert.equal(elementsOf(wanted, map).length, Object.keys(slots).length, map)
    const told = wanted.notes.map(({ code, severity }) => `${severity} ${code}`)
    assert.deepEqual(told.filter((note) => NOTES.test(note)), notes) // prettier-ignore
  })

const NOTES = /fail-open|last-resort|no-usable-line/

test('what is open on a dead line is ended once it is released, but for the page of its modem', () => {
  const wanted = wish(undefined, { fiber: RELEASED })
  assert.deepEqual(elementsOf(wanted, 'pinned'), ['goto over_1', 'goto stay_2'])
  const over = wanted.state.ruleset?.chains.find(({ name }) => name === 'over_1')
  assert.deepEqual(over?.rules.map(({ text }) => text), ['ip daddr 198.51.100.0/28 goto stay_1', 'goto over']) // prettier-ignore
})

test('nothing is ended on a line that new connections take: there is nowhere to go', () => {
  const wanted = wish(undefined, { fiber: RELEASED, dsl: RELEASED })
  assert.equal(releasedIn(wanted.state.ruleset).size, 0)
})

test('a kernel takes no weight above 256: a lossy line beside a heavy one is rounded', () => {
  const wanted = wish([{ ...fiber, weight: 239 }, dsl], { dsl: LOSSY })
  const group = wanted.state.nexthops.find((nexthop) => nexthop.kind === 'group')
  assert.deepEqual(group?.members.map(({ weight }) => weight), [256, 1]) // prettier-ignore
})

function wish(
  lines: readonly LineConfig[] | undefined,
  health: Row['health'],
  drains: Memory['drains'] = {},
  observed: Observed = aBox({ links: CARDS }),
): Desired {
  const config = aConfig(lines === undefined ? {} : { lines })
  return desired({ config, observed, memory: memoryOf(config, { drains }), health: new Map(Object.entries(health)) }) // prettier-ignore
}

const elementsOf = ({ state }: Desired, name: string): string[] => [
  ...(state.ruleset?.maps.find((map) => map.name === name)?.elements.values() ?? []),
]

/** In the order of the file. */
function slotsByLine(wanted: Desired): Record<string, number> {
  const slots = elementsOf(wanted, 'slots')
  return Object.fromEntries(
    wanted.lines
      .map(
        ({ config, id }) => [config.name, slots.filter((slot) => slot === `goto pick_${id}`).length] as const,
      )
      .filter(([, count]) => count > 0),
  )
}

/** Whom the box's own connections are spread over. */
function groupOf({ state, lines }: Desired): string[] {
  const singles = state.nexthops.filter((nexthop) => nexthop.kind === 'single')
  return singles.map(({ dev }) => lines.find(({ config }) => config.interface === dev)?.config.name ?? dev)
}
