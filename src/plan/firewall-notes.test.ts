import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Config, OpenPort } from '../model/index.ts'
import { aBox, aConfig, aForward, on } from './examples.ts'
import { shutsOut, whatComesIn } from './firewall-notes.ts'

const PLACE = { file: 'config.yaml', line: 1, column: 1 }
const tcp = (firstPort: number, lastPort = firstPort): OpenPort => ({
  protocol: 'tcp',
  firstPort,
  lastPort,
  place: PLACE,
})
const dropping = (...open: OpenPort[]): Config => aConfig({ firewall: { inbound: 'drop', open } })
const allowing = aConfig()
const BY_LINE = '203.0.113.9 50000 198.51.100.2 22'

const SESSIONS: readonly { name: string; config: Config; session: string | undefined; warned: boolean }[] = [
  { name: 'nobody is here by SSH', config: dropping(), session: undefined, warned: false },
  { name: 'here by a line, and the port is not open', config: dropping(), session: BY_LINE, warned: true },
  {
    name: 'here by a line, and UDP of that port is open',
    config: dropping({ ...tcp(22), protocol: 'udp' }),
    session: BY_LINE,
    warned: true,
  },
  {
    name: 'here by a line, and the port is open',
    config: dropping(tcp(22)),
    session: BY_LINE,
    warned: false,
  },
  {
    name: 'here by a line, and the port is in a range',
    config: dropping(tcp(1, 1023)),
    session: BY_LINE,
    warned: false,
  },
  { name: 'here by a line, and nothing is kept out', config: allowing, session: BY_LINE, warned: false },
  { name: 'here from the LAN', config: dropping(), session: '10.0.0.11 50000 10.0.0.1 22', warned: false },
  {
    name: 'here from the LAN, at the address of a line',
    config: dropping(),
    session: '10.0.0.11 50000 198.51.100.2 22',
    warned: false,
  },
  {
    name: 'here by IPv6 and a line',
    config: dropping(),
    session: '2001:db8::9 50000 2001:db8:1::2 22',
    warned: true,
  },
  {
    name: 'here by a line, and the port is forwarded to a server',
    config: aConfig({ forwards: [aForward('tcp/1-22', '10.0.0.5')] }),
    session: BY_LINE,
    warned: true,
  },
  {
    name: 'here by a line, and the port of another line or address is forwarded',
    config: aConfig({
      forwards: [
        aForward('tcp/22', '10.0.0.5', { lines: ['dsl'] }),
        aForward('tcp/22', '10.0.0.5', { address: '198.51.100.3' }),
      ],
    }),
    session: BY_LINE,
    warned: false,
  },
  { name: 'a word that is none of sshd', config: dropping(), session: 'yes', warned: false },
]

for (const { name, config, session, warned } of SESSIONS) {
  test(`whoever is cut off next time is warned: ${name}`, () => {
    const plain = aBox()
    const box = aBox({ addresses: [...plain.addresses, on('wan1', '2001:db8:1::2/64')] })
    const codes = shutsOut(config, box, session).map(({ code, severity }) => `${severity} ${code}`)
    assert.deepEqual(codes, warned ? ['warning shut-out'] : [])
  })
}

test('what comes in is told in the words of the file, when something is kept out', () => {
  assert.deepEqual(whatComesIn(allowing), [])
  const [note] = whatComesIn(dropping(tcp(22), tcp(8000, 8100)))
  assert.equal(note?.text, 'what comes in by a line: only answers, tcp/22, tcp/8000-8100')
  const [second] = whatComesIn({ ...dropping(), forwards: [aForward('tcp/443', '10.0.0.5')] })
  assert.equal(second?.text, 'what comes in by a line: only answers, and what is forwarded')
})
