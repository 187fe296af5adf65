/** The whole report: secrets planted in every part of it, and none of them found again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { doctorDocument } from '../api/documents.ts'
import { EXAMPLES } from '../api/fake.ts'
import { fail, ok } from '../model/index.ts'
import { bugReport, type ReportParts } from './bug-report.ts'

/** Of each place one of its own, so that what is found says where it came from. */
const planted = (place: string): string => `S3cret-${place}`

const CONFIG = `# ${planted('comment')}
lines:
  fiber:
    interface: wan1
    health: { targets: [icmp/1.1.1.1, "https://example.org/${planted('page')}"] }
    pasword: ${planted('unknown')}
hooks: [{ run: [/usr/bin/curl, "${planted('argument')}"] }]
notify:
  channels:
    chat: { kind: slack, url: "https://hooks.slack.com/${planted('url')}" }
    phone: { kind: ntfy, url: "https://ntfy.sh/x", tokenFile: ${planted('credential')} }
    post: { kind: email, server: mail.example.org, from: ${planted('from')}@example.org, to: a@b.example }
`
const FORMER = `notify: { channels: { old: { kind: slack, url: "https://hooks.slack.com/${planted('former')}" } } }`
const ALL = [
  ...['comment', 'page', 'unknown', 'argument', 'url', 'credential', 'from', 'former', 'file', 'typed'].map(
    planted,
  ),
  'multihomed_S3cretS3cretS3cretS3cret',
]

const examination = { problems: [], notes: [], findings: [], unseen: [] }
const parts = (more: Partial<ReportParts> = {}): ReportParts => ({
  version: '0.1.0',
  time: '2026-11-23T06:41:24.253Z',
  doctor: doctorDocument(
    {
      ...examination,
      findings: [{ severity: 'fix', name: 'file', text: `"${planted('unknown')}" is no key` }],
    },
    0,
  ),
  answers: {
    status: ok(EXAMPLES.status),
    events: ok({ ...EXAMPLES.events, told: ALL }),
    messages: fail({ is: 'not-allowed', socketPath: '/s' }),
  },
  plan: fail('the configuration file is refused'),
  matter: {
    config: ok(CONFIG),
    former: [FORMER, `broken: [ { token: ${planted('typed')}`],
    secrets: [planted('file')],
    distribution: 'Debian GNU/Linux 12',
    listings: [
      { command: 'ip rule', output: '0: from all lookup local' },
      { command: 'journalctl', output: `said: ${ALL.join(' ')}` },
      { command: 'tc qdisc', output: '', trouble: `no such file: ${planted('url')}` },
    ],
  },
  ...more,
})

/** A comment is nobody's secret that could be looked for: it is left out where it stands. */
const FOUND_AGAIN = [planted('comment')]

test('no secret is in it, wherever it stood', async () => {
  const { text, missing } = await bugReport(parts(), false)
  const configuration = text.slice(text.indexOf('===== configuration'), text.indexOf('===== ip rule'))
  assert.ok(!configuration.includes(planted('comment')))
  for (const secret of ALL.filter((one) => !FOUND_AGAIN.includes(one))) {
    assert.ok(!text.includes(secret) && !missing.join().includes(secret), `${secret} in\n${text}`)
  }
})

test('nothing else is lost: what is left out is listed, what could not be had says why', async () => {
  const { text, sections, missing, places, comments } = await bugReport(parts(), false)
  for (const kept of [
    'interface: wan1',
    'icmp/1.1.1.1',
    'mail.example.org',
    '"hostname": "router1"',
    'from all lookup',
  ])
    assert.ok(text.includes(kept), kept)
  assert.deepEqual(
    sections.map(({ name }) => name),
    ['versions', 'doctor', 'status', 'events', 'configuration', 'ip rule', 'journalctl'],
  )
  assert.deepEqual(missing, [
    'messages: no answer of a daemon (not-allowed)',
    'plan: the configuration file is refused',
    'tc qdisc: no such file: <secret>',
  ])
  assert.ok(places.includes('lines.fiber.pasword') && comments === 1)
})

test('a file that nobody can read as YAML stays out, and so does what stands in it', async () => {
  const config = ok(`lines: [ {\nnotify: { url: "https://hooks.slack.com/${planted('url')}" }`)
  const { text, missing } = await bugReport(parts({ matter: { ...parts().matter, config } }), false)
  assert.ok(!text.includes('===== configuration') && !text.includes(planted('url')))
  assert.ok(missing.some((one) => one.startsWith('configuration: it is no YAML')))
})

test('with --mask-addresses there is no public address in it', async () => {
  const { text } = await bugReport(parts(), true)
  assert.ok(!text.includes('198.51.100.') && text.includes('"address": "ipv4-1/28"'))
})
