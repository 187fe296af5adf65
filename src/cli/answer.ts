import { unreachable } from '../model/index.ts'
import type { Failure } from './failure.ts'
import { errorDocument, failureText } from './failure.ts'
import { printable, printableJson } from './printable.ts'
import type { Screen, Sink } from './screen.ts'

/** What a command came to. Everything it has to say is in here: commands write nothing themselves. */
export type Answer =
  | {
      readonly is: 'told'
      readonly exitCode: number
      /** What `--json` prints. */
      readonly document: object
      readonly text: (screen: Screen) => string
    }
  | { readonly is: 'failed'; readonly failure: Failure }
  /** It spoke for itself: the daemon, the lab. */
  | { readonly is: 'ended'; readonly exitCode: number }

/** @param render sees a copy of the document that can be shown safely */
export const told = <Document extends object>(
  exitCode: number,
  document: Document,
  render: (document: Document, screen: Screen) => string,
): Answer => ({
  is: 'told',
  exitCode,
  document,
  text: (screen) => render(printable(document), screen),
})

export const failed = (failure: Failure): Answer => ({ is: 'failed', failure })

export interface Delivery {
  readonly json: boolean
  readonly out: { readonly sink: Sink; readonly screen: Screen }
  readonly err: { readonly sink: Sink; readonly screen: Screen }
  readonly nowMs: number
}

/**
 * Results go to stdout, failures to stderr. With `--json` stdout is one document, whatever happened, and a
 * failure is told in words on stderr as well.
 * @returns the exit code
 */
export function deliver(answer: Answer, { json, out, err, nowMs }: Delivery): number {
  const print = ({ sink, screen }: Delivery['out'], text: string) => sink.write(`${screen.finish(text)}\n`)
  const printJson = (document: object) => out.sink.write(`${printableJson(document)}\n`)
  switch (answer.is) {
    case 'told': {
      if (!json) print(out, answer.text(out.screen))
      else printJson(answer.document)
      if (json && isFailure(answer.exitCode)) print(err, answer.text(err.screen))
      return answer.exitCode
    }
    case 'failed': {
      if (json) printJson(errorDocument(answer.failure, nowMs))
      print(err, failureText(printable(answer.failure), err.screen))
      return answer.failure.exitCode
    }
    case 'ended':
      return answer.exitCode
    default:
      return unreachable(answer)
  }
}

/** From 10 on an exit code is an answer. */
const isFailure = (exitCode: number): boolean => exitCode > 0 && exitCode < 10
