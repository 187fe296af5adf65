import type { Command } from 'commander'
import { createClient } from '../api/client.ts'
import type { Client, ClientError } from '../api/client.ts'
import type { Result } from '../model/index.ts'
import type { Answer } from './answer.ts'
import { failed } from './answer.ts'
import { clientFailure } from './failure.ts'
import { readSettings } from './settings.ts'
import type { Settings } from './settings.ts'
import type { Surroundings } from './surroundings.ts'

/** What a command works with once its arguments are read. */
export interface Job {
  readonly settings: Settings
  readonly surroundings: Surroundings
  readonly client: Client
}

/** Where each command is hung in, and its answer comes out. */
export interface Shell {
  readonly program: Command
  /** Makes a command's action of what it does. */
  readonly answer: (work: (job: Job) => Promise<Answer>, file?: string) => Promise<void>
}

export function createShell(
  program: Command,
  surroundings: Surroundings,
  onAnswer: (answer: Answer) => void,
): Shell {
  return {
    program,
    async answer(work, file) {
      const settings = readSettings(program, surroundings.env, file)
      onAnswer(await work({ settings, surroundings, client: createClient(settings.socketPath) }))
    },
  }
}

/** The answer of a daemon, or why there is none. */
export const fromDaemon = <Document>(
  result: Result<Document, ClientError>,
  surroundings: Surroundings,
  tell: (document: Document) => Answer,
): Answer => (result.ok ? tell(result.value) : failed(clientFailure(result.error, surroundings)))

/** Two or more lines below a command's help. */
export const examples = (...lines: readonly string[]): string =>
  ['', 'Examples:', ...lines.map((line) => `  ${line}`)].join('\n')
