import type { Family } from './prefix.ts'

/** Sets of our table in which the kernel counts how much each client has over each interface. */
export const CLIENT_SETS = {
  sent: { ipv4: 'sent_by', ipv6: 'sent_by6' },
  received: { ipv4: 'received_by', ipv6: 'received_by6' },
} as const satisfies Record<'sent' | 'received', Record<Family, string>>

/** Since the kernel knows the client; who has nothing for an hour is forgotten, and begins anew. */
export interface ClientBytes {
  readonly interface: string
  /** An address of the LAN. */
  readonly client: string
  readonly sentBytes: number
  readonly receivedBytes: number
}
