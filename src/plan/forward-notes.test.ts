import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aBox, aConfig, aForward, aLine, aLink, aRoute, memoryOf, prefixOf } from './examples.ts'
import { forwardsAstray, forwardsUnheld } from './forward-notes.ts'
import { lineFacts } from './lines.ts'

const box = aBox()
const container = aBox({
  routes: [...box.routes, aRoute({ destination: prefixOf('172.17.0.0/16'), dev: 'docker0' })],
})

const ROWS = [
  ['a server of the LAN', '10.0.0.5', undefined],
  ['a server in a container', '172.17.0.2', undefined],
  ['this box, by an address that only the kernel knows', '10.0.0.1', /is this box itself/],
  ['a network that nobody has', '10.9.0.5', /tcp\/443 is forwarded to 10\.9\.0\.5.*in no network of the LAN/],
  ["a neighbour on a line: it is the provider's", '198.51.100.9', /in no network of the LAN/],
  ['IPv6 that the LAN has not', '2001:db8::5', /in no network of the LAN/],
] as const

for (const [name, to, said] of ROWS) {
  test(`a forward that can bring nobody anywhere is told: ${name}`, () => {
    const forwards = [aForward('tcp/443', to), aForward('tcp/443', to, { address: '198.51.100.3' })]
    const notes = forwardsAstray(aConfig({ forwards }), container)
    if (said === undefined) assert.deepEqual(notes, [])
    else assert.match(notes.map(({ text }) => text).join('\n'), said)
    assert.ok(notes.length <= 1)
  })
}

const ASKED = [
  [
    'an address of another box',
    { address: '203.0.113.78' },
    box,
    [/203\.0\.113\.78, which is no address of dsl:/],
  ],
  ['the address of the line', { address: '203.0.113.77' }, box, []],
  ['one that is routed here', { address: '192.0.2.9' }, box, []],
  ['a line that is not there yet', { address: '203.0.113.78' }, aBox({ links: [aLink('wan1')] }), []],
  ['no address', {}, box, []],
] as const

for (const [name, rest, seen, said] of ASKED) {
  test(`a forward for an address that nobody holds is told: ${name}`, () => {
    const dsl = aLine('dsl', 'wan2', { networks: [prefixOf('192.0.2.8/29')] })
    const config = aConfig({ lines: [dsl], forwards: [aForward('tcp/443', '10.0.0.5', { lines: ['dsl'], ...rest })] }) // prettier-ignore
    const facts = lineFacts(config, seen, memoryOf(config), new Map())
    const texts = forwardsUnheld(config, facts, seen).map(({ text }) => text)
    assert.equal(texts.length, said.length)
    for (const [i, pattern] of said.entries()) assert.match(texts[i] ?? '', pattern)
  })
}
