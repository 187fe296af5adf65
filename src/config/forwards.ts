import { isScalar, isSeq } from 'yaml'
import { fail, ok, parseAddress, parseHostAddress } from '../model/index.ts'
import type { Family, OpenPort, PortForward, Result } from '../model/index.ts'
import { specialUse } from './addresses.ts'
import { openPorts } from './firewall.ts'
import { FORWARD_KEYS } from './forward-keys.ts'
import { itemOf, readFields, readList, readText, wrongKind } from './node-reader.ts'
import type { Item, Reading, Written } from './node-reader.ts'
import { placeOf, problem } from './problem.ts'
import type { Complaint } from './problem.ts'
import { quote } from './quote.ts'

type Parsed<T> = Result<T, Complaint>
type Ports = Omit<OpenPort, 'place'>
interface Address {
  readonly family: Family
  readonly address: string
}

/** As written: without ports they are those that were asked for. */
export interface DraftTarget extends Address {
  readonly ports?: Pick<Ports, 'firstPort' | 'lastPort'>
}

export interface DraftForward {
  /** Absent: every line. */
  readonly lines?: readonly Written<string>[] | undefined
  readonly address?: Written<Address> | undefined
  readonly ports: readonly Written<Ports>[]
  readonly to?: Written<DraftTarget> | undefined
}

export function readForwards(reading: Reading, item: Item): readonly DraftForward[] {
  return (readList(reading, item) ?? []).flatMap((node) => {
    const expects = 'a forward, such as { line: fiber, port: tcp/443, to: 10.0.0.5 }'
    return readForward(reading, itemOf(reading, node, 'an entry of "forward"', expects, item.place)) ?? []
  })
}

function readForward(reading: Reading, item: Item): DraftForward | undefined {
  const fields = readFields(reading, item, 'a forward', FORWARD_KEYS)
  if (fields === undefined) return undefined
  const { line, address, port, to } = fields.items
  const missing = (key: 'port' | 'to', label: string): void => {
    if (fields.items[key] !== undefined || fields.meant.has(key)) return
    reading.problems.push(problem('MH202', item.place, `a forward has no "${key}"`, { label }))
  }
  missing('port', 'expected "port: tcp/443" or the like in it')
  missing('to', 'expected "to: ADDRESS" in it')
  return {
    lines: line && readOneOrMore(reading, line, 'the name of a line', readLineName),
    address: address && readText(reading, address, askedAddress),
    ports:
      port === undefined
        ? []
        : readOneOrMore(reading, port, 'a protocol and a port, such as tcp/443', readPorts),
    to: to && readText(reading, to, target),
  }
}

/** @param expects of each, where there are none */
function readOneOrMore<T>(
  reading: Reading,
  item: Item,
  expects: string,
  readOne: (reading: Reading, item: Item) => Written<T> | undefined,
): readonly Written<T>[] {
  const isList = isSeq(item.node)
  const nodes = isList ? (readList(reading, item) ?? []) : []
  if (isList && nodes.length === 0) wrongKind(reading, item, `expected ${expects} in it`)
  const items = isList
    ? nodes.map((node) => itemOf(reading, node, `an entry of ${item.called}`, expects, item.place))
    : [item]
  return items.flatMap((one) => readOne(reading, one) ?? [])
}

const readLineName = (reading: Reading, item: Item): Written<string> | undefined =>
  readText(reading, item, ok)

function readPorts(reading: Reading, item: Item): Written<Ports> | undefined {
  const { node } = item
  const number = isScalar(node) && typeof node.value === 'number' ? node.value : undefined
  if (number === undefined || !openPorts(`tcp/${number}`).ok) return readText(reading, item, ports)
  return wrongKind(reading, item, `did you mean tcp/${number} or udp/${number}?`)
}

/** As in `firewall.open`, but for its advice, which is about a firewall. */
function ports(text: string): Parsed<Ports> {
  const read = openPorts(text)
  if (read.ok) return read
  const { help: _, ...complaint } = read.error
  return fail(complaint)
}

