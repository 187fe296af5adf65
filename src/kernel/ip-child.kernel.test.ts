import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { whileSpawnThrows, withoutDescriptors } from './hardship.ts'
import { IpChild } from './ip-child.ts'

const ip = new IpChild(['-N', '-json'])
after(() => ip.close())

test('an answer is what was asked, and an error is no answer to the next command', async () => {
  const answers = await Promise.all([
    ip.run('link show dev lo'),
    ip.run('link show dev nowhere'),
    ip.run('rule del pref 4711'),
    ip.run('no-such-object show'),
    ip.run('link show dev lo'),
  ])
  const [first, missing, refused, unknown, last] = answers
  assert.match(first.output, /"ifname":"lo"/)
  assert.match(missing.error ?? '', /does not exist/)
  assert.match(refused.error ?? '', /No such file or directory/)
  assert.match(unknown.error ?? '', /Object "no-such-object" is unknown/)
  assert.equal(last.error, undefined)
  assert.equal(last.output, first.output)
})

test('many commands at once come back in order', async () => {
  const many = Array.from({ length: 300 }, (_, i) =>
    ip.run(i % 3 === 0 ? 'link show dev lo' : `rule del pref ${i}`),
  )
  const answers = await Promise.all(many)
  answers.forEach((answer, i) => assert.equal(answer.error === undefined, i % 3 === 0, `command ${i}`))
})

test('a command with nothing to say is answered with nothing', async () => {
  const { output, error } = await ip.run('neighbour show dev lo')
  assert.deepEqual([JSON.parse(output), error], [[], undefined])
})

test('words at which ip ends are an error with its reason, and the next command is answered', async () => {
  const ended = await ip.run('nexthop add id 4711 dev nowhere')
  assert.match(ended.error ?? '', /Device does not exist/)
  assert.match((await ip.run('link show dev lo')).output, /"ifname":"lo"/)
})

test('when the child is killed under way, what was asked of it fails and a new child answers', async () => {
  const victim = new IpChild([])
  await victim.run('link show dev lo')
  process.kill(childPid(), 'SIGSTOP') // or it may be quicker with its answers than we are
  const lost = Array.from({ length: 50 }, () => victim.run('link show'))
  const settled = Promise.allSettled(lost)
  process.kill(childPid(), 'SIGKILL')
  assert.ok((await settled).every(({ status }) => status === 'rejected'))
  assert.match((await victim.run('link show dev lo')).output, /lo:/)
  victim.close()
})

test('Ctrl-C at a daemon in the foreground ends no child below its hands: each has a group of its own', async () => {
  const child = new IpChild([])
  await child.run('link show dev lo')
  const pid = childPid()
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  assert.equal(Number(fields[2]), pid, 'its process group')
  child.close()
})

test('a child that hangs is ended: what was asked of it fails, and the next question is answered', async () => {
  const victim = new IpChild([], 300)
  await victim.run('link show dev lo')
  const stopped = childPid()
  process.kill(stopped, 'SIGSTOP')
  const asked = await Promise.allSettled([victim.run('link show dev lo'), victim.run('rule show')])
  for (const answer of asked) {
    assert.ok(answer.status === 'rejected')
    assert.match(String(answer.reason), /ip did not answer within 300 ms: link show dev lo/)
  }
  assert.match((await victim.run('link show dev lo')).output, /lo:/)
  while (existsSync(`/proc/${stopped}`)) await setImmediate()
  victim.close()
})

test('a box without room for a child fails the question and nothing else; with room it is answered', async () => {
  const child = new IpChild([])
  const ask = (): Promise<unknown> => child.run('link show dev lo')
  await assert.rejects(whileSpawnThrows(ask), /E2BIG/)
  await assert.rejects(withoutDescriptors(ask), /EMFILE/)
  assert.match((await child.run('link show dev lo')).output, /lo:/)
  child.close()
})

test('closing lets what is under way be answered, and the next command has a child that remembers nothing', async () => {
  const child = new IpChild([])
  const underWay = child.run('link show dev lo')
  child.close()
  const next = child.run('link show dev lo')
  assert.match((await underWay).output, /lo:/)
  assert.match((await next).output, /lo:/)
  child.close()
})

/** The child that was started last. */
function childPid(): number {
  const pids = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').map(Number)
  return Math.max(...pids)
}
