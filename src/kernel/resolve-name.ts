import { lookup } from 'node:dns/promises'
import { fail, messageOf, ok, type KernelError, type Result } from '../model/index.ts'

/** Before whoever asks loses patience; a resolver without a line needs much longer to give up. */
const DEADLINE_MS = 3000

/** What the system's own words for it mean. */
const SAID: Readonly<Partial<Record<string, string>>> = {
  ENOTFOUND: 'there is no such name',
  EAI_AGAIN: 'no name server answers',
}

/** As every program on the box resolves it (getaddrinfo: /etc/hosts, then DNS). @returns at least one address */
export async function resolveName(name: string): Promise<Result<readonly string[], KernelError>> {
  const what = `resolving ${name}`
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<Result<never, KernelError>>((settle) => {
    const said = `no answer within ${DEADLINE_MS / 1000} s`
    timer = setTimeout(() => settle(fail({ code: 'busy', what, said })), DEADLINE_MS)
  })
  const asking = lookup(name, { all: true, order: 'verbatim' }).then(
    (found) => ok([...new Set(found.map(({ address }) => address))]),
    (cause: NodeJS.ErrnoException) =>
      fail<KernelError>({
        code: cause.code === 'ENOTFOUND' ? 'not-found' : 'busy',
        what,
        said: SAID[cause.code ?? ''] ?? messageOf(cause),
      }),
  )
  return Promise.race([asking, tooLong]).finally(() => clearTimeout(timer))
}
