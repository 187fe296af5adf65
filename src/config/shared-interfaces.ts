import { FAMILIES, familyOf, formatPrefix, type Family } from '../model/index.ts'
import type { DraftLine } from './line.ts'
import type { Written } from './node-reader.ts'
import { problem } from './problem.ts'
import type { Problem } from './problem.ts'
import { quote } from './quote.ts'

/**
 * Lines on one interface are told apart by their gateways: what leaves, by which one it is handed to; what comes in,
 * by who brings it.
 */
export function findLinesThatCannotBeToldApart(lines: readonly DraftLine[]): readonly Problem[] {
  return lines.flatMap((line, index) => {
    const earlier = onItsInterface(line, lines.slice(0, index))
    const unwritten = withoutGateway(line, earlier)
    return unwritten === undefined
      ? FAMILIES.flatMap((family) => withTheSameGateway(line, earlier, family) ?? [])
      : [unwritten]
  })
}

function withoutGateway(line: DraftLine, [first, ...others]: readonly DraftLine[]): Problem | undefined {
  const unwritten = [line, first, ...others].find((one) => one !== undefined && !('gateway' in one.keys))
  if (first?.interface === undefined || line.interface === undefined || unwritten === undefined)
    return undefined
  const message = `two lines share the interface ${quote(line.interface.value)}`
  return problem('MH403', line.interface.place, message, {
    related: { place: first.interface.place, label: 'first used here' },
    why: `there they are told apart by their gateways, and ${quote(unwritten.name.value)} has none in the file`,
    help: 'write the gateway of each, such as gateway: 198.51.100.1',
  })
}

function withTheSameGateway(
  line: DraftLine,
  earlier: readonly DraftLine[],
  family: Family,
): Problem | undefined {
  const gateway = gatewayOf(line, family)
  const same = earlier.find((one) => gatewayOf(one, family)?.value === gateway?.value)
  const first = same && gatewayOf(same, family)
  if (gateway === undefined || same === undefined || first === undefined) return undefined
  const message = `${quote(same.name.value)} and ${quote(line.name.value)} have one interface and one gateway`
  return problem('MH403', gateway.place, message, {
    label: 'expected another gateway',
    related: { place: first.place, label: 'first given here' },
    why: 'what leaves by one gateway of one interface is one line',
  })
}

const gatewayOf = ({ gateways }: DraftLine, family: Family): Written<string> | undefined =>
  gateways.find(({ value }) => familyOf(value) === family)

/** One address may be that of several lines, but an interface has it only once. */
export function findAddressesOfTwoLengths(lines: readonly DraftLine[]): readonly Problem[] {
  return lines.flatMap((line, index) => {
    const before = onItsInterface(line, lines.slice(0, index)).flatMap(({ addresses }) => addresses)
    return line.addresses.flatMap((address) => {
      const other = before.find(
        ({ value }) => value.address === address.value.address && value.length !== address.value.length,
      )
      if (other === undefined) return []
      const message = `two lines on one interface have the address ${address.value.address} with different lengths`
      return [
        problem('MH407', address.place, message, {
          label: `expected ${formatPrefix(other.value)}, or another address`,
          related: { place: other.place, label: 'first given here' },
        }),
      ]
    })
  })
}

/** An interface has one MTU, and one queue in which nobody can tell the lines apart. */
export function findLimitsOfSharedInterfaces(lines: readonly DraftLine[]): readonly Problem[] {
  return lines.flatMap((line, index) => {
    const others = onItsInterface(line, lines.toSpliced(index, 1))
    const wider = onItsInterface(line, lines.slice(0, index)).find(
      ({ mtu }) => mtu !== undefined && mtu.value !== (line.mtu?.value ?? mtu.value),
    )?.mtu
    const [other] = others
    return [
      ...(wider === undefined || line.mtu === undefined
        ? []
        : [
            problem('MH411', line.mtu.place, 'two lines on one interface have different MTUs', {
              label: `expected ${wider.value}, or none`,
              related: { place: wider.place, label: 'first given here' },
            }),
          ]),
      ...(line.shape === undefined || other === undefined
        ? []
        : [
            problem('MH412', line.shape.place, `${quote(line.name.value)} cannot be shaped`, {
              label: 'expected a line with an interface of its own',
              related: { place: other.name.place, label: 'is on the same interface' },
              why: 'they share one queue, in which they cannot be told apart',
            }),
          ]),
    ]
  })
}

const onItsInterface = (line: DraftLine, others: readonly DraftLine[]): readonly DraftLine[] =>
  others.filter((one) => one.interface !== undefined && one.interface.value === line.interface?.value)
