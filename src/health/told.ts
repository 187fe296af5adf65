import {
  unreachable,
  type Blame,
  type Degradation,
  type Family,
  type HealthPolicy,
  type LineHealth,
} from '../model/index.ts'
import type { GatewaySays } from './gateway-check.ts'

/** What is to be told of a line, apart from its numbers. */
export interface Findings {
  readonly health: LineHealth
  readonly portal: string | undefined
  /** Of those that ever answered; of all, if none did. */
  readonly silent: number
  readonly targets: number
  readonly everAnswered: boolean
  readonly gateway: GatewaySays
  /** Why no probe leaves this box; absent while some do. */
  readonly refusal: string | undefined
  /** So it is on every line, and there are several. */
  readonly everywhere: boolean
  readonly family: Family
  readonly namesFail: boolean
  readonly degraded: Degradation | undefined
  readonly policy: Pick<HealthPolicy, 'lossyRatio' | 'slowMs'>
  /** It answers again, and is taken back after that time of quiet. */
  readonly heldMs: number | undefined
}

export interface Told {
  readonly blame?: Blame
  /** Completes "fiber is down: ". */
  readonly why?: string
}

export function told(findings: Findings): Told {
  if (findings.portal !== undefined) return { blame: 'portal', why: findings.portal }
  switch (findings.health) {
    case 'unknown':
      return unprobed(findings)
    case 'up':
      return findings.refusal !== undefined ? unprobed(findings) : whatIsBad(findings)
    case 'suspect':
    case 'down':
      if (findings.heldMs !== undefined) {
        const seconds = Math.ceil(findings.heldMs / 1000)
        return { ...outage(findings), why: `it answers again, and is back in ${seconds} s if it stays quiet` }
      }
      return outage(findings)
    default:
      return unreachable(findings.health)
  }
}

const unprobed = ({ refusal }: Findings): Told =>
  refusal === undefined ? {} : { why: `its probes do not leave this box: ${refusal}` }

/** The thresholds and not the figures of this moment, which would be news with every probe. */
function whatIsBad({ namesFail, degraded, policy }: Findings): Told {
  if (namesFail) return { blame: 'dns', why: 'no name server answers truly, while others do' }
  if (degraded === 'lossy') {
    return { blame: 'lossy', why: `it loses ${Math.round(policy.lossyRatio * 100)} % of the probes or more` }
  }
  if (degraded === 'slow') return { blame: 'slow', why: `answers take ${policy.slowMs} ms or more` }
  return {}
}

function outage({ silent, targets, everAnswered, gateway, everywhere, family }: Findings): Told {
  if (silent === 0) return { why: 'it came and went too often lately' }
  const who = everAnswered
    ? `no answer from ${silent} of ${targets} targets`
    : `none of its ${targets} targets has ever answered`
  if (gateway === 'silent') return { blame: 'gateway', why: `${who}, nor from the gateway` }
  const nearby = gateway === 'answers' ? ' while the gateway answers' : ''
  const { internet, provider } = WHOSE[family]
  if (everywhere) return { blame: 'internet', why: `${who}${nearby}, as on every line: ${internet}` }
  // Without a word of the gateway it is the provider's trouble all the same, but nobody has seen that.
  return { blame: 'provider', why: gateway === 'answers' ? `${who}${nearby}: ${provider}` : who }
}

/** A provider's IPv6 is more often broken than the provider. */
const WHOSE: Readonly<Record<Family, { readonly internet: string; readonly provider: string }>> = {
  ipv4: { internet: 'the Internet', provider: 'the provider' },
  ipv6: { internet: 'the IPv6 Internet', provider: 'no IPv6 beyond the gateway' },
}
