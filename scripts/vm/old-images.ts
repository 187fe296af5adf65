/** Images are made anew when their lists change; what the lists no longer name would stay for ever. */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A checkout that shares our tools may have other lists, and runs too. */
const KEPT_MS = 24 * 3_600_000

/**
 * Removes images that nobody has used for a day, halves of images among them.
 * @param cache a folder with other things too, which stay
 * @param named images of today's lists, which stay however old they are
 */
export async function removeOldImages(cache: string, named: readonly string[]): Promise<void> {
  const images = (await readdir(cache)).filter((name) => /^[a-z]+-[0-9a-f]{12}\b/.test(name))
  for (const name of images.filter((image) => !named.includes(image))) {
    const path = join(cache, name)
    const { mtimeMs } = await stat(path)
    if (Date.now() - mtimeMs > KEPT_MS) await rm(path, { recursive: true })
  }
}
