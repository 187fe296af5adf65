import {
  OUR_TABLE,
  type NftChain,
  type NftFlowtable,
  type NftMap,
  type NftRule,
  type Ruleset,
} from '../model/index.ts'

/** The part of the text that `nft list` prints of our table, read back into the model. */

interface Block {
  readonly kind: string
  readonly name: string
  readonly lines: readonly string[]
}

/** @returns our part of `nft -t list ruleset inet`, `undefined` when it is not in it */
export const ourTable = (listing: string): string | undefined => OURS.exec(listing)?.[0]

/** A closing brace without indentation ends a table. */
const OURS = new RegExp(`^table ${OUR_TABLE} \\{\\n[^]*?^\\}\\n`, 'm')

/** Packets by the counter's name. */
export function readCounters(terse: string): Map<string, number> {
  const counts = [...terse.matchAll(/^\tcounter (\S+) \{\n\t\tpackets (\d+)/gm)]
  return new Map(counts.map(([, name = '', packets]) => [name, Number(packets)]))
}

/**
 * @param terse the table without elements, as `ourTable` gives it
 * @param elements listings of the maps and sets whose elements are ours, by name
 */
export function readRuleset(terse: string, elements: ReadonlyMap<string, string>): Ruleset {
  const blocks = readBlocks(terse)
  const flowtable = blocks.find((block) => block.kind === 'flowtable')
  return {
    ...(/^\tflags .*\bdormant\b/m.test(terse) ? { dormant: true } : {}),
    counters: blocks.filter((block) => block.kind === 'counter').map((block) => block.name),
    maps: blocks.filter(isMap).map((block) => readMap(block, elements.get(block.name))),
    chains: blocks.filter((block) => block.kind === 'chain').map(readChain),
    ...(flowtable === undefined ? {} : { flowtable: readFlowtable(flowtable) }),
  }
}

/** Names of the maps and sets whose elements are worth reading: not those that packets fill. */
export const ownedMaps = (terse: string): { kind: 'set' | 'map'; name: string }[] =>
  readBlocks(terse)
    .filter((block) => isMap(block) && !isDynamic(block))
    .map((block) => ({ kind: block.kind === 'set' ? 'set' : 'map', name: block.name }))

/** `chain NAME {` at one level of indentation, up to its closing brace. */
function readBlocks(text: string): Block[] {
  const blocks: { kind: string; name: string; lines: string[] }[] = []
  for (const line of text.split('\n')) {
    const opening = /^\t(\w+) (\S+) \{/.exec(line)
    if (opening !== null) blocks.push({ kind: opening[1] ?? '', name: opening[2] ?? '', lines: [] })
    else if (line.startsWith('\t\t')) blocks.at(-1)?.lines.push(line.trim())
  }
  return blocks
}

function readChain(block: Block): NftChain {
  const hook = block.lines.find((line) => line.startsWith('type '))
  return {
    name: block.name,
    ...(hook === undefined ? {} : { hook }),
    rules: block.lines.filter((line) => line !== hook).map(readRule),
  }
}

function readRule(line: string): NftRule {
  const match = /^(.*?) comment "([^"]*)"$/.exec(line)
  return match === null ? { text: line, comment: '' } : { text: match[1] ?? '', comment: match[2] ?? '' }
}

/** A device that is gone is not in it any more; nft leaves the whole line out when none is left. */
function readFlowtable({ name, lines }: Block): NftFlowtable {
  const text = lines.join(' ')
  const devices = /devices = \{([^}]*)\}/.exec(text)?.[1] ?? ''
  return {
    name,
    devices: devices
      .split(',')
      .map((device) => device.trim().replaceAll('"', ''))
      .filter((device) => device !== ''),
  }
}

function readMap(block: Block, listing: string | undefined): NftMap {
  const declaration = block.lines
    // Newer versions of nft tell there how many elements there are: `size 65536 # count 3`.
    .map((line) => line.replace(/\s*# .*$/, ''))
    .filter((line) => !line.startsWith('elements') && line !== '')
    .map((line) => `${line};`)
    .join(' ')
  const shared = { kind: block.kind === 'set' ? 'set' : 'map', name: block.name, declaration } as const
  if (isDynamic(block)) return { ...shared, elements: new Map(), dynamic: true }
  const elements = readElements(listing ?? '')
  return { ...shared, elements: isOfGroups(block) ? withNames(elements) : elements }
}

function readElements(listing: string): Map<string, string> {
  const text = /elements = \{([^}]*)\}/.exec(listing)?.[1] ?? ''
  return new Map(
    text
      .split(',')
      .map((element) => element.trim())
      .filter((element) => element !== '')
      .map((element) => {
        const [key = '', value = ''] = element.split(' : ')
        return [canonicalKey(key), value.trim()]
      }),
  )
}

/** A control group that is gone comes as a bare number, by which nft would not take it away again. */
const withNames = (elements: ReadonlyMap<string, string>): Map<string, string> =>
  new Map([...elements].filter(([key]) => key.startsWith('"')))

/** A mark may come without leading zeros. */
const canonicalKey = (key: string): string =>
  /^0x[0-9a-f]+$/.test(key) ? `0x${Number(key).toString(16).padStart(8, '0')}` : key.trim()

const isMap = (block: Block): boolean => block.kind === 'map' || block.kind === 'set'
const isOfGroups = (block: Block): boolean => block.lines.some((line) => line.startsWith('type cgroupsv2'))
const isDynamic = (block: Block): boolean =>
  block.lines.some((line) => /^flags .*(dynamic|timeout)/.test(line))
