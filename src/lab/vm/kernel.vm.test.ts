import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'

const ip = (words: string): string => execFileSync('ip', words.split(' ')).toString()
const tc = (words: string): string => execFileSync('tc', words.split(' ')).toString()

for (const kind of ['dummy', 'bond', 'bridge', 'wireguard', 'ifb']) {
  test(`Debian's kernel has interfaces of the kind ${kind}`, () => {
    ip(`link add one type ${kind}`)
    assert.match(ip('-details link show one'), new RegExp(`\\b${kind}\\b`))
    ip('link del one')
  })
}

for (const queue of [
  'cake bandwidth 10mbit',
  'fq_codel',
  'tbf rate 10mbit burst 10k latency 50ms',
  'netem delay 600ms loss 30%',
]) {
  test(`Debian's kernel has the queue ${queue}`, () => {
    ip('link add one type dummy')
    tc(`qdisc add dev one root ${queue}`)
    assert.match(tc('qdisc show dev one'), new RegExp(`\\b${queue.split(' ')[0]}\\b`))
    ip('link del one')
  })
}

test("Debian's kernel has nexthop groups that keep connections where they are (resilient)", () => {
  ip('link add one type dummy')
  ip('link set one up')
  ip('nexthop add id 1 dev one')
  ip('nexthop add id 2 group 1 type resilient buckets 8')
  assert.match(ip('nexthop show id 2'), /type resilient buckets 8/)
  ip('link del one')
})
