import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fail, ok, tableId } from '../model/index.ts'
import { readRouteAnswer } from './route-answer.ts'

/** As iproute2 6.1 printed it. */
const ROWS = [
  {
    name: 'a way over a line',
    output: `[{"dst":"203.0.113.1","from":"10.0.0.11","gateway":"192.0.2.1","dev":"wan2","table":"201","flags":[],"mark":16777216,"cache":[],"users":2,"iif":"lan0"}]`,
    is: ok({ is: 'hop', dev: 'wan2', via: '192.0.2.1', table: tableId(201) }),
  },
  {
    name: 'a neighbour, by main, whose number is left out',
    output: `[{"dst":"10.0.0.7","dev":"lan0","prefsrc":"10.0.0.1","flags":[],"uid":0,"cache":[],"users":2}]`,
    is: ok({ is: 'hop', dev: 'lan0', table: tableId(254), src: '10.0.0.1' }),
  },
  {
    name: 'the box itself',
    output: `[{"type":"2","dst":"10.0.0.1","from":"10.0.0.11","dev":"lo","table":"255","flags":[],"cache":["local"],"users":2,"iif":"lan0"}]`,
    is: ok({ is: 'local' }),
  },
  {
    name: 'prohibited',
    error: 'RTNETLINK answers: Permission denied',
    is: ok({ is: 'refused', said: 'Permission denied' }),
  },
  {
    name: 'a question that could not be asked is no refusal',
    error: 'Cannot find device "lan9"',
    is: fail('Cannot find device "lan9"'),
  },
] as const

for (const { name, is, ...answer } of ROWS) {
  test(`${name} is read from what ip says`, () => {
    assert.deepEqual(readRouteAnswer({ output: '', error: undefined, ...answer }), is)
  })
}
