import { CLIENT_SETS, FAMILIES, OUR_TABLE, fail, ok } from '../model/index.ts'
import type { ClientBytes, KernelError, Result } from '../model/index.ts'
import { runOnce } from './run-once.ts'

/**
 * What the kernel counted of each client. By processes of their own: there may be thousands, and whoever lists them
 * stands still that long. A set that is not there has nobody in it.
 */
export async function readClientBytes(): Promise<Result<readonly ClientBytes[], KernelError>> {
  const found = new Map<string, ClientBytes>()
  for (const way of ['sent', 'received'] as const)
    for (const family of FAMILIES) {
      const argv = ['-j', 'list', 'set', ...OUR_TABLE.split(' '), CLIENT_SETS[way][family]]
      const { ok: isThere, output, error } = await runOnce('nft', argv)
      if (!isThere && /No such file or directory/.test(error)) continue
      if (!isThere) return fail({ code: 'refused', what: `nft ${argv.join(' ')}`, said: error.trim() })
      for (const { dev, client, bytes } of countedIn(output)) {
        const before = found.get(`${dev} ${client}`) ?? {
          interface: dev,
          client,
          sentBytes: 0,
          receivedBytes: 0,
        }
        found.set(`${dev} ${client}`, { ...before, [`${way}Bytes`]: bytes })
      }
    }
  return ok([...found.values()])
}

interface Counted {
  readonly dev: string
  readonly client: string
  readonly bytes: number
}

/** Of `nft -j`; what has another shape is none of ours. */
export function countedIn(listing: string): Counted[] {
  const { nftables } = JSON.parse(listing) as { nftables: readonly { set?: { elem?: readonly unknown[] } }[] }
  return nftables
    .flatMap(({ set }) => set?.elem ?? [])
    .flatMap((one) => {
      const { val, counter } = (one as { elem?: { val?: { concat?: unknown[] }; counter?: { bytes: number } } }).elem ?? {} // prettier-ignore
      const [dev, client] = val?.concat ?? []
      return typeof dev === 'string' && typeof client === 'string' && counter !== undefined
        ? [{ dev, client, bytes: counter.bytes }]
        : []
    })
}
