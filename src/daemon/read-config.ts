import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { formatProblems, parseConfig, unreadableFile, countProblems, type Problem } from '../config/index.ts'
import { fail, ok, type Config, type Result } from '../model/index.ts'
import type { ConfigProblem } from './control.ts'

export interface ConfigReading {
  readonly problems: readonly ConfigProblem[]
  /** The problems with their pictures, and where there are errors how many; empty when there are none. */
  readonly text: string
}

export interface ReadConfig extends ConfigReading {
  readonly config: Config
  /** What the file holds. */
  readonly source: string
}

/** Reads the file as a whole: one error, and nothing of it counts. */
export async function readConfig(file: string): Promise<Result<ReadConfig, ConfigReading>> {
  const bytes = await readBounded(file).catch((cause: NodeJS.ErrnoException) => cause)
  if (bytes instanceof Error) return fail(readingOf([unreadableFile(file, whyUnreadable(bytes))], ''))
  return judgeText(bytes, file)
}

/** The same of a text that is not in the file, or not yet. @param file the name to show */
export function judgeText(source: string | Uint8Array, file: string): Result<ReadConfig, ConfigReading> {
  const parsed = parseConfig(source, file)
  if (!parsed.ok) return fail(readingOf(parsed.error, source))
  const text = typeof source === 'string' ? source : Buffer.from(source).toString('utf8')
  return ok({ config: parsed.value.config, source: text, ...readingOf(parsed.value.warnings, source) })
}

/** What the file holds, right or wrong. @returns why it cannot be read, as the end of a sentence */
export async function readText(file: string): Promise<Result<string, string>> {
  try {
    return ok((await readBounded(file)).toString('utf8'))
  } catch (cause) {
    return fail(whyUnreadable(cause as NodeJS.ErrnoException)) // what opening a file rejects with
  }
}

/** One byte more than the limit is enough for its own message; a pipe that nobody writes to must not hold us. */
const READ_AT_MOST_BYTES = 1024 * 1024 + 1

async function readBounded(file: string): Promise<Buffer> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const buffer = Buffer.alloc(READ_AT_MOST_BYTES)
    let length = 0
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, READ_AT_MOST_BYTES - length)
      length += bytesRead
      if (bytesRead === 0 || length === READ_AT_MOST_BYTES) return buffer.subarray(0, length)
    }
  } finally {
    await handle.close()
  }
}

const readingOf = (problems: readonly Problem[], source: string | Uint8Array): ConfigReading => ({
  problems: problems.map(({ code, severity, message, place, label, why, help }) => ({
    code,
    severity,
    message,
    file: place.file,
    line: place.line,
    column: place.column,
    ...(label === undefined ? {} : { hint: label }),
    ...(why === undefined ? {} : { why }),
    ...(help === undefined ? {} : { help }),
  })),
  text: [
    formatProblems(problems, source),
    ...(problems.some(({ severity }) => severity === 'error') ? [`${countProblems(problems)}.`] : []),
  ].join('\n\n'),
})

function whyUnreadable(cause: NodeJS.ErrnoException): string {
  switch (cause.code) {
    case 'ENOENT':
      return 'there is no such file'
    case 'EACCES':
      return 'its permissions forbid it'
    case 'EISDIR':
      return 'it is a directory'
    default:
      return cause.message
  }
}
