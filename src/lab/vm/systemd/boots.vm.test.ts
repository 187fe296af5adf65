import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'

test('the guest is run by systemd, and nothing failed on the way up', () => {
  const shown = execFileSync('systemctl', ['list-units', '--failed', '--plain', '--no-legend'])
  assert.equal(shown.toString(), '')
})
