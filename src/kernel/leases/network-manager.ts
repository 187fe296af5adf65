import { resolversIn, type LeaseNote } from './note.ts'

/** What is asked of it; its files do not tell resolvers by interface. */
export const NMCLI = ['-t', '-f', 'GENERAL.DEVICE,GENERAL.MTU,IP4.GATEWAY,IP4.DNS,IP6.DNS', 'device', 'show']

/** What it prints: a block for each device, `IP6.DNS[1]:2001\:db8\:\:53` with colons of values escaped. */
export const nmcliDevices = (text: string): LeaseNote[] =>
  text.split(/\n\s*\n/).flatMap((block): LeaseNote[] => {
    const rows = block.split('\n').flatMap((line) => {
      const [, key, value] = /^([A-Z0-9.]+)(?:\[\d+\])?:(.*)$/.exec(line) ?? []
      return key === undefined || value === undefined ? [] : [{ key, value: value.replaceAll('\\', '') }]
    })
    const valueOf = (wanted: string): string | undefined =>
      rows.find(({ key, value }) => key === wanted && value !== '')?.value
    const name = valueOf('GENERAL.DEVICE')
    const gateway = valueOf('IP4.GATEWAY')
    const mtu = valueOf('GENERAL.MTU')
    const dns = resolversIn(rows.flatMap(({ key, value }) => (/^IP[46]\.DNS$/.test(key) ? [value] : [])))
    if (name === undefined || (dns.length === 0 && gateway === undefined)) return []
    return [
      {
        of: { name },
        source: 'network-manager',
        dns,
        ...(gateway !== undefined && { gateway }),
        ...(mtu !== undefined && { mtuBytes: Number(mtu) }),
      },
    ]
  })
