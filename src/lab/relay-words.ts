/** What a relay and its thread say to each other. */

export interface RelayData {
  /** Packet sockets on the two devices of the cable. */
  readonly ends: readonly [number, number]
  /** Each way. */
  readonly delayMs: number
}

export type RelayOrder = { readonly do: 'delay'; readonly delayMs: number } | { readonly do: 'finish' }

/** By its source a frame is known to come from the relay. Locally administered. */
export const RELAY_MAC_ADDRESS = '02:00:5e:00:00:02'
