import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flowLayout, fullScale, type FlowInput } from './flow-layout.ts'

const MBIT = 1_000_000

const layoutOf = (more: Partial<FlowInput> = {}) =>
  flowLayout({
    width: 1200,
    clients: [
      { key: '10.0.0.1', label: '10.0.0.1', open: 30 },
      { key: '10.0.0.2', label: '10.0.0.2', open: 10 },
    ],
    lines: [
      { name: 'fiber', state: 'up', bitsPerSecond: 200 * MBIT, openConnections: 30 },
      { name: 'dsl', state: 'up', bitsPerSecond: 0.4 * MBIT, openConnections: 10 },
      { name: 'lte', state: 'down', bitsPerSecond: 0, openConnections: 0 },
    ],
    fullBitsPerSecond: fullScale(200.4 * MBIT),
    ...more,
  })
const sum = (bands: readonly { readonly width: number }[]): number =>
  bands.reduce((all, { width }) => all + width, 0)

test('little beside much is still seen, and much is wider', () => {
  const [fiber, dsl] = layoutOf().lines
  assert.ok(fiber !== undefined && dsl !== undefined)
  assert.ok(dsl.width >= 2, `${dsl.width}`)
  assert.ok(fiber.width > 5 * dsl.width)
})

test('what comes in goes out: the bands of both sides are as wide together', () => {
  const { clients, lines } = layoutOf()
  assert.ok(Math.abs(sum(clients) - sum(lines)) < 1, `${sum(clients)} and ${sum(lines)}`)
})

test('where bytes of clients are counted a band is as wide as those of lines that carry as much', () => {
  const [few, many] = [{ key: 'a', label: 'a', open: 1 }, { key: 'b', label: 'b', open: 900 }] // prettier-ignore
  const { clients, lines, router } = layoutOf({
    clients: [{ ...few, bitsPerSecond: 200 * MBIT }, { ...many, bitsPerSecond: 0 }], // prettier-ignore
  })
  assert.deepEqual([clients[0]?.width, clients[1]?.width], [lines[0]?.width, 1])
  assert.ok(router.height >= Math.max(sum(clients), sum(lines)))
})

test('only a line that is down is cut, near the router', () => {
  const { lines, router } = layoutOf()
  assert.deepEqual(
    lines.map(({ cut }) => cut !== undefined),
    [false, false, true],
  )
  const cut = lines[2]?.cut
  assert.ok(cut !== undefined && cut.x > router.x && cut.x < 1200 / 2 + 200)
})

for (const width of [320, 360, 639, 640, 1240])
  test(`at ${width} px everything is inside the picture, with eight lines too`, () => {
    const lines = Array.from({ length: 8 }, (_, i) => ({
      name: `line${i}`,
      state: 'up',
      bitsPerSecond: 30 * MBIT,
      openConnections: 5,
    }))
    const layout = layoutOf({ width, lines, fullBitsPerSecond: fullScale(240 * MBIT) })
    assert.equal(layout.isDownwards, width < 640)
    for (const { end, width: band } of [...layout.lines, ...layout.clients]) {
      const across = layout.isDownwards ? end.x : end.y
      const room = layout.isDownwards ? layout.width : layout.height
      assert.ok(across - band / 2 >= 0 && across + band / 2 <= room, `${across} ± ${band / 2} of ${room}`)
    }
    assert.ok(layout.router.y >= 0 && layout.router.y + layout.router.height <= layout.height)
    assert.ok(layout.router.x >= 0 && layout.router.x + layout.router.width <= layout.width)
  })

test('without clients and without news there is a picture all the same', () => {
  const lines = [{ name: 'dsl', state: 'unknown', bitsPerSecond: null, openConnections: 0 }]
  const layout = layoutOf({ clients: [], lines, fullBitsPerSecond: fullScale(0) })
  assert.doesNotMatch(JSON.stringify(layout), /null|NaN/)
})

test('the scale stays while little changes', () => {
  assert.deepEqual(
    [0, 0.2, 1, 1.1, 3, 3.1, 212].map((mbit) => fullScale(mbit * MBIT) / MBIT),
    [1, 1, 1, 3, 3, 10, 300],
  )
})
