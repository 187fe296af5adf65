/** Writes a first configuration, over nothing that is there. */
import { access, constants, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fail, messageOf, ok, type Result } from '../model/index.ts'

/** What would become of a text that is to be the file. */
export type NewFile =
  /** `beside`: the file is there already, and this is its name with `.new` behind it. */
  | { readonly is: 'writable'; readonly path: string; readonly beside: boolean }
  /** The file says the same already. */
  | { readonly is: 'there' }
  | { readonly is: 'taken'; readonly path: string }
  | { readonly is: 'not-permitted' }
  | { readonly is: 'impossible'; readonly why: string }

export async function whereToWrite(file: string, text: string): Promise<NewFile> {
  const there = await lookAt(file)
  if (there.is === 'unfit') return { is: 'impossible', why: there.why }
  if (there.is === 'there' && there.text === text) return { is: 'there' }
  const beside = there.is === 'there'
  const path = beside ? `${file}.new` : file
  if (beside && (await lookAt(path)).is !== 'free') return { is: 'taken', path }
  const refused = await whyNotIn(dirname(path))
  if (refused === undefined) return { is: 'writable', path, beside }
  return isPermission(refused) ? { is: 'not-permitted' } : { is: 'impossible', why: refused.message }
}

export async function writeNew(path: string, text: string): Promise<Result<void, string>> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text, { flag: 'wx' })
    return ok(undefined)
  } catch (cause) {
    return fail(messageOf(cause))
  }
}

type Sight =
  | { readonly is: 'free' }
  /** `text` is absent when we may not read it. */
  | { readonly is: 'there'; readonly text?: string }
  | { readonly is: 'unfit'; readonly why: string }

async function lookAt(path: string): Promise<Sight> {
  try {
    return { is: 'there', text: await readFile(path, 'utf8') }
  } catch (cause) {
    const error = cause as NodeJS.ErrnoException // what reading a file rejects with
    if (error.code === 'ENOENT') return { is: 'free' }
    if (isPermission(error)) return { is: 'there' }
    return { is: 'unfit', why: error.code === 'EISDIR' ? 'it is a folder' : error.message }
  }
}

const isPermission = ({ code }: NodeJS.ErrnoException): boolean => code === 'EACCES' || code === 'EPERM'

/** The folder, or the nearest above it that is there. */
async function whyNotIn(folder: string): Promise<NodeJS.ErrnoException | undefined> {
  try {
    await access(folder, constants.W_OK | constants.X_OK)
    return undefined
  } catch (cause) {
    const error = cause as NodeJS.ErrnoException // what `access` rejects with
    const above = dirname(folder)
    return error.code === 'ENOENT' && above !== folder ? whyNotIn(above) : error
  }
}
