/** The lab's door as people are told of it. */
import type { Reserved } from './door-socket.ts'
import type { Lab } from './lab.ts'
import { ROUTER } from './topology.ts'

export interface ShownDoor extends Disposable {
  /** As one types it into a browser; `undefined`: there is none. */
  readonly url: string | undefined
  /** What is other than usual. */
  readonly note: string | undefined
}

/** Opens what was reserved. */
export async function showDoor(lab: Lab, { socket, note }: Reserved): Promise<ShownDoor> {
  if (socket === undefined) return { url: undefined, note, [Symbol.dispose]: () => {} }
  // Whose traffic it is is part of the picture. Older kernels let only the machine's own root say so.
  await lab.run(ROUTER, ['sysctl', '-qw', 'net.netfilter.nf_conntrack_acct=1'])
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
