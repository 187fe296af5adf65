/** What a configuration shows to others: nothing that nobody decided to show. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configJsonSchema } from './json-schema.ts'
import { MASK, maskedConfig, suspectedSecrets } from './masked.ts'

type Schema = Readonly<Record<string, unknown>>
type Plant = (value: unknown) => unknown

const CANARY = 'S3cret-Canary'
/** A secret in all the shapes that a key may take. */
const CANARIES = [
  CANARY,
  `/${CANARY}`,
  `https://host.example/${CANARY}`,
  `admin@${CANARY}.example`,
  `${CANARY}.example`,
  `x ${CANARY}\nmore`,
  { any: CANARY },
  [CANARY],
]

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null

/** Every place of the file, with what puts a value there; and in every map a key that nobody knows. */
function* places(schema: Schema, place: string, plant: Plant): Generator<readonly [string, Plant]> {
  yield [place, plant]
  const { properties, additionalProperties, items, prefixItems, anyOf } = schema
  const inner =
    (key: string): Plant =>
    (value) =>
      plant({ [key]: value })
  if (isSchema(properties)) {
    yield [`${place}.?`, inner('passphrase')]
    for (const [key, one] of Object.entries(properties))
      if (isSchema(one)) yield* places(one, `${place}.${key}`, inner(key))
  }
  if (isSchema(additionalProperties)) yield* places(additionalProperties, `${place}.*`, inner('name'))
  const firsts: readonly unknown[] = Array.isArray(prefixItems) ? prefixItems : []
  for (const [i, one] of firsts.entries())
    if (isSchema(one)) yield* places(one, `${place}[${i}]`, (value) => plant([...firsts.slice(0, i), value]))
  if (isSchema(items)) yield* places(items, `${place}[]`, (value) => plant([...firsts, value]))
  for (const one of Array.isArray(anyOf) ? anyOf : []) if (isSchema(one)) yield* places(one, place, plant)
}

/**
 * Where any text may stand, and everybody may see it. Whoever adds a key that takes any text finds it missing here, and
 * decides: `secret: true` beside its words, or a row.
 */
const OPEN = [
  '.api.names',
  '.api.names[]',
  '.api.tls.certificate',
  '.api.tls.key',
  '.dns',
  '.forward[].line',
  '.forward[].line[]',
  '.health.targets[].name',
  '.hooks[].run',
  '.hooks[].run[0]',
  '.lan.interfaces',
  '.lan.interfaces[]',
  '.lan.interfaces[].name',
  '.lines.*.health.targets[].name',
  '.lines.*.interface',
  '.lines.*.via',
  '.lines.*.via[]',
  '.notify.channels.*.body',
  '.notify.channels.*.run',
  '.notify.channels.*.run[0]',
  '.notify.channels.*.server',
  '.notify.channels.*.title',
]

test('wherever a secret is planted it is left out, but where everybody may see what stands there', async () => {
  const shown = new Set<string>()
  let count = 0
  for (const [place, plant] of places(await configJsonSchema(), '', (value) => value)) {
    for (const canary of CANARIES) {
      count++
      const masked = await maskedConfig(JSON.stringify(plant(canary)))
      assert.ok(masked !== undefined, place)
      if (masked.text.includes(CANARY)) shown.add(place)
      else assert.ok(masked.secrets.join().includes(CANARY), `${place}: it is not looked for elsewhere`)
    }
  }
  assert.ok(count > 1000, `${count}`)
  assert.deepEqual([...shown].toSorted(), OPEN)
})

const FILE = `# the password is hunter2
lines:
  fiber: { interface: wan1, wieght: 3 } # ${CANARY}
  dsl:
    interface: wan2
notify:
  channels:
    phone: { kind: ntfy, url: "https://ntfy.sh/${CANARY}", tokenFile: /etc/x.token }
    mail:
      password: |
        ${CANARY}
        more
      server: smtp.example.org
hooks:
  - run: [/usr/bin/curl, -H, "Authorization: Bearer ${CANARY}"]
`
const SHOWN = `#
lines:
  fiber: { interface: wan1, wieght: ${MASK} } #
  dsl:
    interface: wan2
notify:
  channels:
    phone: { kind: ntfy, url: ${MASK}, tokenFile: ${MASK} }
    mail:
      password: ${MASK}


      server: smtp.example.org
hooks:
  - run: [/usr/bin/curl, ${MASK}, ${MASK}]
`

test('what is shown stands on the lines on which it stood', async () => {
  const masked = await maskedConfig(FILE)
  assert.equal(masked?.text, SHOWN)
  assert.equal(masked?.comments, 2)
  assert.deepEqual(masked?.places, [
    'lines.fiber.wieght',
    'notify.channels.phone.url',
    'notify.channels.phone.tokenFile',
    'notify.channels.mail.password',
    'hooks[1].run[2]',
    'hooks[1].run[3]',
  ])
})

test('a text that is no YAML is shown by nobody, and what may be secret in it is looked for', async () => {
  const broken = `notify: { channels: { phone: { url: "https://ntfy.sh/${CANARY}, token: tk_12345 } }\nlines: [`
  assert.equal(await maskedConfig(broken), undefined)
  const found = suspectedSecrets(broken)
  assert.ok(found.includes(`https://ntfy.sh/${CANARY}`) && found.includes('tk_12345'), found.join(' '))
})

test('an alias, an anchor and a tag are not shown either', async () => {
  const masked = await maskedConfig(`lines: { fiber: &${CANARY} { interface: wan1 }, dsl: *${CANARY} }\n`)
  assert.equal(masked?.text, `lines: { fiber:  { interface: wan1 }, dsl: ${MASK} }\n`)
})
