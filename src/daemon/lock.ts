import { statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { lockFile, nameHolder } from '../kernel/index.ts'
import { fail, ok, type Result } from '../model/index.ts'

/** The same for all daemons, whichever socket they serve. Only root, or who was given it, writes there. */
const DIRECTORY = '/run/multihomed'

/** An abstract socket: it belongs to the network namespace and dies with its process, but anybody may have it. */
const NAME = 'multihomed'

export interface Lock {
  release(): void
}

export interface Holder {
  /** 0 when it is not known. */
  readonly pid: number
  /** Neither root nor our own user, and so perhaps no daemon of ours; it matters only where no file can be locked. */
  readonly strangerUid?: number
}

/** @returns what to say of a holder that may be no daemon, nothing of one that is */
export function ofStranger({ pid, strangerUid }: Holder): string | undefined {
  if (strangerUid === undefined) return undefined
  return `pid ${pid} of user ${strangerUid} has the name by which the one daemon of a box is found, and ${DIRECTORY}, where strangers cannot be in the way, cannot be written; end that process`
}

/**
 * One daemon a network namespace, held twice: by a file that strangers cannot open, and by a name that also those
 * find who have another /run (containers), or cannot write there. See docs/decisions, "The lock is a file and a name".
 * @param directory of the file
 * @returns who holds it, when we do not
 */
export async function takeLock(directory = DIRECTORY): Promise<Result<Lock, Holder>> {
  const file = await lockFile(join(directory, `network-${statSync('/proc/self/ns/net').ino}.lock`))
  if (file.is === 'taken') return fail({ pid: file.pid })
  const releaseFile = file.is === 'held' ? file.release : undefined
  const releaseName = await takeName()
  if (releaseName === undefined) {
    const holder = await whoHoldsTheName()
    // With the file in hand the name of a stranger, or of somebody who cannot be asked, hinders nobody.
    if (releaseFile === undefined || (holder.pid !== 0 && holder.strangerUid === undefined)) {
      releaseFile?.()
      return fail(holder)
    }
  }
  return ok({
    release() {
      releaseName?.()
      releaseFile?.()
    },
  })
}

/** @returns how to give it back, nothing when somebody has it */
function takeName(): Promise<(() => void) | undefined> {
  // Who asks is told by the kernel: nobody is served, and nobody holds a file of ours open.
  const server = createServer((asker) => {
    asker.on('error', () => undefined)
    asker.destroy()
  })
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined))
    server.listen(`\0${NAME}`, () => {
      // accept(2) may fail at any time (EMFILE): the name is held all the same.
      server.on('error', () => undefined)
      resolve(() => void server.close())
    })
    server.unref()
  })
}

async function whoHoldsTheName(): Promise<Holder> {
  const holder = await nameHolder(`@${NAME}`)
  if (holder === undefined) return { pid: 0 }
  const { pid, uid } = holder
  return uid === 0 || uid === process.geteuid?.() ? { pid } : { pid, strangerUid: uid }
}
