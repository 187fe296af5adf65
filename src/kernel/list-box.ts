import { runOnce } from './run-once.ts'

/** What a command printed, as somebody could have typed it. */
export interface Listing {
  readonly command: string
  readonly output: string
  /** Why it printed nothing. */
  readonly trouble?: string
}

/** Elements of sets are left out: thousands of addresses say nothing, and may say whom somebody talks to. */
const LISTINGS = [
  'uname -a',
  'ip -s link show',
  'ip address show',
  'ip -4 rule show',
  'ip -6 rule show',
  'ip -4 route show table all',
  'ip -6 route show table all',
  'ip nexthop show',
  'ip neigh show',
  'tc -s qdisc show',
  'nft --terse list ruleset',
  'sysctl net.ipv4.ip_forward net.ipv4.conf.all.rp_filter net.ipv6.conf.all.forwarding net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max',
  'systemctl status --no-pager --lines=0 multihomed.service',
] as const

const LOG = 'journalctl --unit=multihomed.service --no-pager --output=short-iso --lines=500'

/** How the kernel and the service are, and the end of the log; all at once. */
export function listBox(): Promise<Listing[]> {
  return Promise.all(
    [...LISTINGS, LOG].map(async (command) => {
      const [program = '', ...words] = command.split(' ')
      const { ok, output, error } = await runOnce(program, words)
      // Some end with a number that says how things are, and have printed it all the same.
      return ok || output !== '' ? { command, output } : { command, output: '', trouble: error.trim() }
    }),
  )
}
