/** Boxes in trouble, for tests: a process that can start no other one. */
import { closeSync, openSync } from 'node:fs'
import { execFileSync } from 'node:child_process'

/** While `use` runs, `spawn` throws (E2BIG, as it would ENOMEM): the environment is larger than the kernel takes. */
export async function whileSpawnThrows<T>(use: () => Promise<T>): Promise<T> {
  const sentinel = 'MULTIHOMED_TEST_TOO_LARGE'
  process.env[sentinel] = 'x'.repeat(200_000)
  try {
    return await use()
  } finally {
    // oxlint-disable-next-line typescript/no-dynamic-delete -- a name of ours
    delete process.env[sentinel]
  }
}

/** While `use` runs no file descriptor is left (EMFILE): a child comes without pipes. */
export async function withoutDescriptors<T>(use: () => Promise<T>): Promise<T> {
  execFileSync('prlimit', [`--nofile=${DESCRIPTORS}:`, '--pid', String(process.pid)])
  const taken: number[] = []
  const takeAll = (): void => {
    try {
      for (;;) taken.push(openSync('/dev/null', 'r'))
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EMFILE') throw cause
    }
  }
  takeAll()
  // A child that is dying meanwhile gives its pipes back, and those would do for another one.
  const again = setInterval(takeAll, 1)
  try {
    return await use()
  } finally {
    clearInterval(again)
    for (const fd of taken) closeSync(fd)
  }
}

const DESCRIPTORS = 256
