/** Pages that are made from the sources: written, or with --check only compared. */
import { readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { format, getFileInfo, resolveConfig } from 'prettier'

export interface Page {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
}

/**
 * @param script says what to run when a page is not current
 * @param source says where its words stand
 */
export async function bringUpToDate(script: string, source: string, pages: readonly Page[]): Promise<void> {
  const onlyCheck = process.argv.includes('--check')
  for (const { path, text } of pages) {
    const url = new URL(`../${path}`, import.meta.url)
    const wished = await laidOut(url, path, text)
    if (!onlyCheck) {
      await writeFile(url, wished)
    } else if ((await readFile(url, 'utf8').catch(() => '')) !== wished) {
      console.error(`${path} is not what ${source} makes: run "node scripts/${basename(script)}"`)
      process.exitCode = 1
    }
  }
}

/** As the formatter wants it, where it knows the kind of file. */
async function laidOut(url: URL, path: string, text: string): Promise<string> {
  const { inferredParser } = await getFileInfo(url)
  if (inferredParser === null) return text
  return format(text, { ...(await resolveConfig(url)), filepath: path })
}
