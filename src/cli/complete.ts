import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { createClient } from '../api/client.ts'
import { candidates } from './candidates.ts'
import type { Candidate, Candidates, Given, Live } from './candidates.ts'
import { EXIT } from './exit-codes.ts'
import { readSettings } from './settings.ts'
import type { Shell } from './shell.ts'
import type { Surroundings } from './surroundings.ts'

/** Somebody waits at a prompt: rather no names than late ones. */
const ASK_TIMEOUT_MS = 300

/**
 * Asked by the completion scripts with the words of the command line, the one at the cursor last. Prints a candidate
 * and what it means on each line, a tab between; `:files`, `:folders` and `:commands` are left to the shell. Whatever
 * goes wrong, it is silent.
 */
export function addComplete({ program, answer }: Shell): void {
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .action((words: readonly string[]) =>
      answer(async ({ surroundings }) => {
        const found = await complete(program, words, surroundings).catch(() => undefined)
        if (found !== undefined) surroundings.stdout.write(protocol(found))
        return { is: 'ended', exitCode: EXIT.done }
      }),
    )
}

async function complete(
  program: Command,
  words: readonly string[],
  surroundings: Surroundings,
): Promise<Candidates> {
  const typed = words.slice(0, -1)
  const current = words.at(-1) ?? ''
  if (typed[0] === 'lab') {
    const lab = await surroundings.labCompletion()
    return candidates(lab.program, typed.slice(1), current, lab.live)
  }
  return candidates(program, typed, current, liveNames(program, surroundings))
}

const liveNames = (program: Command, { env }: Surroundings): Live => ({
  line: (given) => lineNames(program, env, given),
  channel: (given) => channelNames(program, env, given),
  word: async () => (await import('./explained.ts')).shortNames(program),
})

/** Those of the daemon; when it is away those of the file. */
async function lineNames(program: Command, env: Surroundings['env'], given: Given): Promise<Candidate[]> {
  const settings = readSettings(program, env)
  const socketPath = given['socket'] ?? settings.socketPath
  const answered = await createClient(socketPath, { askTimeoutMs: ASK_TIMEOUT_MS }).lines()
  if (answered.ok) return answered.value.lines.map(({ name, state }) => ({ value: name, means: state }))
  const file = given['config'] ?? settings.configFile
  const { parseConfig } = await import('../config/index.ts') // brings the YAML parser along
  const parsed = parseConfig(await readFile(file), file)
  return parsed.ok
    ? parsed.value.config.lines.map(({ name, interface: means }) => ({ value: name, means }))
    : []
}

/** Those of the daemon. */
async function channelNames(program: Command, env: Surroundings['env'], given: Given): Promise<Candidate[]> {
  const socketPath = given['socket'] ?? readSettings(program, env).socketPath
  const answered = await createClient(socketPath, { askTimeoutMs: ASK_TIMEOUT_MS }).notify()
  return answered.ok
    ? answered.value.channels.map(({ name, service }) => ({ value: name, means: service }))
    : []
}

const protocol = ({ words, shell }: Candidates): string =>
  [...(shell === undefined ? [] : [`:${shell}`]), ...words.filter(isOneWord).map(lineOf)]
    .map((line) => `${line}\n`)
    .join('')

const lineOf = ({ value, means = '' }: Candidate): string => `${value}\t${means.replaceAll(/\s+/g, ' ')}`

/** Nothing that a shell would take for more than a word is offered, wherever the name came from. */
const isOneWord = ({ value }: Candidate): boolean => /^[\w.:=@%+,/-]+$/.test(value)
