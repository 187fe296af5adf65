/**
 * How values are spread, in little room: how many fell into each of 255 bins, each a twelfth wider than the one
 * before. Two sketches are added by adding their bins, so that an hour of seconds says the same as an hour of minutes.
 * A quantile is right to 4 %.
 */
export type Sketch = ReadonlyMap<number, number>

export const EMPTY: Sketch = new Map()

/** What the first bin ends with: 10 µs of delay, a ten-thousandth of loss in percent. Zero has a bin of its own. */
const LEAST = 0.01
const GROWTH = Math.log(13 / 12)
const LAST_BIN = 255

export const sketchOf = (value: number): Sketch => new Map([[binOf(value), 1]])

const binOf = (value: number): number =>
  value < LEAST ? 0 : Math.min(LAST_BIN, 1 + Math.floor(Math.log(value / LEAST) / GROWTH))

/** The middle of a bin, as ratios go. */
const valueOf = (bin: number): number => (bin === 0 ? 0 : LEAST * Math.exp((bin - 0.5) * GROWTH))

export function added(sketches: readonly Sketch[]): Sketch {
  const sum = new Map<number, number>()
  for (const sketch of sketches) for (const [bin, count] of sketch) sum.set(bin, (sum.get(bin) ?? 0) + count)
  return sum
}

export const countOf = (sketch: Sketch): number => [...sketch.values()].reduce((a, b) => a + b, 0)

/** @param share 0: the least, 0.5: the median, 1: the greatest. @returns `undefined` of nothing */
export function quantile(sketch: Sketch, share: number): number | undefined {
  const bins = [...sketch].toSorted(([a], [b]) => a - b)
  let left = Math.max(1, Math.ceil(share * countOf(sketch)))
  for (const [bin, count] of bins) {
    left -= count
    if (left <= 0) return valueOf(bin)
  }
  return undefined
}

export function mean(sketch: Sketch): number | undefined {
  const count = countOf(sketch)
  const sum = [...sketch].reduce((all, [bin, times]) => all + valueOf(bin) * times, 0)
  return count === 0 ? undefined : sum / count
}

/** Each bin, then its count in groups of seven bits, the least first. */
export function encoded(sketch: Sketch): Uint8Array {
  const bytes = [...sketch]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([bin, count]) => {
      const groups = [bin]
      for (let left = count; ; left = Math.floor(left / 128)) {
        if (left < 128) return [...groups, left]
        groups.push(128 + (left % 128))
      }
    })
  return Uint8Array.from(bytes)
}

export function decoded(bytes: Uint8Array): Sketch {
  const sketch = new Map<number, number>()
  for (let at = 0; at < bytes.length;) {
    const bin = bytes[at++] ?? 0
    let [count, unit] = [0, 1]
    for (let group = 128; group >= 128; unit *= 128) {
      group = bytes[at++] ?? 0
      count += (group % 128) * unit
    }
    sketch.set(bin, count)
  }
  return sketch
}
