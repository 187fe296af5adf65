import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from './log.ts'

const ROWS: readonly { name: string; env: NodeJS.ProcessEnv; text: string; line: RegExp }[] = [
  {
    name: 'what another program calls itself turns no terminal red',
    env: {},
    text: 'removed by \u001b[31mevil\u202e',
    line: /warn {2}removed by \\u001b\[31mevil\\u202e\n$/,
  },
  {
    name: 'no second line of a message passes for an entry of its own in the journal',
    env: { JOURNAL_STREAM: '8:1' },
    text: 'ip said\n<0>the box is on fire',
    line: /^<4>ip said\n {2}<0>the box is on fire\n$/,
  },
]

for (const { name, env, text, line } of ROWS) {
  test(name, () => {
    const lines: string[] = []
    createLog('text', env, (one) => lines.push(one)).warn(text)
    assert.match(lines.join(''), line)
  })
}
