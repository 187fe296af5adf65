/** A connection to a host out of one line, whatever the routing says by default; loads FFI. */
import { isIP, Socket } from 'node:net'
import { fail, ok, type Family, type ProbePath, type Result } from '../model/index.ts'
import { refusalOf } from './bound-socket.ts'
import { connectBy } from './connect-by.ts'
import { openDnsSocket } from './dns-socket.ts'
import { nameFinder } from './name-finder.ts'
import { resolveName } from './resolve-name.ts'
import { familyOf } from './socket-address.ts'

/** By which way; `path` absent: as the routes of the box have it, for what is not on the Internet. */
export interface Way {
  readonly path?: ProbePath
  readonly family: Family
}

const FIND_MS = 4000

/**
 * Its name is asked for over the line too: a resolver of another one may be what does not work.
 * @param signal gives it up
 * @returns the connection, or why there is none
 */
export async function connectOver(
  { path, family }: Way,
  host: string,
  port: number,
  signal: AbortSignal,
): Promise<Result<Socket, string>> {
  const address = isIP(host) !== 0 ? host : await addressOver({ ...(path && { path }), family }, host)
  if (address === undefined) return fail(`nobody has an address for ${host}`)
  if (path !== undefined && familyOf(address) !== family) return fail(`${host} is not of the line's family`)
  const { promise, resolve } = Promise.withResolvers<Result<Socket, string>>()
  let giveUp = (): void => {}
  const onAbort = (): void => {
    giveUp()
    resolve(fail('no answer in time'))
  }
  try {
    giveUp = connectBy(path ?? {}, address, port, (outcome) => {
      if (outcome.is === 'connected') resolve(ok(new Socket({ fd: outcome.fd })))
      else if (outcome.is === 'refused') resolve(fail('the connection was refused'))
      else resolve(fail(outcome.answer.answered ? 'the connection failed' : outcome.answer.why))
    })
  } catch (cause) {
    return fail(refusalOf(cause).why)
  }
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  return promise.finally(() => signal.removeEventListener('abort', onAbort))
}

/** By the witnesses over the line; where it lets nobody ask those, as the box itself would. */
async function addressOver({ path, family }: Way, host: string): Promise<string | undefined> {
  const found = path === undefined ? undefined : await askOver(path, family, host)
  if (found !== undefined) return found
  const named = await resolveName(host)
  if (!named.ok) return undefined
  return named.value.find((address) => path === undefined || familyOf(address) === family)
}

function askOver(path: ProbePath, family: Family, host: string): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const socket = openDnsSocket(path)
  const timer = setTimeout(resolve, FIND_MS, undefined)
  let giveUp = (): void => {}
  try {
    giveUp = nameFinder(socket, family).find(host, ({ address }) => resolve(address))
  } catch (cause) {
    refusalOf(cause) // bugs are thrown on; what the system refuses leaves it without an address
    resolve(undefined)
  }
  return promise.finally(() => {
    clearTimeout(timer)
    giveUp()
    socket.close()
  })
}
