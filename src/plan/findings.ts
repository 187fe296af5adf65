/** One thing that `doctor` says of a box. */
export interface Finding {
  /** `fix`: something does not work until it is settled. */
  readonly severity: 'fix' | 'note' | 'ok'
  /** A word for programs: `docker`, `nft`, `strict-sources`. */
  readonly name: string
  readonly text: string
  readonly help?: string
}
