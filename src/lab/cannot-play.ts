/** This machine, or this line, has no way to play a fault; the message says why, for a row of the table. */
export class CannotPlay extends Error {
  constructor(why: string) {
    super(`cannot be played here: ${why}`)
    this.name = 'CannotPlay'
  }
}
