import type { Command } from 'commander'

/** The commands that do something, those of groups among them; hidden ones and commander's own `help` left out. */
export const commandsOf = (command: Command): Command[] =>
  subcommandsOf(command).flatMap((one) => (one.commands.length > 0 ? commandsOf(one) : [one]))

/** What may stand behind the words of a command. */
export const subcommandsOf = (command: Command): Command[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== 'help')

/** `multihome config schema` */
export const nameOf = (command: Command): string =>
  command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`
