import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HostAddress } from '../model/index.ts'
import { desired, sysctlKeys } from './desired.ts'
import { diff } from './diff.ts'
import { aBox, aConfig, aLine, memoryOf, on } from './examples.ts'

const SWITCHED_OFF = 'net/ipv6/conf/wan1/disable_ipv6'

/** What is to be done first on a box whose first line has IPv6 switched off. */
function firstMove(addresses: readonly HostAddress[], value: string) {
  const config = aConfig({ lines: [aLine('fiber', 'wan1', { addresses }), aLine('dsl', 'wan2')] })
  const memory = memoryOf(config)
  const sysctls = [{ key: SWITCHED_OFF, value }].filter(({ key }) => sysctlKeys(config).includes(key))
  const observed = aBox({ sysctls })
  const { state } = desired({ config, observed, memory, health: new Map() })
  return diff(observed, state, memory.originals).find((move) => move.do === 'set-sysctl')
}

test('an interface with IPv6 switched off gets it where the file gives it an address: else the kernel refuses that, and no line works', () => {
  assert.deepEqual(firstMove([on('wan1', '2001:db8:1::2/64')], '1'), {
    do: 'set-sysctl',
    from: { key: SWITCHED_OFF, value: '1' },
    to: { key: SWITCHED_OFF, value: '0' },
  })
})

test('where IPv6 is on, or the file gives no address of it, the setting is left alone', () => {
  assert.equal(firstMove([on('wan1', '2001:db8:1::2/64')], '0'), undefined)
  assert.equal(firstMove([on('wan1', '198.51.100.2/28')], '1'), undefined)
})
