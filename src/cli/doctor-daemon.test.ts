/** What a daemon adds to a doctor's findings, and what its silence does. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientError } from '../api/client.ts'
import { EXAMPLES } from '../api/fake.ts'
import { clockTime, fail, ok } from '../model/index.ts'
import { askDaemon, daemonSees, runningDaemon, type DaemonAnswer } from './doctor-daemon.ts'

const here = { hasServiceUnit: () => false, version: EXAMPLES.status.version }
const told = (daemon: DaemonAnswer, version = here.version): string[] =>
  daemonSees(daemon, { ...here, version }).findings.map(({ severity, name }) => `${severity} ${name}`)
const answers = (more: Partial<Extract<DaemonAnswer, { is: 'answers' }>> = {}): DaemonAnswer => ({
  is: 'answers',
  status: { ...EXAMPLES.status, verdict: { text: 'Internet works over fiber and dsl.', level: 'all' } },
  ...more,
})
const silent = (error: ClientError): DaemonAnswer => ({ is: 'silent', error })
const [phone] = EXAMPLES.notify.channels
const channel = (more: Partial<NonNullable<typeof phone>>) => ({
  ...EXAMPLES.notify,
  channels: [{ name: 'sms', service: 'command' as const, waiting: 0, failures: 0, ...more }],
})
const lost = {
  at: EXAMPLES.status.time,
  title: 'dsl is down',
  line: null,
  delivered: false,
  answer: 'HTTP 403',
}

const ROWS = [
  { name: 'all is well', daemon: answers(), found: ['ok daemon'] },
  {
    name: 'a line is down: weather, to know',
    daemon: answers({ status: EXAMPLES.status }),
    found: ['ok daemon', 'note lines'],
  },
  {
    name: 'the kernel refuses something',
    daemon: answers({
      status: { ...EXAMPLES.status, matches: false, trouble: 'no room', verdict: { text: '', level: 'all' } },
    }),
    found: ['fix daemon'],
  },
  {
    name: 'messages wait for their turn',
    daemon: answers({ notify: channel({ waiting: 2, nextAt: EXAMPLES.status.time }) }),
    found: ['ok daemon', 'ok messages'],
  },
  {
    name: 'a message was tried, and waits',
    daemon: answers({ notify: channel({ waiting: 2, failures: 3, last: lost }) }),
    found: ['ok daemon', 'note messages'],
  },
  {
    name: 'the last message was lost',
    daemon: answers({ notify: channel({ last: lost }) }),
    found: ['ok daemon', 'note messages'],
  },
  { name: 'no message waits', daemon: answers({ notify: channel({}) }), found: ['ok daemon', 'ok messages'] },
  { name: 'who has tokens', daemon: answers({ tokens: EXAMPLES.tokens }), found: ['ok daemon', 'ok tokens'] },
  {
    name: 'it hangs',
    daemon: silent({ is: 'no-answer', socketPath: '/s', timeoutMs: 1500 }),
    found: ['fix daemon'],
  },
]
for (const { name, daemon, found } of ROWS) {
  test(`doctor asks the daemon: ${name}`, () => assert.deepEqual(told(daemon), found))
}

test('doctor asks the daemon: what waits is one row for all channels, with the time; what failed says why', () => {
  const { time } = EXAMPLES.status
  const nextAt = new Date(Date.parse(time) + 240_000).toISOString()
  const [sms] = channel({ waiting: 4, nextAt }).channels
  assert.ok(sms)
  const failing = { ...sms, name: 'hook', failures: 3, last: lost }
  const notify = { ...EXAMPLES.notify, time, channels: [sms, { ...sms, name: 'desk', waiting: 1 }, failing] }
  const at = clockTime(Date.parse(nextAt), Date.parse(time))
  const [, note, row] = daemonSees(answers({ notify }), here).findings
  assert.equal(
    note?.text,
    `4 messages do not reach hook: 3 tries failed, it is tried again at ${at}; the last answer was: HTTP 403`,
  )
  assert.equal(
    row?.text,
    `messages wait for their turn, by limits and quiet hours: sms 4 until ${at}, desk 1 until ${at}`,
  )
})

test('doctor asks the daemon: one that was not restarted after an update is told', () => {
  assert.deepEqual(told(answers(), '0.9.0'), ['ok daemon', 'note version'])
})

test('doctor asks the daemon: who may not ask, or asks nobody, is told what he does not see', () => {
  const errors: readonly ClientError[] = [
    { is: 'not-allowed', socketPath: '/s' },
    { is: 'not-reachable', socketPath: '/s', said: 'ENOENT' },
  ]
  const [barred, nobody] = errors.map((error) => daemonSees(silent(error), here).unseen.join())
  assert.match(barred ?? '', /that takes root, or the group multihomed$/)
  assert.match(nobody ?? '', /no daemon answers$/)
})

test('doctor asks the daemon: lines that are down are not asked over, each family by itself', () => {
  const status = { ...EXAMPLES.status, lines: EXAMPLES.lines.lines }
  assert.deepEqual(
    runningDaemon(status).deadLegs.map(({ leg }) => leg),
    ['fiber/ipv6', 'dsl'],
  )
})

test('doctor asks the daemon: what it does not tell is gone without', async () => {
  const error: ClientError = { is: 'not-allowed', socketPath: '/s' }
  const daemon = await askDaemon({
    status: () => Promise.resolve(ok(EXAMPLES.status)),
    notify: () => Promise.resolve(fail(error)),
    tokens: () => Promise.resolve(fail(error)),
  })
  assert.deepEqual(daemon, { is: 'answers', status: EXAMPLES.status })
})
