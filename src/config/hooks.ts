import { isSeq } from 'yaml'
import { EVENT_KINDS, fail, ok } from '../model/index.ts'
import type { EventKind, HookConfig, Result } from '../model/index.ts'
import { itemOf, readAmount, readChoice, readFields, readList, readText } from './node-reader.ts'
import type { Item, Reading, Written } from './node-reader.ts'
import { BOUNDS, HOOK_KEYS } from './policy-keys.ts'
import { placeOf, problem } from './problem.ts'
import type { Complaint } from './problem.ts'
import { duration } from './quantities.ts'
import { quote } from './quote.ts'

const DEFAULT_TIMEOUT_MS = 10_000

const EVENT_ELSEWHERE: ReadonlyMap<string, EventKind> = new Map([
  ['failover', 'down'],
  ['disconnected', 'down'],
  ['ifdown', 'down'],
  ['dead', 'down'],
  ['connected', 'up'],
  ['ifup', 'up'],
  ['recovered', 'up'],
  ['alive', 'up'],
  ['slow', 'degraded'],
  ['lossy', 'degraded'],
])

export function readHooks(reading: Reading, item: Item): readonly HookConfig[] {
  return (readList(reading, item) ?? []).flatMap((node) => {
    const expects = 'a program, such as { run: [/usr/local/bin/tell], on: [down, up] }'
    return readHook(reading, itemOf(reading, node, 'an entry of "hooks"', expects, item.place)) ?? []
  })
}

function readHook(reading: Reading, item: Item): HookConfig | undefined {
  const fields = readFields(reading, item, 'a hook', HOOK_KEYS)
  if (fields === undefined) return undefined
  const { run, on, timeout } = fields.items
  if (run === undefined && !fields.meant.has('run')) {
    const label = 'expected "run: [/path/of/program]" in it'
    reading.problems.push(problem('MH202', item.place, 'a hook has no "run"', { label }))
  }
  const words = run && readRun(reading, run)
  const events = on === undefined ? EVENT_KINDS : readEvents(reading, on)
  const limit = timeout && readAmount(reading, timeout, (text) => duration(text, BOUNDS.timeout))
  return (
    words && {
      run: words,
      on: events,
      timeoutMs: limit?.value ?? DEFAULT_TIMEOUT_MS,
      place: placeOf(item.place),
    }
  )
}

/** A path alone, or a list that begins with one. */
export function readRun(reading: Reading, item: Item): readonly string[] | undefined {
  if (!isSeq(item.node)) {
    const path = readText(reading, item, pathAlone)
    return path && [path.value]
  }
  const nodes = readList(reading, item)
  if (nodes?.length === 0) {
    const label = 'expected a path'
    reading.problems.push(problem('MH202', item.place, '"run" names no program', { label }))
  }
  const words = (nodes ?? []).map((node, index): Written<string> | undefined => {
    const expects = index === 0 ? 'an absolute path' : 'text; a number in quotes'
    const word = itemOf(reading, node, 'an entry of "run"', expects, item.place)
    return readText(reading, word, index === 0 ? programPath : argument)
  })
  return words.flatMap((word) => word?.value ?? [])
}

function readEvents(reading: Reading, item: Item): readonly EventKind[] {
  const nodes = readList(reading, item)
  if (nodes?.length === 0) {
    const details = { label: 'expected an event', help: 'for every event, leave "on" out' }
    reading.problems.push(problem('MH202', item.place, '"on" names no event', details))
  }
  const kinds = (nodes ?? []).flatMap((node) => {
    const event = itemOf(reading, node, 'an entry of "on"', `one of ${EVENT_KINDS.join(', ')}`, item.place)
    return readChoice(reading, event, EVENT_KINDS, EVENT_ELSEWHERE)?.value ?? []
  })
  return [...new Set(kinds)]
}

type Parsed = Result<string, Complaint>

function pathAlone(text: string): Parsed {
  if (!/\s/.test(text.trim())) return programPath(text)
  const words = text.trim().split(/\s+/).slice(0, 4)
  return fail({
    code: 'MH216',
    message: `${quote(text)} has white space in it`,
    label: `did you mean [${words.join(', ')}]?`.replaceAll(/[^\x20-\x7e]/g, '?'),
    why: 'no shell is there to take it apart; a path with a space stands in a list of its own',
  })
}

function programPath(text: string): Parsed {
  if (text.startsWith('/') && !text.endsWith('/')) return argument(text)
  return fail({
    code: 'MH216',
    message: `${quote(text)} is not the absolute path of a program`,
    label: 'expected one that begins with a slash, such as /usr/local/bin/tell',
    why: 'what a short name means depends on who asks, and where',
  })
}

/** A NUL would end it early. */
const argument = (text: string): Parsed =>
  text.includes('\0')
    ? fail({
        code: 'MH216',
        message: `${quote(text)} cannot be handed to a program`,
        label: 'has a NUL in it',
      })
    : ok(text)
