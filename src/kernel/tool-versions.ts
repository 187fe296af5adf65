import { runOnce } from './run-once.ts'

/** What the commands say of themselves; absent: there is no such command. */
export interface ToolVersions {
  readonly ip?: string
  readonly nft?: string
}

export async function toolVersions(): Promise<ToolVersions> {
  const [ip, nft] = await Promise.all([runOnce('ip', ['-V']), runOnce('nft', ['-V'])])
  return {
    // `ip utility, iproute2-6.1.0, libbpf 1.1.0`; before 5.7 the name of the snapshot.
    ...(ip.ok && { ip: /iproute2-([\w.]+)/.exec(ip.output)?.[1] ?? 'unknown' }),
    // `nftables v1.0.6 (Lester Gooch #5)`
    ...(nft.ok && { nft: /nftables v([\d.]+)/.exec(nft.output)?.[1] ?? 'unknown' }),
  }
}
