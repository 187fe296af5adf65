/** Lays nft tables on hosts of the lab and takes them away again. */
import { CannotPlay } from './cannot-play.ts'
import { layText, liftText } from './dropping.ts'
import type { Dropping } from './dropping.ts'
import type { Namespace } from './namespace.ts'
import { mustRun } from './run.ts'

export type TablePart = Pick<Dropping, 'family' | 'chains'>

/** Where the table is there already it is made anew. @throws {CannotPlay} when the kernel lacks what it takes */
export async function layTable(host: Namespace, table: string, parts: readonly TablePart[]): Promise<void> {
  const input = parts.map((part) => `${layText(part, table)}\n`).join('')
  await mustRun(host, ['nft', '-f', '-'], { input }).catch((cause: Error) => {
    const refused = /Could not process rule: (No such file or directory|Operation not supported)/
    if (!refused.test(cause.message)) throw cause
    throw new CannotPlay(`nft says "${cause.message.split('\n')[1]}"`)
  })
}

/** Nothing happens where it is gone. */
export async function liftTable(host: Namespace, table: string, parts: readonly TablePart[]): Promise<void> {
  const input = parts.map((part) => `${liftText(part, table)}\n`).join('')
  await mustRun(host, ['nft', '-f', '-'], { input })
}
