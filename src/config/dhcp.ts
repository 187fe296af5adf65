import type { DraftLine } from './line.ts'
import { problem } from './problem.ts'
import type { Problem } from './problem.ts'
import { quote } from './quote.ts'

/** The provider gives one address of IPv4, to one who asks on an interface. */
export const findDhcpProblems = (lines: readonly DraftLine[]): readonly Problem[] =>
  lines.flatMap((line, index) => {
    const { dhcp, addresses, name, interface: device } = line
    if (dhcp === undefined) return []
    const fixed = addresses.find(({ value }) => value.family === 'ipv4')
    const asking = lines
      .slice(0, index)
      .find((other) => other.dhcp !== undefined && other.interface?.value === device?.value)?.dhcp
    return [
      ...(fixed === undefined
        ? []
        : [
            problem('MH414', fixed.place, `${quote(name.value)} has a fixed IPv4 address and dhcp`, {
              label: 'expected one of the two',
              related: { place: dhcp.place, label: 'here its address is asked for' },
            }),
          ]),
      ...(asking === undefined || device === undefined
        ? []
        : [
            problem('MH415', dhcp.place, `two lines ask for an address on ${quote(device.value)}`, {
              related: { place: asking.place, label: 'the first one' },
              why: 'a DHCP server gives one address to a card',
              help: 'make a macvlan interface for each of them: it is a card of its own to the provider',
            }),
          ]),
    ]
  })
