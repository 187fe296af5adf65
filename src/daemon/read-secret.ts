import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { fail, messageOf, ok, type Result, type SecretSource } from '../model/index.ts'

const MAX_BYTES = 8192
const READABLE_BY_ALL = 0o004
const WRITABLE_BY_OTHERS = 0o022

/**
 * What a channel needs and nobody should see. Read each time, so that a new one counts at once.
 * @param env has `CREDENTIALS_DIRECTORY`, where the service manager puts credentials
 * @returns why it cannot be had, with the path and never with what is in it
 */
export async function readSecret(
  source: SecretSource,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Result<string, string>> {
  const directory = env['CREDENTIALS_DIRECTORY']
  if (!source.startsWith('/') && directory === undefined)
    return fail(`there is no credential ${source}: the unit has none (LoadCredential=${source}:/PATH)`)
  const path = source.startsWith('/') ? source : join(directory ?? '', source)
  let file: FileHandle
  try {
    // Without O_NONBLOCK a pipe in its place would hold us up for ever.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    return fail(code === 'ENOENT' ? `there is no ${path}` : `${path} cannot be read: ${messageOf(cause)}`)
  }
  try {
    const { mode, uid, size } = await file.stat()
    const isFile = (mode & constants.S_IFMT) === constants.S_IFREG
    if (!isFile) return fail(`${path} is no regular file`)
    if ((mode & READABLE_BY_ALL) !== 0) return fail(`${path} can be read by everybody: chmod o= ${path}`)
    if ((mode & WRITABLE_BY_OTHERS) !== 0) return fail(`${path} can be written by others: chmod go-w ${path}`)
    if (uid !== 0 && uid !== process.geteuid?.()) return fail(`${path} belongs to user ${uid}, not to root`)
    if (size > MAX_BYTES) return fail(`${path} is too large for a secret`)
    const text = (await file.readFile('utf8')).trim()
    if (text === '') return fail(`${path} is empty`)
    // It comes to stand in a header of a request.
    if (/\s/.test(text)) return fail(`${path} has more than one word in it`)
    return ok(text)
  } catch (cause) {
    return fail(`${path} cannot be read: ${messageOf(cause)}`)
  } finally {
    await file.close()
  }
}
