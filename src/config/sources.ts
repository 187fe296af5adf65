import { containsAddress, formatPrefix } from '../model/index.ts'
import type { Family, Prefix } from '../model/index.ts'
import { bareAddress, clientNetwork } from './addresses.ts'
import type { DraftLine } from './line.ts'
import { nearest } from './nearest.ts'
import { itemOf, readEntries, readText } from './node-reader.ts'
import type { Item, Reading, Written } from './node-reader.ts'
import { problem } from './problem.ts'
import type { Problem } from './problem.ts'
import { quote } from './quote.ts'

/** Clients that leave by a line with an address of their own. */
export interface DraftSource {
  readonly clients: Written<Prefix>
  readonly address: Written<string>
}

export const readSources = (reading: Reading, item: Item): readonly DraftSource[] =>
  (readEntries(reading, item) ?? []).flatMap(({ name, key, node }) => {
    const clients = clientNetwork(name)
    if (!clients.ok) {
      const { code, message, ...details } = clients.error
      reading.problems.push(problem(code, key, message, details))
    }
    const expects = 'an address of the line, such as 198.51.100.3'
    const address = readText(
      reading,
      itemOf(reading, node, `the address of ${quote(name)}`, expects, key),
      (text) => bareAddress(text, 'an address of the line'),
    )
    return clients.ok && address !== undefined
      ? [{ clients: { value: clients.value, place: key }, address }]
      : []
  })

export function findSourceProblems(line: DraftLine): readonly Problem[] {
  const { sources = [], nat, name } = line
  const [first] = sources
  if (first !== undefined && nat?.value === 'off')
    return [
      problem('MH417', first.clients.place, `${quote(name.value)} has "sources" and nat: off`, {
        label: 'would never be given',
        related: { place: nat.place, label: 'everybody keeps the address that they have' },
      }),
    ]
  return sources.flatMap((source, index) => [
    ...twice(source, sources.slice(0, index)),
    ...noneOfTheLine(source, line),
  ])
}

function twice({ clients }: DraftSource, before: readonly DraftSource[]): readonly Problem[] {
  const text = formatPrefix(clients.value)
  const earlier = before.find((one) => formatPrefix(one.clients.value) === text)
  if (earlier === undefined) return []
  return [
    problem('MH418', clients.place, `${text} is there twice`, {
      label: 'keep one of the two',
      related: { place: earlier.clients.place, label: 'first written here' },
    }),
  ]
}

function noneOfTheLine({ clients, address }: DraftSource, line: DraftLine): readonly Problem[] {
  const { family } = clients.value
  const own = line.addresses.filter(({ value }) => value.family === family).map(({ value }) => value.address)
  const isRouted = line.networks.some(({ value }) => value.family === family && containsAddress(value, address.value)) // prettier-ignore
  if (own.includes(address.value) || isRouted) return []
  const message = `${address.value} is no ${WORDS[family]} address of ${quote(line.name.value)}`
  const meant = nearest(address.value, own)
  return [
    problem('MH416', address.place, message, {
      ...(meant !== undefined
        ? { label: `did you mean ${quote(meant)}?` }
        : own.length > 0 && { label: `expected one of ${own.join(', ')}` }),
      help: ADDRESS_OR_NETWORK,
    }),
  ]
}

/** What makes an address one of a line. */
export const ADDRESS_OR_NETWORK =
  'add it to "address" of the line, or its network to "networks" where the provider routes that here'

const WORDS = { ipv4: 'IPv4', ipv6: 'IPv6' } as const satisfies Record<Family, string>
