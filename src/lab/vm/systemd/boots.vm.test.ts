import assert from 'node:assert/strict'
import { existsSync, statSync } from 'node:fs'
import { before, describe, test } from 'node:test'
import { must, show } from './machine.ts'

// The first file in its guest: later ones start the daemon anew.

test('the guest is run by systemd, and nothing failed on the way up', async () => {
  assert.equal(await must('systemctl', 'list-units', '--failed', '--plain', '--no-legend'), '')
})

describe('the box boots, and no line is there', () => {
  // These tests wait for multi-user.target, which does not wait for it.
  before(() => must('systemctl', 'start', 'multihomed'))

  test('the unit is active, and was before any interface could be configured', async () => {
    for (const name of ['lan0', 'wan1', 'wan2']) assert.ok(!existsSync(`/sys/class/net/${name}`), name)
    const ours = await show('multihomed', 'ActiveState', 'NRestarts', 'ActiveEnterTimestampMonotonic')
    assert.deepEqual([ours['ActiveState'], ours['NRestarts']], ['active', '0'])
    const target = await show('network-pre.target', 'ActiveEnterTimestampMonotonic')
    const activeAt = Number(ours['ActiveEnterTimestampMonotonic'])
    assert.ok(activeAt > 0 && activeAt <= Number(target['ActiveEnterTimestampMonotonic']), JSON.stringify([ours, target])) // prettier-ignore
  })

  test('systemd left none of what was ordered out', async () => {
    assert.doesNotMatch(await must('journalctl', '--boot', '--no-pager', '_PID=1'), /ordering cycle/)
  })

  test('the firewall is there before the lines are', async () => {
    assert.match(await must('nft', 'list', 'tables'), /table inet multihomed/)
  })

  test("it runs as its own user, and the socket is its group's", async (context) => {
    const { MainPID = '', MemoryCurrent } = await show('multihomed', 'MainPID', 'MemoryCurrent')
    context.diagnostic(`memory of the unit: ${(Number(MemoryCurrent) / 2 ** 20).toFixed(0)} MiB`)
    const uid = Number(await must('id', '-u', 'multihomed'))
    const gid = Number(await must('id', '-g', 'multihomed'))
    assert.equal(statSync(`/proc/${MainPID}`).uid, uid)
    const socket = statSync('/run/multihomed/multihomed.sock')
    assert.deepEqual([socket.gid, (socket.mode & 0o777).toString(8)], [gid, '660'])
  })
})
