/** What connection tracking knows of. */
export interface ConnectionCount {
  readonly open: number
  /** Of these, how many are over, or nearly: it remembers them for up to two minutes. */
  readonly closing: number
}

/** What is over is nothing that somebody has open. */
export const alive = ({ open, closing }: ConnectionCount): number => open - closing
