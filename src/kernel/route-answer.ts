import { MAIN_TABLE, fail, ok, tableId, type KernelRoute, type Result } from '../model/index.ts'
import type { IpAnswer } from './ip-answers.ts'

/** What the kernel says when it would not send a packet, in the words of `ip`; anything else is a failed question. */
const REFUSALS =
  /^RTNETLINK answers: (Permission denied|Network is unreachable|No route to host|Host is unreachable|Invalid argument|Invalid cross-device link)$/m

/** The answer to `ip -N -json route get`. @returns what `ip` said where it could not even ask */
export function readRouteAnswer({ output, error }: IpAnswer): Result<KernelRoute, string> {
  if (error !== undefined) {
    const said = REFUSALS.exec(error)?.[1]
    return said === undefined ? fail(error) : ok({ is: 'refused', said })
  }
  const [route] = JSON.parse(output) as readonly Partial<Record<string, unknown>>[] // the only form `ip` prints
  const word = (key: string): string | undefined => {
    const value = route?.[key]
    return typeof value === 'string' ? value : undefined
  }
  const [dev, via, src] = [word('dev'), word('gateway'), word('prefsrc')]
  // What is kept goes by `lo`, whatever it is (RTN_LOCAL, RTN_BROADCAST, RTN_MULTICAST of linux/rtnetlink.h).
  if (dev === 'lo') return ok({ is: 'local' })
  if (dev === undefined) return fail(`no device in ${output.trim()}`)
  return ok({
    is: 'hop',
    dev,
    table: tableId(Number(word('table') ?? MAIN_TABLE)),
    ...(via === undefined ? {} : { via }),
    ...(src === undefined ? {} : { src }),
  })
}
