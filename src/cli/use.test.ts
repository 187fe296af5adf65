import assert from 'node:assert/strict'
import { test } from 'node:test'
import { protectCommand } from './use.ts'

const takesValue = (word: string): boolean => word === '--socket'

const ROWS: readonly { name: string; typed: string; read: string }[] = [
  {
    name: 'options behind the line are those of the command',
    typed: 'use dsl curl -I --json x',
    read: 'use dsl -- curl -I --json x',
  },
  {
    name: 'settings before it are ours',
    typed: '--socket use --color=never use dsl curl -I',
    read: '--socket use --color=never use dsl -- curl -I',
  },
  {
    name: 'settings between the two words too',
    typed: 'use --socket x dsl ping -c 1 y',
    read: 'use --socket x dsl -- ping -c 1 y',
  },
  { name: 'who writes -- means it', typed: 'use dsl -- curl -- -I', read: 'use dsl -- curl -- -I' },
  { name: 'other commands are left alone', typed: 'lines use --json', read: 'lines use --json' },
  { name: 'help is help', typed: 'use --help', read: 'use --help' },
]

for (const { name, typed, read } of ROWS) {
  test(name, () => assert.equal(protectCommand(typed.split(' '), takesValue).join(' '), read))
}
