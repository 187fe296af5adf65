/** The lab's door as people are told of it. */
import type { Reserved } from './door-socket.ts'
import type { Lab } from './lab.ts'

export interface ShownDoor extends Disposable {
  /** As one types it into a browser; `undefined`: there is none. */
  readonly url: string | undefined
  /** What is other than usual. */
  readonly note: string | undefined
}

/** Opens what was reserved. */
export async function showDoor(lab: Lab, { socket, note }: Reserved): Promise<ShownDoor> {
  if (socket === undefined) return { url: undefined, note, [Symbol.dispose]: () => {} }
  const { openDoor } = await import('./door.ts') // it brings the texts of the API along
  const door = await openDoor(lab, socket)
  return { url: door.url, note, [Symbol.dispose]: () => door[Symbol.dispose]() }
}

export function doorLine({
  url,
  note,
}: {
  readonly url: string | undefined
  readonly note: string | undefined
}): string {
  if (url === undefined) return `No dashboard${note === undefined ? '.' : `: ${note}.`}`
  return `Dashboard: ${url}${note === undefined ? '' : `  (${note})`}`
}