function askedAddress(text: string): Parsed<Address> {
  const address = parseAddress(text)
  const refuse = (message: string, label: string): Parsed<Address> => fail({ code: 'MH208', message, label })
  if (address === undefined) {
    const host = parseHostAddress(text)
    const label = host === undefined ? 'expected an address, such as 198.51.100.3' : `did you mean ${quote(host.address)}?` // prettier-ignore
    return refuse(`${quote(text)} is no address`, label)
  }
  const special = unusable(address)
  if (special !== undefined) return refuse(`${quote(text)} is ${special}`, 'expected an address of the line')
  return ok(address)
}

/** `10.0.0.5`, `10.0.0.6:9000`, `10.0.0.6:9000-9010`, `2001:db8::5`, `[2001:db8::5]:443` */
function target(text: string): Parsed<DraftTarget> {
  const refuse = (message: string, label: string, why?: string): Parsed<DraftTarget> =>
    fail({ code: 'MH219', message, label, ...(why === undefined ? {} : { why }) })
  const bare = parseAddress(text)
  const [, bracketed, plain, first, last = first] =
    /^(?:\[([^\]]*)\]|([^:]*))(?::([1-9]\d{0,4})(?:-([1-9]\d{0,4}))?)?$/.exec(text) ?? []
  const address = bare ?? parseAddress(bracketed ?? plain ?? '')
  if (address === undefined || (bracketed !== undefined && address.family === 'ipv4')) {
    const host = parseHostAddress(text)
    if (host !== undefined) return refuse(`${quote(text)} has the length of a network`, `did you mean ${quote(host.address)}?`) // prettier-ignore
    return refuse(
      `${quote(text)} is not the address of a server`,
      'expected one such as 10.0.0.5 or "10.0.0.6:9000"',
      /^[a-z][a-z0-9.-]*(?::\d+)?$/i.test(text) ? 'a name is not asked for: what it means may change' : undefined, // prettier-ignore
    )
  }
  if (address.address.startsWith('127.') || address.address === '::1')
    return fail({
      code: 'MH308',
      message: `${quote(text)} is this box itself`,
      label: 'expected a server behind it',
      help: OPEN_INSTEAD,
    })
  const special = unusable(address)
  if (special !== undefined) return refuse(`${quote(text)} is ${special}`, 'expected the address of a server')
  if (first === undefined) return ok(address)
  const [firstPort, lastPort] = [Number(first), Number(last)]
  if (Math.max(firstPort, lastPort) > 65_535)
    return refuse(`${quote(text)} has no such port`, 'expected ports from 1 to 65535')
  if (firstPort > lastPort)
    return refuse(`the range in ${quote(text)} runs backwards`, `did you mean ${lastPort}-${firstPort}?`)
  return ok({ ...address, ports: { firstPort, lastPort } })
}

export const OPEN_INSTEAD =
  'what this box itself offers is reached without a forward; with inbound: drop list its port in firewall.open'

const unusable = ({ family, address }: Address): string | undefined => {
  if (family === 'ipv4') return specialUse(address)
  if (/^fe[89ab]/.test(address)) return 'a link-local address, which has no meaning beyond its network'
  return address.startsWith('ff') ? 'a multicast address' : address === '::' ? 'no address' : undefined
}

/** Only for drafts without errors. @param all the names of all lines, in the order of the file */
export function forwardsOf(drafts: readonly DraftForward[], all: readonly string[]): PortForward[] {
  return drafts.flatMap(({ lines, address, ports: asked, to }) => {
    if (to === undefined) throw new Error('a forward leads nowhere, but no problem was reported')
    const { family, address: server, ports: at } = to.value
    const names = lines?.map(({ value }) => value)
    return asked.map(({ value, place }) => ({
      lines: names === undefined ? all : all.filter((name) => names.includes(name)),
      ...(address === undefined ? {} : { address: address.value.address }),
      ...value,
      to: {
        family,
        address: server,
        firstPort: at?.firstPort ?? value.firstPort,
        lastPort: at?.lastPort ?? value.lastPort,
      },
      place: placeOf(place),
    }))
  })
}
