/** What may stand at the cursor, read from the tree of commands alone: a command that is added is completed. Pure. */
import type { Argument, Command, Option } from 'commander'
import { subcommandsOf } from './command-tree.ts'

export interface Candidate {
  readonly value: string
  readonly means?: string
}

export interface Candidates {
  readonly words: readonly Candidate[]
  /** What the shell itself knows best. */
  readonly shell?: ShellKind
}

export type ShellKind = 'files' | 'folders' | 'commands'

/**
 * Names that only the running world knows, by what the argument or the option's value is called in the program:
 * `<line>` asks `live.line`.
 */
export type Live = Readonly<
  Record<string, (given: Given) => Promise<readonly Candidate[]> | readonly Candidate[]>
>

/** Values of the options that were typed before, by their long names without dashes. */
export type Given = Readonly<Record<string, string>>

/** By the same names: what the shell completes. */
const SHELL_KINDS: Readonly<Record<string, ShellKind>> = {
  file: 'files',
  path: 'files',
  folder: 'folders',
  command: 'commands',
}

/**
 * @param typed the words before the cursor, without the program's name
 * @param current the word at the cursor as far as it is typed
 */
export async function candidates(
  program: Command,
  typed: readonly string[],
  current: string,
  live: Live,
): Promise<Candidates> {
  const place = placeOf(program, typed)
  const found = await possible(place, current, live)
  return { ...found, words: found.words.filter(({ value }) => value.startsWith(current)) }
}

interface Place {
  readonly command: Command
  /** How many arguments of the command stand there already. */
  readonly argumentCount: number
  /** Waits for its value. */
  readonly option?: Option
  /** After `--`, and behind the name of a foreign command, nothing is an option of ours. */
  readonly onlyArguments: boolean
  readonly given: Given
}

function placeOf(program: Command, typed: readonly string[]): Place {
  let command = program
  let argumentCount = 0
  let option: Option | undefined
  let onlyArguments = false
  const given: Record<string, string> = {}
  for (const word of typed) {
    if (option !== undefined) {
      given[option.name()] = word
      option = undefined
    } else if (onlyArguments || !word.startsWith('-') || word === '-') {
      const next = argumentCount === 0 && !onlyArguments ? subcommand(command, word) : undefined
      if (next !== undefined) command = next
      else argumentCount++
      if (next === undefined && isForeign(argumentAt(command, argumentCount - 1))) onlyArguments = true
    } else if (word === '--') {
      onlyArguments = true
    } else {
      const [flag = '', value] = word.split(/=(.*)/s)
      const known = optionsOf(command).find((one) => one.long === flag || one.short === flag)
      if (known?.required === true && value === undefined) option = known
      else if (known !== undefined && value !== undefined) given[known.name()] = value
    }
  }
  return { command, argumentCount, ...(option !== undefined && { option }), onlyArguments, given }
}

function possible(place: Place, current: string, live: Live): Promise<Candidates> | Candidates {
  const { command, option, argumentCount, onlyArguments, given } = place
  if (option !== undefined) return valuesOf(option, placeholderOf(option), given, live)
  if (!onlyArguments && current.startsWith('-')) {
    const [flag, value] = current.split(/=(.*)/s)
    return value === undefined ? { words: optionCandidates(command) } : glued(flag ?? '', place, live)
  }
  const commands = argumentCount === 0 && !onlyArguments ? subcommandsOf(command) : []
  if (commands.length > 0) {
    return {
      words: commands.map((one) => ({ value: one.name(), means: one.summary() || one.description() })),
    }
  }
  const argument = argumentAt(command, argumentCount)
  if (argument === undefined) return { words: [] }
  // Behind the first word of a foreign command are its own arguments: most often files.
  if (isForeign(argument) && argumentCount >= command.registeredArguments.length)
    return { words: [], shell: 'files' }
  return valuesOf(argument, argument.name(), given, live)
}

/** `--color=al`: the candidates are whole words too. */
async function glued(flag: string, { command, given }: Place, live: Live): Promise<Candidates> {
  const option = optionsOf(command).find(({ long }) => long === flag)
  if (option === undefined || option.isBoolean()) return { words: [] }
  const { words, ...rest } = await valuesOf(option, placeholderOf(option), given, live)
  return { ...rest, words: words.map((word) => ({ ...word, value: `${flag}=${word.value}` })) }
}

async function valuesOf(
  { argChoices }: Argument | Option,
  name: string,
  given: Given,
  live: Live,
): Promise<Candidates> {
  if (argChoices !== undefined) return { words: argChoices.map((value) => ({ value })) }
  const shell = SHELL_KINDS[name]
  if (shell !== undefined) return { words: [], shell }
  return { words: (await live[name]?.(given)) ?? [] }
}

const optionCandidates = (command: Command): Candidate[] =>
  [...optionsOf(command), ...command.createHelp().visibleOptions(command)]
    .flatMap(({ long, description, hidden }) =>
      long === undefined || hidden ? [] : [{ value: long, means: description }],
    )
    .filter(({ value }, i, all) => all.findIndex((one) => one.value === value) === i)

/** Those of the command, then those of every command. */
const optionsOf = (command: Command): Option[] => [
  ...command.options,
  ...(command.parent === null ? [] : optionsOf(command.parent)),
]

const subcommand = (command: Command, word: string): Command | undefined =>
  command.commands.find((one) => one.name() === word)

/** The last one goes on for ever when it is variadic. */
function argumentAt(command: Command, index: number): Argument | undefined {
  const last = command.registeredArguments.at(-1)
  return command.registeredArguments[index] ?? (last?.variadic === true ? last : undefined)
}

/** `use fiber curl --head …`: a command that is not ours. */
const isForeign = (argument: Argument | undefined): boolean =>
  argument?.name() === 'command' && argument.variadic

/** `file` of `--config <file>` */
const placeholderOf = (option: Option): string => /[<[]([\w-]+)/.exec(option.flags)?.[1] ?? ''
