/** Ctrl-C while a command waits: it is to end the waiting, not the program. */
export interface Interruption extends Disposable {
  readonly signal: AbortSignal
}

/** Until it is disposed of; then Ctrl-C ends the program again. */
export function listenForInterruption(): Interruption {
  const controller = new AbortController()
  const onSignal = (): void => controller.abort()
  process.once('SIGINT', onSignal)
  return { signal: controller.signal, [Symbol.dispose]: () => process.off('SIGINT', onSignal) }
}
