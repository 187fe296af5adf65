import * as fc from 'fast-check'
import { legName, type LineVerdict } from '../model/index.ts'
import type { Moment } from './box-life.ts'
import { MISHAPS, type MishapName } from './mishaps.ts'

const NAMES = ['fiber', 'dsl', 'cable', 'lte'] as const
const anyName = fc.constantFrom(...NAMES)
const anyLeg = fc.constantFrom(...NAMES.flatMap((name) => [name, legName(name, 'ipv6')]))

const anyVerdict: fc.Arbitrary<LineVerdict> = fc.oneof(
  fc.record({ health: fc.constantFrom('unknown', 'up', 'suspect', 'down') }),
  fc.constant<LineVerdict>({ health: 'down', released: true }),
  fc.constantFrom('slow', 'lossy').map((degraded): LineVerdict => ({ health: 'up', degraded })),
)

/** Some of four lines, on some of four cards, often several on one; by DHCP or, on some cards, fixed. */
const fileWith = (fixedCards: readonly number[]): fc.Arbitrary<string> =>
  fc
    .record({
      lines: fc.uniqueArray(
        fc.record({
          name: anyName,
          card: fc.integer({ min: 1, max: 4 }),
          weight: fc.integer({ min: 1, max: 5 }),
          fixed: fc.boolean(),
          ownAddress: fc.boolean(),
          ipv6: fc.boolean(),
          nat: fc.constantFrom('auto', 'masquerade', 'off'),
          role: fc.constantFrom('normal', 'normal', 'backup'),
          degraded: fc.constantFrom('keep', 'less', 'none'),
        }),
        { minLength: 1, maxLength: 4, selector: ({ name }) => name },
      ),
      affinity: fc.constantFrom('connection', 'pair', 'client'),
      base: fc.constantFrom(0, 30_000),
      firewall: fc.constantFrom('allow', 'drop', 'drop, open: [tcp/22]', 'drop, open: [tcp/23, udp/1-9]'),
      lan: fc.constantFrom(
        '{}',
        '{ interfaces: [lan0] }',
        '{ interfaces: [{ name: lan0, address: 10.9.0.1/24 }] }',
        '{ interfaces: [lan0], networks: [10.0.0.0/25] }',
      ),
      mask: fc.constantFrom('0x3f000000', '0x3f000000', '0x00f00000'),
    })
    .map(({ lines, affinity, base, firewall, lan, mask }) => {
      const text = lines.map(({ name, card, weight, fixed, ownAddress, nat, role, degraded, ipv6 }) => {
        const onCard = lines.filter((line) => line.card === card)
        const place = onCard.findIndex((line) => line.name === name)
        const isFixed = fixed && fixedCards.includes(card)
        const keys = [
          ...(isFixed
            ? [
                `address: [198.51.${card}.${ownAddress ? 9 + place : 9}/24${ipv6 ? `, "2001:db8:${card}::${9 + place}/64"` : ''}]`,
              ]
            : []),
          ...(isFixed || onCard.length > 1
            ? [
                `gateway: [198.51.${card}.${place === 0 ? 1 : 240 + place}${ipv6 ? `, "fe80::${place + 1}"` : ''}]`,
              ]
            : []),
        ]
        return `  ${name}: { ${[`interface: wan${card}`, `weight: ${weight}`, `nat: ${nat}`, `role: ${role}`, `health: { degraded: ${degraded} }`, ...keys].join(', ')} }`
      })
      const head = lan === '{}' ? [] : [`lan: ${lan}`]
      return [
        ...head,
        'lines:',
        ...text,
        `affinity: ${affinity}`,
        `rulePriorityBase: ${base}`,
        `marks: { mask: ${mask} }`,
        `firewall: { inbound: ${firewall} }`,
      ].join('\n')
    })

export const anyFile = fileWith([1, 2, 3, 4])

const anyMishap = fc.constantFrom(...(Object.keys(MISHAPS) as MishapName[])) // the type's own keys: it has no others

const anyMoment = (file: fc.Arbitrary<string>): fc.Arbitrary<Moment> =>
  fc.record(
    {
      mishaps: fc.array(anyMishap, { maxLength: 3 }),
      file,
      verdicts: fc.dictionary(anyLeg, anyVerdict),
      midway: fc.record({
        after: fc.nat(20),
        what: fc.oneof(fc.constant('the daemon is killed' as const), anyMishap),
      }),
      next: fc.constantFrom('on', 'on', 'on', 'restart', 'down'),
    },
    { requiredKeys: ['mishaps', 'next'] },
  )

/** A first file, and what comes after it. */
export interface Life {
  readonly first: string
  readonly moments: readonly Moment[]
}

const lifeWith = (file: fc.Arbitrary<string>): fc.Arbitrary<Life> =>
  fc.record({ first: file, moments: fc.array(anyMoment(file), { minLength: 1, maxLength: 8, size: 'max' }) })

export const anyLife = lifeWith(anyFile)

/**
 * One after which nobody could tell that we were ever there: others keep their hands off what is ours. Only wan1, which
 * nobody touches, is switched on by us and given an address.
 */
export const peacefulLife = lifeWith(fileWith([1])).map(({ first, moments }) => ({
  first,
  moments: moments.map(withoutHandsOnOurs),
}))

function withoutHandsOnOurs(moment: Moment): Moment {
  const { midway: _, ...rest } = moment
  return { ...rest, mishaps: moment.mishaps.filter((mishap) => !MISHAPS[mishap].isOurs) }
}
