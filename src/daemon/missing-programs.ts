/** Programs that a configuration counts on: what is told of those that are not there, or do not do as they should. */
import {
  findDhcpClient,
  foreseenResolverTrouble,
  type MissingForDhcp,
  type ResolverTrouble,
} from '../kernel/index.ts'
import { unreachable, type Config, type ResolverDriver } from '../model/index.ts'
import type { Note } from '../plan/index.ts'

export type FindMissingPrograms = (config: Pick<Config, 'lines' | 'dns'>) => Promise<readonly Note[]>

/** Before anybody wants them: what a daemon with this configuration would have to say later. */
export const missingPrograms: FindMissingPrograms = async ({ lines, dns }) => {
  const asking = lines.filter(({ dhcp }) => dhcp === true).map(({ name }) => name)
  const [client, trouble] = await Promise.all([
    asking.length === 0 ? undefined : findDhcpClient(),
    foreseenResolverTrouble(dns),
  ])
  return [
    ...(client === undefined || client.ok ? [] : [noDhcpClient(asking, client.error)]),
    ...(trouble === undefined ? [] : [untoldResolvers(dns, trouble)]),
  ]
}

const LACKING: Readonly<Record<MissingForDhcp, string>> = {
  udhcpc: 'udhcpc is not installed',
  'util-linux':
    'setpriv, which ends udhcpc should this program be killed, is missing or knows no --pdeathsig',
}

/** @param asking lines, by name */
export const noDhcpClient = (asking: readonly string[], missing: MissingForDhcp): Note => ({
  code: 'no-dhcp-client',
  severity: 'warning',
  text: `nobody here can ask for the address of ${asking.join(' and ')} by DHCP: ${LACKING[missing]}`,
  help: `apt install ${missing}, then systemctl restart multihomed`,
})

/** @param driver with whom that is */
export const untoldResolvers = (driver: ResolverDriver, trouble: ResolverTrouble): Note => ({
  code: 'resolvers-untold',
  severity: 'warning',
  text: `nobody is told which resolvers work: ${trouble.text}`,
  help: helpFor(driver, trouble),
})

function helpFor({ is: driver }: ResolverDriver, { is }: ResolverTrouble): string {
  const byFile = 'dns: /run/multihomed/resolv.conf'
  if (driver !== 'resolved' && driver !== 'unbound')
    return `name a place that multihomed may write to: ${byFile}`
  const { debianPackage, allow } = OF_PROGRAM[driver]
  switch (is) {
    case 'missing':
      return `apt install ${debianPackage}; or name who else answers for names here, or a file: ${byFile}`
    case 'forbidden':
      return `${allow} (docs/install.md); or name a file: ${byFile}`
    case 'other':
      return `it is tried again every 30 s at least; its own words: journalctl -u ${debianPackage}`
    default:
      return unreachable(is)
  }
}

/** The Debian package, which is the name of the unit too, and how the daemon's user comes to be heard. */
const OF_PROGRAM = {
  resolved: {
    debianPackage: 'systemd-resolved',
    allow: 'polkit must allow it to the user multihomed: install contrib/multihomed.rules',
  },
  unbound: {
    debianPackage: 'unbound',
    allow: 'usermod -aG unbound multihomed, then systemctl restart multihomed',
  },
} as const
