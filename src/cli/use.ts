import type { LineDocument } from '../api/contract.ts'
import { failed } from './answer.ts'
import type { Answer } from './answer.ts'
import { EXIT } from './exit-codes.ts'
import { clientFailure } from './failure.ts'
import type { Failure } from './failure.ts'
import { lookOf } from './looks.ts'
import { printable } from './printable.ts'
import { examples } from './shell.ts'
import type { Job, Shell } from './shell.ts'
import type { NoControlGroup } from './surroundings.ts'

export function addUse({ program, answer }: Shell): void {
  program
    .command('use')
    .summary('run one command over one line')
    .description(
      'Runs a command, and whatever it starts, over one line: what it sends to the Internet leaves by that line or not at all, also while the line is down. In a family that the line has not it is as if there were no Internet. Name servers on this box itself ask by the lines as always.',
    )
    .argument('<line>', 'the line')
    .argument('<command...>', 'the command with its arguments, as they are')
    .addHelpText(
      'after',
      examples('sudo multihome use dsl curl https://example.org', 'sudo multihome use dsl ping -c 3 1.1.1.1'),
    )
    .action((line: string, command: string[]) => answer((job) => use(job, line, command)))
}

/** Options of the command belong to the command: nothing behind the line's name is read by us. */
export function protectCommand(argv: readonly string[], takesValue: (option: string) => boolean): string[] {
  const operands: number[] = []
  for (let i = 0; i < argv.length && operands.length < 2; i++) {
    const word = argv[i] ?? ''
    if (!word.startsWith('-')) operands.push(i)
    else if (takesValue(word)) i++
  }
  const [verb, line] = operands
  if (verb === undefined || line === undefined || argv[verb] !== 'use' || argv[line + 1] === '--')
    return [...argv]
  return [...argv.slice(0, line + 1), '--', ...argv.slice(line + 1)]
}

async function use({ client, surroundings }: Job, name: string, command: string[]): Promise<Answer> {
  const found = await client.line(name)
  if (!found.ok) return failed(clientFailure(found.error, surroundings))
  const made = await surroundings.makeControlGroup()
  if (!made.ok) return failed(noGroup(made.error))
  const group = made.value
  try {
    const held = await client.use(name, group.path)
    if (!held.ok) return failed(clientFailure(held.error, surroundings))
    const warning = warningOf(found.value.line)
    if (warning !== undefined) surroundings.stderr.write(`${warning}\n`)
    return { is: 'ended', exitCode: await group.run(command) }
  } finally {
    // What the command left running keeps its line.
    if (group.isEmpty()) {
      await client.endUse(name, group.path)
      group.remove()
    }
  }
}

const warningOf = (line: LineDocument): string | undefined => {
  const { name, state, why } = printable(line)
  if (state === 'up' || state === 'draining') return undefined
  return `warning: ${name} is ${lookOf(state).word}${why === undefined ? '' : `: ${why}`}; the command has no other line`
}

const noGroup = ({ is, said }: NoControlGroup): Failure =>
  is === 'not-permitted'
    ? {
        exitCode: EXIT.notAllowed,
        code: 'MH591',
        message: 'a control group for the command cannot be made',
        why: said,
        help: 'sudo multihome use LINE COMMAND (also in a lab: a control group belongs to the whole machine)',
      }
    : {
        exitCode: EXIT.couldNot,
        code: 'MH602',
        message: 'this machine has no control groups to tell the command by',
        why: said,
      }
