import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstFile, type FirstChoices, type FirstLine } from './first-file.ts'
import { parseConfig } from './parse.ts'

const line = (name: string, rest: Partial<FirstLine> = {}): FirstLine => ({
  name,
  interface: `if-${name}`,
  weight: 1,
  found: '198.51.100.2/24 by 198.51.100.1 (DHCP)',
  taken: true,
  ...rest,
})

function fileOf(choices: FirstChoices): string {
  const text = firstFile(choices)
  return text.ok ? text.value : assert.fail(text.error)
}

test('the whole file, as somebody reads it who has never seen one', () => {
  const lines = [line('fiber', { weight: 3 }), line('lte', { taken: false, gateway: 'ADDRESS' })]
  assert.equal(
    fileOf({ lines, lan: ['lan0', 'br-guest'] }),
    `\
# Several Internet lines at once. Is this file right: multihome check.
# What a key means: multihome explain weight. All keys: man multihomed.yaml.

# Whose connections are spread, besides those of this box itself.
lan:
  interfaces: [lan0, br-guest]

# New connections are shared by weight: 3 and 1 give 75 and 25 of a hundred.
# Address and gateway are those that DHCP or you have put on the interface; when
# they change, that is followed.
lines:
  fiber: # 198.51.100.2/24 by 198.51.100.1 (DHCP)
    interface: if-fiber
    weight: 3
  # lte: # 198.51.100.2/24 by 198.51.100.1 (DHCP)
  #   interface: if-lte
  #   weight: 1
  #   gateway: ADDRESS

# A client and a server keep meeting on one line: a bank wants one address.
# connection would spread most evenly.
affinity: pair
`,
  )
})

const CHOICES: Record<string, FirstChoices> = {
  'names that YAML takes for something else': { lines: [line('no', { interface: '1e3' }), line('off')], lan: ['null', 'true'] },
  'a weight with a fraction': { lines: [line('a', { weight: 2.5 }), line('b')], lan: [] },
  'what must be written': { lines: [line('a', { address: '198.51.100.2/24', gateway: '198.51.100.1' })], lan: ['lan0'] },
  'no network': { lines: [line('a')], lan: [] },
} // prettier-ignore
for (const [what, choices] of Object.entries(CHOICES)) {
  test(`the file says what was chosen: ${what}`, () => {
    const read = parseConfig(fileOf(choices), 'config.yaml')
    assert.ok(read.ok)
    const { lines, lan } = read.value.config
    assert.deepEqual(
      lines.map((one) => [one.name, one.interface, one.gateways[0]]),
      choices.lines.map((one) => [one.name, one.interface, one.gateway]),
    )
    const ratio = (of: readonly { weight: number }[]): number[] =>
      of.map(({ weight }) => weight / (of[0]?.weight ?? 1))
    assert.deepEqual(ratio(lines), ratio(choices.lines))
    assert.deepEqual(
      lan.interfaces.map(({ name }) => name),
      choices.lan,
    )
  })
}

test('a line that costs by volume stands in for one that does not, else it shares the work', () => {
  const lte = line('lte', { byVolume: true })
  const read = (lines: readonly FirstLine[]): unknown => {
    const parsed = parseConfig(fileOf({ lines, lan: [] }), 'config.yaml')
    assert.ok(parsed.ok)
    return parsed.value.config.lines.map(({ name, role, metered }) => [name, role, metered])
  }
  assert.deepEqual(read([line('fiber'), lte]), [
    ['fiber', 'normal', false],
    ['lte', 'backup', true],
  ])
  assert.deepEqual(read([line('fiber', { taken: false }), lte]), [['lte', 'normal', true]])
})

test('a line that is left out becomes one by taking the # away', () => {
  const text = fileOf({ lines: [line('fiber'), line('lte', { taken: false })], lan: [] })
  const read = parseConfig(text.replaceAll(/^ {2}# /gm, '  '), 'config.yaml')
  assert.ok(read.ok)
  assert.deepEqual(
    read.value.config.lines.map(({ name }) => name),
    ['fiber', 'lte'],
  )
})

test('what would be refused is not written, and why is told', () => {
  assert.deepEqual(firstFile({ lines: [line('fiber')], lan: ['if-fiber'] }), {
    ok: false,
    error: '"if-fiber" is both LAN and line',
  })
})
