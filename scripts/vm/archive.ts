/** An archive as the kernel unpacks it into memory before it starts the first program. */

export interface Entry {
  readonly path: string
  /** Absent: a folder. */
  readonly content?: Buffer
}

const FOLDER = 0o040755
const PROGRAM = 0o100755
const CHARACTER_DEVICE = 0o020600

/**
 * cpio in its `newc` form, uncompressed. Everything is root's and may be executed. `/dev/console` is in it, because
 * the kernel opens it for the first program before anybody could make it.
 * @param entries folders before what lies in them
 * @see Documentation/driver-api/early-userspace/buffer-format.rst of the kernel
 */
export function archive(entries: readonly Entry[]): Buffer {
  const all = [
    { path: 'dev', mode: FOLDER },
    { path: 'dev/console', mode: CHARACTER_DEVICE, device: { major: 5, minor: 1 } },
    ...entries.map(({ path, content }) => ({ path, mode: content ? PROGRAM : FOLDER, content })),
    { path: 'TRAILER!!!', mode: 0 },
  ]
  return Buffer.concat(all.map((entry, i) => record({ ...entry, inode: i + 1 })))
}

interface Item {
  readonly path: string
  readonly mode: number
  readonly inode: number
  readonly content?: Buffer | undefined
  readonly device?: { readonly major: number; readonly minor: number }
}

function record({ path, mode, inode, content = Buffer.alloc(0), device }: Item): Buffer {
  const [owner, group, links, modified, checksum] = [0, 0, 1, 0, 0]
  const { major, minor } = device ?? { major: 0, minor: 0 }
  const size = content.length
  // prettier-ignore
  const fields = [inode, mode, owner, group, links, modified, size, 0, 0, major, minor, path.length + 1, checksum]
  const head = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${path}\0`
  return Buffer.concat([padded(Buffer.from(head)), padded(content)])
}

const padded = (part: Buffer): Buffer => Buffer.concat([part, Buffer.alloc(-part.length & 3)])
