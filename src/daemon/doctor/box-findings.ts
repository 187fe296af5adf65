/** What a box itself lacks for lines to work well. Pure. */
import type { ConntrackRoom, ToolVersions } from '../../kernel/index.ts'
import type { Capabilities } from '../../model/index.ts'
import type { Finding } from '../../plan/index.ts'

export interface BoxFacts {
  readonly tools: ToolVersions
  readonly node: string
  /** Absent: nothing was remembered yet since the box was started, or the kernel has none. */
  readonly conntrack?: ConntrackRoom
  /** Whether somebody keeps the clock right; absent: it could not be asked. */
  readonly isClockKept?: boolean
  readonly nowMs: number
  /** Absent: it was not tried. */
  readonly capabilities?: Capabilities
}

export const boxFindings = (facts: BoxFacts): Finding[] => [
  ...toolFindings(facts),
  ...kernelFindings(facts),
  ...conntrackFindings(facts),
  ...clockFindings(facts),
]

/** With these everything was tried; Debian 12 has them. README and docs name them, which a test holds. */
export const LEAST = { ip: '6.1', nft: '1.0.6', kernel: '5.10' } as const
const PACKAGES = { ip: 'iproute2', nft: 'nftables' } as const

function toolFindings({ tools, node }: BoxFacts): Finding[] {
  const old = (['ip', 'nft'] as const).flatMap((tool): Finding[] => {
    const version = tools[tool]
    if (version === undefined) {
      const text = `there is no ${tool} here, and without it nothing works`
      return [{ severity: 'fix', name: tool, text, help: `apt install ${PACKAGES[tool]}` }]
    }
    return isOlder(version, LEAST[tool])
      ? [
          {
            severity: 'note',
            name: tool,
            text: `${PACKAGES[tool]} ${version} is older than what multihomed is tried with (${LEAST[tool]})`,
            help: `what goes wrong may be its fault: try ${LEAST[tool]} or newer`,
          },
        ]
      : []
  })
  if (old.length > 0) return old
  const text = `iproute2 ${tools.ip ?? ''}, nftables ${tools.nft ?? ''}, Node ${node}`
  return [{ severity: 'ok', name: 'tools', text }]
}

/** Nexthops that a kernel is too old for are told as a note of the file. */
function kernelFindings({ capabilities }: BoxFacts): Finding[] {
  if (capabilities === undefined) return []
  const { kernelRelease, nexthopObjects, resilientGroups, groupMatch } = capabilities
  const found: Finding[] = []
  if (isOlder(kernelRelease, LEAST.kernel)) {
    const text = `kernel ${kernelRelease} is older than what multihomed is tried with (${LEAST.kernel})`
    found.push({ severity: 'fix', name: 'kernel', text, help: 'a newer kernel' })
  }
  if (!groupMatch) {
    const text = `kernel ${kernelRelease}, or its nft, cannot tell programs by their control group (since 5.13): \`multihome use\` does not work`
    found.push({ severity: 'note', name: 'group-match', text })
  }
  if (found.length > 0 || !nexthopObjects || !resilientGroups) return found
  return [{ severity: 'ok', name: 'kernel', text: `kernel ${kernelRelease} has all that is used of it` }]
}

const NEARLY = 0.9
const MUCH = 0.7

function conntrackFindings({ conntrack }: BoxFacts): Finding[] {
  if (conntrack === undefined) return []
  const { entries, most } = conntrack
  const share = entries / most
  const text = `connection tracking holds ${entries} of ${most} connections`
  if (share < MUCH) return [{ severity: 'ok', name: 'conntrack', text }]
  const what = share < NEARLY ? 'when it is full' : 'and soon'
  return [
    {
      severity: share < NEARLY ? 'note' : 'fix',
      name: 'conntrack',
      text: `${text}; ${what} the kernel drops every new one, on all lines`,
      help: `sysctl -w net.netfilter.nf_conntrack_max=${most * 4}, and for good in /etc/sysctl.d; multihome flows says who opens them`,
    },
  ]
}

/** No box has a right clock that says it is before this program was written. */
const WRITTEN_MS = Date.UTC(2026, 0, 1)

function clockFindings({ isClockKept, nowMs }: BoxFacts): Finding[] {
  const help = 'timedatectl set-ntp true, or apt install chrony; on a box without a battery also fake-hwclock'
  if (nowMs < WRITTEN_MS) {
    const says = new Date(nowMs).toISOString().slice(0, 10)
    const text = `the clock says that it is ${says}: no certificate is good then, so messages and pages by HTTPS fail, and what is remembered has wrong times`
    return [{ severity: 'fix', name: 'clock', text, help }]
  }
  if (isClockKept === undefined) return []
  if (isClockKept) return [{ severity: 'ok', name: 'clock', text: 'the clock is kept right' }]
  const text =
    'nobody keeps this clock right: times of events and reports, months of billing and quiet hours go by it, and certificates; failover does not'
  return [{ severity: 'note', name: 'clock', text, help }]
}

/** Number by number; what is no version of numbers is not judged. */
function isOlder(version: string, least: string): boolean {
  if (!/^\d+(\.\d+)/.test(version)) return false
  const [have, want] = [version, least].map((text) => text.split(/[.-]/).map((part) => parseInt(part, 10)))
  for (const [i, wanted] of (want ?? []).entries()) {
    const number = have?.[i]
    const had = number === undefined || Number.isNaN(number) ? 0 : number
    if (had !== wanted) return had < wanted
  }
  return false
}
