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
  const there = await readIfThere(file)
  if (there === FOLDER) return { is: 'impossible', why: 'it is a folder' }
  if (there === text) return { is: 'there' }
  const path = there === undefined ? file : `${file}.new`
  if (there !== undefined && (await readIfThere(path)) !== undefined) return { is: 'taken', path }
  const refused = await whyNotIn(dirname(path))
  if (refused === undefined) return { is: 'writable', path, beside: there !== undefined }
  return PERMISSION.has(refused.code ?? '')
    ? { is: 'not-permitted' }
    : { is: 'impossible', why: refused.message }
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

/** @returns `undefined` when there is none; what cannot be read is there, and says nothing */
async function readIfThere(path: string): Promise<string | typeof FOLDER | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException // what reading a file rejects with
    return code === 'ENOENT' ? undefined : code === 'EISDIR' ? FOLDER : ''
  }
}

const FOLDER = Symbol('a folder')

const PERMISSION = new Set(['EACCES', 'EPERM'])

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
