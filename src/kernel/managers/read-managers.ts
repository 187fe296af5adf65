import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Link, Manager } from '../../model/index.ts'
import { isNetworkOfBox } from '../leases/notebook.ts'
import { managersOf, type Claim } from './claim.ts'
import {
  dhcpcdClaim,
  ifupdownClaims,
  ifupdownDirectories,
  networkManagerClaim,
  networkdClaim,
  pppdClaim,
} from './texts.ts'

/**
 * Who looks after which interface, the one that gives orders before the one that carries them out. What cannot be
 * read is as if it were not there.
 * @param root what stands for `/`; absent: `/` itself, where the network is that of the box
 */
export async function readManagers(links: readonly Link[], root?: string): Promise<Manager[]> {
  const base = root ?? (isNetworkOfBox() ? '/' : undefined)
  if (base === undefined) return []
  const claims = await Promise.all([
    inFilesOf(base, 'run/systemd/netif/links', (file, text) => networkdClaim(Number(file), text)),
    inFilesOf(base, 'run/NetworkManager/devices', (file, text) => networkManagerClaim(Number(file), text)),
    ifupdown(base),
    ...['run', 'run/pppd'].map((directory) => inFilesOf(base, directory, pppdClaim, /^ppp.+\.pid$/)),
    ...['run/dhcpcd', 'run/dhcpcd/resolv.conf', 'run/dhcpcd/hook-state/resolv.conf'].map((directory) =>
      inFilesOf(base, directory, dhcpcdClaim, /\.(?:pid|dhcp)$/),
    ),
    // Where it hands on resolvers to resolvconf it keeps none; only its own pieces end so.
    ...['run/resolvconf/interface', 'run/resolvconf/interfaces'].map((directory) =>
      inFilesOf(base, directory, dhcpcdClaim, /\.dhcp$/),
    ),
  ])
  return managersOf(claims.flat(), links)
}

async function ifupdown(root: string): Promise<Claim[]> {
  const first = await textOf(join(root, 'etc/network/interfaces'))
  const [state, ...texts] = await Promise.all([
    // That of ifupdown-ng is elsewhere.
    Promise.all(['run/network/ifstate', 'run/ifstate'].map((path) => textOf(join(root, path)))),
    ...ifupdownDirectories(first).map(async (directory) => (await textsIn(join(root, directory))).join('\n')),
  ])
  return ifupdownClaims([first, ...texts].join('\n'), state.join('\n'))
}

const textsIn = async (directory: string): Promise<string[]> =>
  Promise.all((await namesIn(directory, NOT_HIDDEN)).map((name) => textOf(join(directory, name))))

const NOT_HIDDEN = /^[^.]/

async function inFilesOf(
  root: string,
  directory: string,
  read: (file: string, text: string) => Claim[],
  files = /^\d+$/,
): Promise<Claim[]> {
  const path = join(root, directory)
  const claims = (await namesIn(path, files)).map(async (name) => read(name, await textOf(join(path, name))))
  return (await Promise.all(claims)).flat()
}

const namesIn = async (path: string, files: RegExp): Promise<string[]> =>
  (await readdir(path).catch(() => [])).filter((name) => files.test(name)).toSorted()
const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')
