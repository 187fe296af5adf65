import type { Command, CommanderError } from 'commander'
import { nameOf, subcommandsOf } from './command-tree.ts'
import { EXIT } from './exit-codes.ts'
import type { Failure } from './failure.ts'

/** What was typed wrong, in our words; a typo gets the nearest right word, and nothing is run. */
export async function usageFailure(error: CommanderError, program: Command): Promise<Failure> {
  const command = commandOf(program)
  const typo = /unknown (command|option) '([^']*)'/.exec(error.message)
  const kind = typo?.[1]
  const word = typo?.[2] ?? ''
  if (kind === 'command') return noSuch('command', word, subcommandsOf(command).map((one) => one.name()), nameOf(command)) // prettier-ignore
  if (kind === 'option') return noSuch('option', word, optionsOf(command, program), nameOf(command))
  if (error.code === 'commander.help') return unfinished(command)
  return {
    exitCode: EXIT.wrongUsage,
    code: 'MH190',
    message: error.message.replace(/^error: /, '').replace(/\.$/, ''),
    help: `${nameOf(command)} --help`,
  }
}

const unfinished = (command: Command): Failure => ({
  exitCode: EXIT.wrongUsage,
  code: 'MH190',
  message: `${nameOf(command)} needs one more word: ${subcommandsOf(command)
    .map((one) => one.name())
    .join(', ')}`,
  help: `${nameOf(command)} --help`,
})

async function noSuch(
  kind: 'command' | 'option',
  word: string,
  known: readonly string[],
  name: string,
): Promise<Failure> {
  const { nearest } = await import('../config/nearest.ts') // only after a typo
  const near = nearest(word, known)
  const hint = near === undefined ? `${name} --help names them all.` : `Did you mean ${near}?`
  return {
    exitCode: EXIT.wrongUsage,
    code: kind === 'command' ? 'MH191' : 'MH190',
    message: `There is no ${kind} "${word}". ${hint}`,
    plain: true,
  }
}

/** The command that was meant, as far as the words were right. */
function commandOf(program: Command): Command {
  let command = program
  for (const word of program.args) {
    const next = command.commands.find((one) => one.name() === word)
    if (next === undefined) break
    command = next
  }
  return command
}

const optionsOf = (command: Command, program: Command): string[] =>
  [...command.options, ...program.options].flatMap((option) => option.long ?? [])
