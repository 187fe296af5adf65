/**
 * What health says of a line. `suspect`: new connections are steered away, which costs nothing and is undone at
 * the first good answer. `down`: sure, what is stuck may be ended.
 */
export type LineHealth = 'unknown' | 'up' | 'suspect' | 'down'

/** Why the kernel alone can already tell that a line carries nothing. */
export type LineObstacle = 'link-off' | 'no-carrier' | 'no-address' | 'no-gateway'

/** A line as one reading of the kernel shows it. */
export type LinePresence =
  | { readonly is: 'absent' }
  | { readonly is: 'blocked'; readonly by: LineObstacle }
  | { readonly is: 'usable' }
