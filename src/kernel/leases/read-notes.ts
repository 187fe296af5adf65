import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { runOnce } from '../run-once.ts'
import { dhclientLeases } from './dhclient.ts'
import { NMCLI, nmcliDevices } from './network-manager.ts'
import { networkdLease, networkdLink } from './networkd.ts'
import type { LeaseNote } from './note.ts'
import { interfaceOfPiece, resolvConfPiece } from './resolv-conf.ts'

/** A directory in which somebody leaves notes, and how one of its files is read. */
interface Place {
  readonly directory: string
  readonly files: RegExp
  readonly read: (file: string, text: string, writtenAtMs: number) => readonly LeaseNote[]
}

/** Whoever knows now stands before whoever wrote it down once: of dhclient a file may be left from last year. */
const PLACES: readonly Place[] = [
  {
    directory: 'run/systemd/netif/links',
    files: /^\d+$/,
    read: (file, text) => [networkdLink(Number(file), text)],
  },
  {
    directory: 'run/systemd/netif/leases',
    files: /^\d+$/,
    read: (file, text, writtenAtMs) => [networkdLease(Number(file), text, writtenAtMs)],
  },
  ...['run/dhcpcd/hook-state/resolv.conf', 'run/dhcpcd/resolv.conf'].map((directory): Place => ({
    directory,
    files: /\./,
    read: (file, text) => [resolvConfPiece({ name: interfaceOfPiece(file) }, 'dhcpcd', text)],
  })),
  ...['run/resolvconf/interface', 'run/resolvconf/interfaces'].map((directory): Place => ({
    directory,
    files: /./,
    read: (file, text) => [resolvConfPiece({ name: interfaceOfPiece(file) }, 'resolvconf', text)],
  })),
  ...['run/pppd', 'etc/ppp'].map((directory): Place => ({
    directory,
    files: /^resolv\.conf$/,
    read: (_, text) => [resolvConfPiece('ppp', 'pppd', text)],
  })),
  ...['var/lib/dhcp', 'var/lib/NetworkManager', 'run'].map((directory): Place => ({
    directory,
    files: /^dhclient.*\.leases?$/,
    read: (_, text) => dhclientLeases(text),
  })),
]

const NETWORK_MANAGER = 'run/NetworkManager'

/** Where something new may appear. */
export const LEASE_DIRECTORIES: readonly string[] = [
  ...PLACES.map(({ directory }) => directory).filter((directory) => directory !== 'run'),
  `${NETWORK_MANAGER}/devices`,
]

/**
 * All that those who manage addresses left, the most trusted first. What cannot be read is as if it were not there.
 * @param root `/`, or what stands for it
 */
export async function readNotes(root: string): Promise<LeaseNote[]> {
  const [managed, ...left] = await Promise.all([
    askNetworkManager(root),
    ...PLACES.map((place) => readPlace(root, place)),
  ])
  const notes = left.flat()
  const ofNetworkd = notes.filter(({ source }) => source === 'networkd')
  return [...ofNetworkd, ...managed, ...notes.filter(({ source }) => source !== 'networkd')]
}

async function readPlace(root: string, { directory, files, read }: Place): Promise<LeaseNote[]> {
  const path = join(root, directory)
  const names = await readdir(path).catch(() => [])
  const notes = names.filter((name) => files.test(name)).toSorted().map(async (name) => {
    try {
      const [text, { mtimeMs }] = await Promise.all([readFile(join(path, name), 'utf8'), stat(join(path, name))])
      return read(name, text, mtimeMs)
    } catch {
      return [] // gone between listing and reading, or not for us to read
    }
  }) // prettier-ignore
  return (await Promise.all(notes)).flat()
}

/** Only the one of this very box can be asked. */
async function askNetworkManager(root: string): Promise<LeaseNote[]> {
  const isHere = root === '/' && (await stat(join(root, NETWORK_MANAGER)).then(Boolean, () => false))
  if (!isHere) return []
  const answer = await runOnce('nmcli', NMCLI)
  return answer.ok ? nmcliDevices(answer.output) : []
}
