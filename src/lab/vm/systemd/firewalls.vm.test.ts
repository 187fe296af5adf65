import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { eventually } from '../../index.ts'
import { openFlows, talkAll } from '../../scenarios/flows.ts'
import type { Flow } from '../../scenarios/flows.ts'
import { assertNoneFailed, keepAsking } from '../../scenarios/under-load.ts'
import { becomes, journalSince, machine, must, spreads } from './machine.ts'

const words = (command: string): string[] => command.split(' ')

interface Firewall {
  readonly name: string
  /** As its page of instructions says, for a box with a LAN and two lines. */
  readonly start: readonly string[]
  readonly reloads: readonly string[]
  /** What shows that it is there. */
  readonly shows: readonly [string, RegExp]
  readonly stop: readonly string[]
}

const FIREWALLS: readonly Firewall[] = [
  {
    name: 'firewalld',
    start: [
      'systemctl start firewalld',
      'firewall-cmd --permanent --zone=trusted --add-interface=lan0',
      'firewall-cmd --permanent --zone=external --add-interface=wan1 --add-interface=wan2',
      'firewall-cmd --reload',
    ],
    reloads: ['firewall-cmd --reload', 'systemctl restart firewalld'],
    shows: ['nft list tables', /table inet firewalld/],
    stop: ['systemctl stop firewalld'],
  },
]

describe('firewalls of the box', () => {
  const box = machine()
  let flows: readonly Flow[] = []
  before(async () => {
    for (const line of ['fiber', 'dsl']) await becomes(line, 'up')
    flows = await openFlows(box.lab, ['client-1', 'client-2'], 4)
  })

  for (const { name, start, reloads, shows, stop } of FIREWALLS)
    describe(name, () => {
      after(async () => {
        for (const command of stop) await must(...words(command))
      })

      test(`${name} is started: connections go on, new ones are spread as before`, async () => {
        for (const command of start) await must(...words(command))
        assert.match(await must(...words(shows[0])), shows[1])
        await talkAll(flows)
        await spreads(box.lab)
      })

      for (const command of reloads)
        test(`${command}, under load: our table stays, no connection is lost`, async () => {
          const since = await journalSince()
          const load = keepAsking(box.lab)
          await load.more(20)
          await must(...words(command))
          await load.more(20)
          assertNoneFailed(await load.stop())
          await talkAll(flows)
          assert.doesNotMatch(await since(), /not by us/)
        })
    })

  test('nftables.service is reloaded, which flushes everything: our table is back, and nft is named', async () => {
    await writeFile('/etc/nftables.conf', '#!/usr/sbin/nft -f\nflush ruleset\ntable inet filter {\n chain input { type filter hook input priority filter; }\n}\n') // prettier-ignore
    await must('systemctl', 'start', 'nftables')
    const since = await journalSince()
    await must('systemctl', 'reload', 'nftables')
    await eventually(since, (text) => /removed by nft.*1 nft table; put back/.test(text), { what: 'the journal tells' }) // prettier-ignore
    assert.match(await must('nft', 'list', 'tables'), /table inet multihomed[^]*table inet filter|table inet filter[^]*table inet multihomed/) // prettier-ignore
    await talkAll(flows)
    await spreads(box.lab)
    await must('nft', 'delete', 'table', 'inet', 'filter')
  })
})
