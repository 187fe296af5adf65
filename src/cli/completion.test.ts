/** The Tab key in real shells, against the program as it is started from a checkout. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { SCRIPTS } from './completion-scripts.ts'

const folder = mkdtempSync(join(tmpdir(), 'multihomed-completion-'))
after(() => rmSync(folder, { recursive: true }))

const program = join(folder, 'multihome')
writeFileSync(
  program,
  `#!/bin/sh\nexec '${process.execPath}' '${join(import.meta.dirname, '../main.ts')}' "$@"\n`,
)
chmodSync(program, 0o755)
symlinkSync(program, join(folder, 'multihomed'))
const config = join(folder, 'config.yaml')
writeFileSync(config, 'lines:\n  fiber: { interface: wan1 }\n  dsl: { interface: wan2 }\n')
const env = {
  ...process.env,
  PATH: `${folder}:${process.env['PATH'] ?? ''}`,
  MULTIHOMED_CONFIG: config,
  MULTIHOMED_SOCKET: join(folder, 'nobody.sock'),
}

function run(shell: string, script: string): string {
  const { status, stdout, stderr } = spawnSync(shell, ['-c', script], {
    env,
    encoding: 'utf8',
    timeout: 60_000,
  })
  assert.equal(stderr, '')
  assert.equal(status, 0)
  return stdout
}

/** Why a shell's own test cannot be made here, else `false`. */
const missing = (shell: string): string | false =>
  spawnSync(shell, ['--version']).status === 0 ? false : `${shell} is not installed`

/** The words as readline breaks them, at `=` too. */
const BASH_ROWS = [
  { words: ['multihome', 'stat'], offers: 'status' },
  { words: ['multihome', 'lines', ''], offers: 'fiber dsl' },
  { words: ['multihome', 'status', '--color', '=', 'al'], offers: 'always' },
  { words: ['multihome', 'status', '--color', '='], offers: 'auto always never' },
  { words: ['multihome', 'check', '/etc/ho'], offers: '(-o default)' },
  { words: ['multihome', '--config', '=', '/etc/ho'], offers: '(-o default)' },
  { words: ['multihome', '--state-dir', ''], offers: '(-o dirnames)' },
  { words: ['multihomed', '--log-format', 't'], offers: 'text' },
  { words: ['multihome', 'frobnicate', ''], offers: '' },
] as const
for (const { words, offers } of BASH_ROWS) {
  test(`bash: ${words.join(' ')}<Tab> offers ${offers || 'nothing'}`, { skip: missing('bash') }, () => {
    // compopt works only while readline completes, so that here it tells what it was asked.
    const script = `${SCRIPTS.bash}
compopt() { COMPREPLY=("($*)"); }
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length - 1}
_multihome '${words[0]}'
printf '%s\\n' "\${COMPREPLY[*]}"`
    assert.equal(run('bash', script).trimEnd(), offers)
  })
}

for (const { line, offers } of [
  { line: 'multihome stat', offers: /^status\twhich lines/m },
  { line: 'multihome lines ', offers: /^fiber\twan1\ndsl\twan2$/m },
  { line: 'multihome --color=al', offers: /^--color=always$/m },
  { line: `multihome --config=${folder}/conf`, offers: /^--config=.*\/config\.yaml$/m },
  { line: 'multihomed --log', offers: /^--log-format\t/m },
] as const) {
  test(`fish: ${line.replace(folder, '…')}<Tab>`, { skip: missing('fish') }, () => {
    assert.match(run('fish', `${SCRIPTS.fish}\ncomplete -C '${line}'`), offers)
  })
}

test('zsh reads its script without a complaint', { skip: missing('zsh') }, () => {
  run('zsh', `autoload -Uz compinit && compinit -u -D && ${SCRIPTS.zsh}`)
})
