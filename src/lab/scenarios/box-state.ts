/** The whole of a router's networking as text, for comparing: nobody's, ours and everybody else's. */
import { ROUTER } from '../index.ts'
import type { Lab } from '../index.ts'

/** By what was asked, what the kernel answers. Without what changes by itself: counters, time-outs, remembered pairs. */
export async function boxState(lab: Lab): Promise<Record<string, string>> {
  const asked = QUESTIONS.map(async (question): Promise<[string, string]> => {
    // Without stderr: `ip` complains there of namespaces of other labs that vanish while it looks.
    return [question, withoutCounts(await lab.must(ROUTER, ['sh', '-c', question]))]
  })
  return Object.fromEntries(await Promise.all(asked))
}

const QUESTIONS = [
  'ip rule',
  'ip -6 rule',
  'ip -4 route show table all',
  // In the order in which devices came up, and some of it a while later.
  'ip -6 route show table all | grep -v fe80:: | sort',
  'ip nexthop',
  'ip -o address',
  // Names and flags; the rest (queues, indexes of peers) is not ours to compare.
  `ip -o link | sed 's/^[0-9]*: //; s/>.*/>/'`,
  'nft list ruleset',
  `sysctl -a --pattern '^net\\.ipv[46]\\.' 2>/dev/null || true`, // some cannot be read
]

const withoutCounts = (text: string): string =>
  text
    .replaceAll(/packets \d+ bytes \d+/g, 'packets N')
    .replaceAll(/(map affinity \{[^}]*?)\n\t\telements = \{[^}]*\}/g, '$1')
    .replaceAll(/(expires|valid_lft|preferred_lft) \d+sec/g, '$1 later')
    // The kernel makes these by itself, a while after a device is up.
    .replaceAll(/^.* inet6 fe80::.*\n/gm, '')
