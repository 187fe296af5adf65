import { execFileSync } from 'node:child_process'

/** Of one end of a WireGuard tunnel. */
export const keyPair = (): { secret: string; open: string } => {
  const secret = execFileSync('wg', ['genkey']).toString().trim()
  return { secret, open: execFileSync('wg', ['pubkey'], { input: secret }).toString().trim() }
}
