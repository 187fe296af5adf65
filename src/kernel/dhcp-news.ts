import { parseHostAddress, parseAddress, type HostAddress } from '../model/index.ts'

/** What a DHCP client has to tell. */
export type DhcpNews =
  | {
      readonly is: 'lease'
      readonly address: HostAddress
      readonly router?: string
      readonly dns: readonly string[]
      readonly mtuBytes?: number
      /** From now on; absent: for ever. */
      readonly leaseS?: number
    }
  /** `refused`: the server said no. `over`: it ended without an answer, or there is none yet. */
  | { readonly is: 'none'; readonly because: 'refused' | 'over' }
  | { readonly is: 'silence' }

/** For ever, in DHCP (RFC 2131, 3.3). */
const FOR_EVER_S = 0xffff_ffff

/** Fewer bytes no network must carry whole (RFC 791). */
const SMALLEST_MTU = 68

/**
 * One line of `scripts/dhcp-news.sh`: the event of udhcpc and its words, parted by tabs. What it says came from the
 * network: nothing of it is taken that is not an address or a number.
 * @returns `undefined` for what tells nothing
 */
export function parseDhcpNews(line: string): DhcpNews | undefined {
  const [start, event, ...words] = line.split('\t')
  if (start !== 'dhcp') return undefined
  switch (event) {
    case 'bound':
    case 'renew':
      return leaseOf(new Map(words.map((word) => [word.split('=', 1)[0] ?? '', word.replace(/^\w*=/, '')])))
    case 'nak':
      return { is: 'none', because: 'refused' }
    case 'deconfig':
      return { is: 'none', because: 'over' }
    case 'leasefail':
      return { is: 'silence' }
    default:
      return undefined
  }
}

function leaseOf(said: ReadonlyMap<string, string>): DhcpNews | undefined {
  const address = parseHostAddress(`${said.get('ip')}/${said.get('mask') || 32}`)
  if (address === undefined || address.family !== 'ipv4') return undefined
  const router = addressesIn(defaultAmong(said.get('routes')) ?? said.get('router'))[0]
  const [leaseS, mtuBytes] = [count(said.get('lease')), count(said.get('mtu'))]
  return {
    is: 'lease',
    address,
    dns: addressesIn(said.get('dns')),
    ...(router === undefined ? {} : { router }),
    ...(mtuBytes === undefined || mtuBytes < SMALLEST_MTU ? {} : { mtuBytes }),
    ...(leaseS === undefined || leaseS === FOR_EVER_S ? {} : { leaseS }),
  }
}

/** Who sends classless routes means them instead of the router (RFC 3442): `0.0.0.0/0 198.51.100.1 10.0.0.0/8 …`. */
function defaultAmong(routes = ''): string | undefined {
  const words = routes.split(' ')
  const at = words.indexOf('0.0.0.0/0')
  return at === -1 ? undefined : words[at + 1]
}

const addressesIn = (text = ''): string[] =>
  text.split(' ').flatMap((word) => {
    const parsed = parseAddress(word)
    return parsed?.family === 'ipv4' && parsed.address !== '0.0.0.0' ? [parsed.address] : []
  })

const count = (text = ''): number | undefined => (/^\d{1,10}$/.test(text) ? Number(text) : undefined)
