/** What one line for `ip` came to: what it printed, and what it complained about when it failed. */
export interface IpAnswer {
  readonly output: string
  readonly error: string | undefined
}

/** No object of `ip`: what it says of it cannot be mistaken for an answer, and comes after the answer is flushed. */
export const MARKER = 'end-of-answer'
const MARKER_ANSWER = /^Object "end-of-answer" is unknown[^\n]*\nCommand failed -:\d+\n/gm
/** More than what is said of the marker has, so that one that came in two pieces is found. */
const MARKER_MAX_LENGTH = 200

/**
 * Cuts what `ip -batch` prints into answers, in whatever pieces it comes. Each piece is searched once, with the end of
 * those before it: a box with all routes of the internet prints tens of megabytes.
 */
export class IpAnswers {
  #pieces: string[] = []
  /** Of the pieces, the end: there a marker may have begun. */
  #end = ''

  /** @returns the answers that are whole now */
  take(piece: string): IpAnswer[] {
    this.#pieces.push(piece)
    const searched = this.#end + piece
    this.#end = searched.slice(-MARKER_MAX_LENGTH)
    if (searched.search(MARKER_ANSWER) < 0) return []
    const output = this.unfinished()
    const answers: IpAnswer[] = []
    let start = 0
    MARKER_ANSWER.lastIndex = output.length - searched.length
    for (let marker = MARKER_ANSWER.exec(output); marker !== null; marker = MARKER_ANSWER.exec(output)) {
      answers.push(split(output.slice(start, marker.index)))
      start = MARKER_ANSWER.lastIndex
    }
    const rest = output.slice(start)
    this.#pieces = [rest]
    this.#end = rest.slice(-MARKER_MAX_LENGTH)
    return answers
  }

  /** What came of an answer whose end has not come. */
  unfinished(): string {
    return this.#pieces.join('')
  }
}

/** `-force` goes on after an error and says which line failed, below the reason. */
function split(answer: string): IpAnswer {
  const failed = /^Command failed -:\d+\n/m.exec(answer)
  if (failed === null) return { output: answer, error: undefined }
  return { output: '', error: answer.slice(0, failed.index).trim() }
}
