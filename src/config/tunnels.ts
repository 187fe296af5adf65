import { isSeq } from 'yaml'
import { fail, ok, parseAddress } from '../model/index.ts'
import type { Result } from '../model/index.ts'
import { ofTheLink, specialUse } from './addresses.ts'
import type { DraftLine } from './line.ts'
import { lineName } from './names.ts'
import { nearest } from './nearest.ts'
import { itemOf, readList, readText } from './node-reader.ts'
import type { Item, Reading, Written } from './node-reader.ts'
import { problem } from './problem.ts'
import type { Complaint, Problem } from './problem.ts'
import { quote } from './quote.ts'

/** The lines by which a tunnel's own packets may leave: one, or several in the order they are wished. */
export const readVia = (reading: Reading, item: Item): readonly Written<string>[] =>
  readOneOrMore(reading, item, 'the name of a line', lineName)

/** Where a tunnel's own packets go. */
export const readEndpoints = (reading: Reading, item: Item): readonly Written<string>[] =>
  readOneOrMore(reading, item, 'an address, such as 192.0.2.7', endpointAddress)

function readOneOrMore<T>(
  reading: Reading,
  item: Item,
  expects: string,
  parse: (text: string) => Result<T, Complaint>,
): readonly Written<T>[] {
  if (!isSeq(item.node)) return [readText(reading, item, parse)].filter((read) => read !== undefined)
  const nodes = readList(reading, item) ?? []
  if (nodes.length === 0)
    reading.problems.push(
      problem('MH204', item.place, `${item.called} is an empty list`, { label: `expected ${expects}` }),
    )
  return nodes.flatMap((node) => {
    const entry = itemOf(reading, node, `an entry of ${item.called}`, expects, item.place)
    return readText(reading, entry, parse) ?? []
  })
}

function endpointAddress(text: string): Result<string, Complaint> {
  const parsed = parseAddress(text)
  if (parsed === undefined) {
    const [, ipv4, ipv6] = /^(?:([\d.]+)[:/]|\[([\da-f:.]+)\]:)\d+$/i.exec(text) ?? []
    const host = parseAddress(ipv4 ?? ipv6 ?? '')?.address
    return fail({
      code: 'MH208',
      message: `${quote(text)} is no address`,
      label: host === undefined ? 'expected an address, such as 192.0.2.7' : `did you mean ${quote(host)}?`,
      ...(host === undefined &&
        /[a-z]/i.test(text) && {
          why: 'a name would have to be asked for before the tunnel is there, and may mean somebody else a moment later',
        }),
    })
  }
  const special = specialUse(parsed.address) ?? ofTheLink(parsed.address)
  return special === undefined
    ? ok(parsed.address)
    : fail({
        code: 'MH208',
        message: `${quote(text)} is ${special}`,
        label: 'expected the address of a host',
      })
}

/** What `via` names must be another line, once, and in the end one that is no tunnel. */
export function findTunnelProblems(lines: readonly DraftLine[]): readonly Problem[] {
  return [...lines.flatMap((line) => findNamingProblems(line, lines)), ...findCircles(lines)]
}

function findNamingProblems({ name, via = [] }: DraftLine, lines: readonly DraftLine[]): readonly Problem[] {
  const others = lines.map((line) => line.name.value).filter((other) => other !== name.value)
  return via.flatMap(({ value, place }, index) => {
    if (value === name.value) {
      const label = 'expected another line'
      const why = "a tunnel's own packets cannot leave by the tunnel itself"
      return [problem('MH409', place, `${quote(value)} leads by itself`, { label, why })]
    }
    const earlier = via.slice(0, index).find((one) => one.value === value)
    if (earlier !== undefined) {
      const related = { place: earlier.place, label: 'first named here' }
      return [
        problem('MH409', place, `${quote(value)} is named twice`, {
          label: 'keep one of the two',
          related,
        }),
      ]
    }
    if (others.includes(value)) return []
    const meant = nearest(value, others)
    const label =
      meant === undefined
        ? `expected one of ${others.map(quote).join(', ')}`
        : `did you mean ${quote(meant)}?`
    return [problem('MH409', place, `there is no line ${quote(value)}`, others.length === 0 ? {} : { label })]
  })
}

/** Told once for each circle, at its first line in the file. */
function findCircles(lines: readonly DraftLine[]): readonly Problem[] {
  const told = new Set<string>()
  return lines.flatMap((line) => {
    if (told.has(line.name.value)) return []
    const circle = circleFrom(line, lines)
    const [first, second] = circle
    if (first === undefined || second === undefined) return []
    for (const one of circle) told.add(one.name.value)
    const way = first.via?.find(({ value }) => value === second.name.value)
    const round = [...circle, first].map(({ name }) => quote(name.value)).join(' by ')
    const message = `ways go in a circle: ${round}`
    return [
      problem('MH410', way?.place ?? first.name.place, message, {
        label: 'expected a line that is no part of it',
      }),
    ]
  })
}

/** @returns the lines that lead from a line back to it, each by the next; none when there is no way back */
function circleFrom(start: DraftLine, lines: readonly DraftLine[]): readonly DraftLine[] {
  const seen = new Set<DraftLine>()
  const walk = (line: DraftLine): readonly DraftLine[] | undefined => {
    for (const { value } of line.via ?? []) {
      if (value === line.name.value) continue // told already
      if (value === start.name.value) return [line]
      const next = lines.find((other) => other.name.value === value)
      if (next === undefined || seen.has(next)) continue
      seen.add(next)
      const rest = walk(next)
      if (rest !== undefined) return [line, ...rest]
    }
    return undefined
  }
  return walk(start) ?? []
}
