import type { Control } from '../daemon/control.ts'
import type { EventCount } from './metrics.ts'

/** How often what happened, from when it began to listen: before the daemon starts. */
export class EventTally {
  readonly #counts = new Map<string, EventCount>()

  constructor(control: Pick<Control, 'onEvent'>) {
    control.onEvent(({ kind, line }) => this.#add(kind, line))
  }

  get counts(): readonly EventCount[] {
    return [...this.#counts.values()]
  }

  #add(event: string, line: string | undefined): void {
    const key = `${event} ${line ?? ''}`
    const count = (this.#counts.get(key)?.count ?? 0) + 1
    this.#counts.set(key, { event, ...(line !== undefined && { line }), count })
  }
}
