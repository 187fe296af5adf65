/** What the Tab key offers at each place of a command line. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Argument, Command, Option } from 'commander'
import { candidates } from './candidates.ts'
import type { Given, Live } from './candidates.ts'

const program = new Command('multihome')
  .option('--config <file>', 'the file')
  .option('--json', 'as JSON')
  .addOption(new Option('--color <when>', 'colour').choices(['auto', 'always', 'never']))
program.command('status').summary('how it is').option('--check', 'the verdict')
program.command('lines').argument('[line]')
program.command('drain').argument('<line...>')
program.command('use').argument('<line>').argument('<command...>')
program.command('check').argument('[file]')
program.command('completion').addArgument(new Argument('<shell>').choices(['bash', 'zsh']))
program.command('config').command('schema').description('the schema')
program.command('secret', { hidden: true })

const asked: Given[] = []
const live: Live = {
  line: (given) => {
    asked.push(given)
    return Promise.resolve([{ value: 'fiber', means: 'up' }, { value: 'dsl' }])
  },
}

const ROWS: readonly (readonly [line: string, words: readonly string[], shell?: string])[] = [
  ['', ['status', 'lines', 'drain', 'use', 'check', 'completion', 'config']],
  ['st', ['status']],
  ['sec', []],
  ['lines ', ['fiber', 'dsl']],
  ['lines f', ['fiber']],
  ['lines fiber ', []],
  ['drain fiber ', ['fiber', 'dsl']],
  ['--json lines ', ['fiber', 'dsl']],
  ['--config x lines ', ['fiber', 'dsl']],
  ['lines -- d', ['dsl']],
  ['status --', ['--check', '--config', '--json', '--color', '--help']],
  ['status --ch', ['--check']],
  ['lines -- --', []],
  ['--color ', ['auto', 'always', 'never']],
  ['status --color a', ['auto', 'always']],
  ['status --color=a', ['--color=auto', '--color=always']],
  ['status --json=', []],
  ['--config ', [], 'files'],
  ['--config=/etc/', [], 'files'],
  ['check ', [], 'files'],
  ['completion ', ['bash', 'zsh']],
  ['config ', ['schema']],
  ['config schema ', []],
  ['use ', ['fiber', 'dsl']],
  ['use fiber ', [], 'commands'],
  ['use fiber curl ', [], 'files'],
  ['use fiber curl --', [], 'files'],
  ['nonsense ', []],
]
for (const [line, words, shell] of ROWS) {
  test(`multihome ${line}<Tab> offers ${[...words, ...(shell === undefined ? [] : [`the shell's ${shell}`])].join(', ') || 'nothing'}`, async () => {
    const typed = line.split(' ')
    const found = await candidates(program, typed.slice(0, -1), typed.at(-1) ?? '', live)
    assert.deepEqual(
      found.words.map(({ value }) => value),
      words,
    )
    assert.equal(found.shell, shell)
  })
}

test('names are asked of the daemon and the file that the line itself names', async () => {
  asked.length = 0
  await candidates(program, ['--config', '/c.yaml', 'lines', '--config=/d.yaml'], '', live)
  assert.deepEqual(asked, [{ config: '/d.yaml' }])
})

test('what a candidate means stands beside it', async () => {
  const { words } = await candidates(program, [], 'st', live)
  assert.deepEqual(words, [{ value: 'status', means: 'how it is' }])
})
