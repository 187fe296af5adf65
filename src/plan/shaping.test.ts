import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Capabilities, FoundShaper, LineConfig, Move, Observed, Shape } from '../model/index.ts'
import { desired, desiredWhenDown } from './desired.ts'
import { diff } from './diff.ts'
import { aBox, aConfig, aLink, dsl, fiber, memoryOf } from './examples.ts'
import { invert } from './invert.ts'
import { emptyMemory, type Originals } from './memory.ts'
import { isComfort, shapedDevices } from './shaping.ts'

const LINKS = ['lan0', 'wan1', 'wan2'].map((name) => aLink(name))
const found = (direction: FoundShaper['direction'], bitsPerSecond: number): FoundShaper => ({
  dev: 'wan2',
  direction,
  bitsPerSecond,
  through: 'mhin-wan2',
  by: 'cake',
})

/** What a pass would do for comfort, in a few words. */
function movesFor(
  line: Partial<LineConfig>,
  box: Partial<Observed>,
  originals: Partial<Originals> = {},
): string[] {
  const config = aConfig({ lines: [fiber, { ...dsl, ...line }] })
  const memory = memoryOf(config, { originals: { ...emptyMemory.originals, ...originals } })
  const observed = aBox({ links: LINKS, ...box })
  const { state } = desired({ config, observed, memory, health: new Map() })
  return inWords(diff(observed, state, memory.originals))
}

const inWords = (moves: readonly Move[]): string[] =>
  moves.filter(isComfort).map((move) => {
    if (move.do === 'set-mtu') return `mtu ${move.dev} ${move.from} -> ${move.to}`
    const shaper = move.do === 'change-shaper' ? move.to : 'shaper' in move ? move.shaper : undefined
    return `${move.do} ${shaper?.dev} ${shaper?.direction} ${shaper?.bitsPerSecond}`
  })

const SHAPE: Shape = { upBitsPerSecond: 18e6, downBitsPerSecond: 90e6 }
const ADDED = ['add-shaper wan2 up 18000000', 'add-shaper wan2 down 90000000']
const can = (shaping: Capabilities['shaping']): Partial<Observed> => ({
  capabilities: { ...aBox().capabilities, shaping },
})

const ROWS: readonly {
  name: string
  line?: Partial<LineConfig>
  box?: Partial<Observed>
  originals?: Partial<Originals>
  moves: readonly string[]
}[] = [
  { name: 'nothing is held back unasked', moves: [] },
  { name: 'each direction as the file says', line: { shape: SHAPE }, moves: ADDED },
  { name: 'applying twice plans nothing, whatever the kernel holds it back by', line: { shape: SHAPE }, box: { shapers: [{ ...found('up', 18e6), by: 'tbf' }, found('down', 90e6)] }, moves: [] },
  { name: 'the kernel counts bytes, and a bit more or less is no change', line: { shape: { upBitsPerSecond: 18_000_007 } }, box: { shapers: [found('up', 18e6)] }, moves: [] },
  { name: 'another speed is set in place, and what is left of one is set again', line: { shape: SHAPE }, box: { shapers: [found('up', 20e6), found('down', 0)] }, moves: ['change-shaper wan2 up 18000000', 'change-shaper wan2 down 90000000'] },
  { name: 'a direction that is no longer in the file is let go', line: { shape: { upBitsPerSecond: 18e6 } }, box: { shapers: [found('up', 18e6), found('down', 90e6)] }, moves: ['delete-shaper wan2 down 90000000'] },
  { name: 'what the admin put there is never replaced', line: { shape: SHAPE }, box: { otherQueues: [{ dev: 'wan2', direction: 'up', called: 'htb 1:' }] }, moves: ['add-shaper wan2 down 90000000'] },
  { name: 'a kernel that cannot hold back what comes in holds back what leaves', line: { shape: SHAPE }, box: can('outwards'), moves: ['add-shaper wan2 up 18000000'] },
  { name: 'a kernel that can neither is not asked again', line: { shape: SHAPE }, box: can('none'), moves: [] },
  { name: 'a device that is away waits; what it left behind is taken away', line: { shape: SHAPE, mtuBytes: 1400 }, box: { links: LINKS.slice(0, 2), shapers: [found('down', 0)] }, moves: ['delete-shaper wan2 down 0'] },
  { name: 'an MTU is set once', line: { mtuBytes: 1492 }, moves: ['mtu wan2 1500 -> 1492'] },
  { name: 'an MTU that is so is left alone', line: { mtuBytes: 1500 }, moves: [] },
  { name: 'an MTU that is no longer in the file is put back', originals: { mtus: [{ dev: 'wan2', mtuBytes: 1504 }] }, moves: ['mtu wan2 1500 -> 1504'] },
] // prettier-ignore

for (const { name, line = {}, box = {}, originals, moves } of ROWS) {
  test(`limits: ${name}`, () => assert.deepEqual(movesFor(line, box, originals), moves))
}

test('limits: `down` lets go of all, and needs no file for it', () => {
  const originals = { ...emptyMemory.originals, shaped: ['wan2'], mtus: [{ dev: 'wan2', mtuBytes: 1500 }] }
  const memory = { ...emptyMemory, originals }
  assert.deepEqual(shapedDevices({ lines: [] }, memory), [{ dev: 'wan2', through: 'mhin-wan2' }])
  const observed = aBox({
    links: [aLink('wan2', { mtuBytes: 1492 })],
    shapers: [found('up', 18e6), found('down', 90e6)],
  })
  assert.deepEqual(inWords(diff(observed, desiredWhenDown(observed, memory), originals)), [
    'mtu wan2 1492 -> 1500',
    'delete-shaper wan2 up 18000000',
    'delete-shaper wan2 down 90000000',
  ])
})

test('limits: the way back of parts of one is to take them away', () => {
  const change = { do: 'change-shaper', from: found('down', 0), to: found('down', 8e6) } as const
  assert.deepEqual(invert(change), [{ do: 'delete-shaper', shaper: change.to }])
  assert.deepEqual(invert({ do: 'delete-shaper', shaper: found('down', 0) }), [])
})

test('limits: two cards with long names do not share what holds them back', () => {
  const lines = ['enx001122334455', 'enx001122334456', 'wan1'].map((dev) => ({
    ...fiber,
    interface: dev,
    shape: SHAPE,
  }))
  const names = shapedDevices({ lines }, emptyMemory).map(({ through }) => through)
  assert.equal(new Set(names).size, 3)
  assert.ok(names.every((name) => name.length <= 15))
})
