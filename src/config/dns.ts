import { isSeq } from 'yaml'
import { containsAddress, fail, ok, parseAddress, parsePrefix } from '../model/index.ts'
import type { LineResolvers, ResolverDriver, Result } from '../model/index.ts'
import { specialUse } from './addresses.ts'
import { itemOf, readList, readText } from './node-reader.ts'
import type { Item, Reading, Written } from './node-reader.ts'
import { nearest } from './nearest.ts'
import { problem } from './problem.ts'
import type { Complaint } from './problem.ts'
import { quote } from './quote.ts'

/** More than any provider names; a longer list is a mistake. */
const MOST_RESOLVERS = 8

/** `auto`, `off`, an address or a list of them. */
export function readResolvers(reading: Reading, item: Item): LineResolvers | undefined {
  if (!isSeq(item.node)) return readText(reading, item, wordOrResolver)?.value
  const nodes = readList(reading, item) ?? []
  if (nodes.length === 0) {
    const details = { label: 'expected an address', help: 'for a line without resolvers write dns: off' }
    reading.problems.push(problem('MH202', item.place, '"dns" names no resolver', details))
  }
  if (nodes.length > MOST_RESOLVERS) {
    const label = `expected ${MOST_RESOLVERS} at most`
    reading.problems.push(problem('MH217', item.place, `"dns" names ${nodes.length} resolvers`, { label }))
  }
  const servers = nodes.map((node): Written<string> | undefined => {
    const entry = itemOf(reading, node, 'an entry of "dns"', 'an address, such as 198.51.100.53', item.place)
    return readText(reading, entry, resolverAddress)
  })
  return [...new Set(servers.flatMap((server) => server?.value ?? []))]
}

export const readDriver = (reading: Reading, item: Item): ResolverDriver | undefined =>
  readText(reading, item, driver)?.value

type Parsed<T> = Result<T, Complaint>

function wordOrResolver(text: string): Parsed<LineResolvers> {
  if (text === 'auto') return ok('auto')
  if (text === 'off' || text === 'none') return ok([])
  const address = resolverAddress(text)
  return address.ok ? ok([address.value]) : address
}

function resolverAddress(text: string): Parsed<string> {
  const parsed = parseAddress(text)
  if (parsed === undefined) {
    const word = nearest(text, ['auto', 'off'])
    return fail({
      code: 'MH217',
      message: `${quote(text)} is no address of a resolver`,
      label: word === undefined ? 'expected an address, such as 198.51.100.53' : `did you mean ${word}?`,
    })
  }
  const special = specialUse(parsed.address) ?? SPECIAL6.find(({ network }) => network !== undefined && containsAddress(network, parsed.address))?.is // prettier-ignore
  if (special === undefined) return ok(parsed.address)
  return fail({
    code: 'MH217',
    message: `${quote(text)} is ${special}`,
    label: 'expected the address of a resolver that the line leads to',
  })
}

const SPECIAL6 = [
  { network: parsePrefix('::/127'), is: 'this box itself, or no address' },
  { network: parsePrefix('fe80::/10'), is: 'a link-local address, which is there on every link' },
  { network: parsePrefix('ff00::/8'), is: 'a multicast address' },
]

const DRIVERS = ['off', 'resolved', 'unbound'] as const

function driver(text: string): Parsed<ResolverDriver> {
  const word = DRIVERS.find((one) => one === text)
  if (word !== undefined) return ok({ is: word })
  const expected = `${DRIVERS.join(', ')} or an absolute path, such as /run/multihomed/resolv.conf`
  const complain = (message: string, label: string, help?: string): Parsed<never> =>
    fail({ code: 'MH218', message, label, ...(help !== undefined && { help }) })
  if (text === 'dnsmasq')
    return complain('"dns" is "dnsmasq"', 'expected a path, such as /run/multihomed/resolv.conf', 'dnsmasq reads that file when it has resolv-file=/run/multihomed/resolv.conf') // prettier-ignore
  if (!text.startsWith('/') || text.endsWith('/')) {
    const meant = nearest(text, DRIVERS)
    return complain(`"dns" is ${quote(text)}`, meant === undefined ? `expected ${expected}` : `did you mean ${meant}?`) // prettier-ignore
  }
  if (/[\s\p{Cc}]/u.test(text))
    return complain(`${quote(text)} has white space in it`, 'expected a path without')
  if (text === '/etc/resolv.conf')
    return complain(
      '"dns" is /etc/resolv.conf, which others write too',
      'expected a file of its own, such as /run/multihomed/resolv.conf',
      'then ln -sf /run/multihomed/resolv.conf /etc/resolv.conf',
    )
  return ok({ is: 'file', path: text })
}
