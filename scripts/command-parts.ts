/** The parts that docs/commands.md and the manual are made of, as Markdown. */
import type { Argument, Command, Option } from 'commander'
import { codeEntries } from '../src/api/code-entries.ts'
import { nameOf } from '../src/cli/command-tree.ts'
import { COMMANDS } from './command-words.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|')

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')

const optionRow = (option: Option): string[] => {
  const choices = option.argChoices === undefined ? '' : `: ${option.argChoices.join(', ')}`
  return [`\`${option.flags}\``, `${option.description}${choices}`]
}

export const optionTable = (options: readonly Option[]): string[] =>
  options.length === 0 ? [] : [table(['option', 'means'], options.map(optionRow))]

export function commandSection(command: Command): string {
  const name = nameOf(command).replace(/^multihome /, '')
  const words = COMMANDS[name]
  if (words === undefined) throw new Error(`${name} is not told of in scripts/command-words.ts`)
  return [
    `### \`multihome ${name}${command.registeredArguments.map(takes).join('')}\``,
    command.description(),
    words.prints,
    ...optionTable(command.options),
    `Exit codes besides 0, 1 and 2: ${words.exits}.`,
  ].join('\n\n')
}

function takes(argument: Argument): string {
  const word = `${argument.name().toUpperCase()}${argument.variadic ? '…' : ''}`
  return argument.required ? ` ${word}` : ` [${word}]`
}

export const codes = codeEntries().map(({ code, note, means }) => [
  code,
  note === undefined ? means : `on this box: ${means}`,
])
