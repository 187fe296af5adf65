/** What `down` takes back beside the kernel: what hosts and programs were told, by a daemon that may be no more. */
import type { OpenAdvertiser, TellResolvers } from '../kernel/index.ts'
import type { Advertisement } from '../model/index.ts'
import type { Advertised, Memory } from '../plan/index.ts'

/** Hosts keep to at least two hours, whatever less they are told (RFC 4862, 5.5.3). */
export const GONE_FOR_S = 7200

/** The last that hosts hear of this box: it is no router any more, and their addresses are for what is open. */
export const farewellTo = (dev: string, { prefixes, resolvers }: Advertised): Advertisement => ({
  dev,
  routerLifetimeS: 0,
  prefixes: prefixes.map(({ prefix }) => ({ prefix, validS: GONE_FOR_S, preferredS: 0 })),
  resolvers,
})

/** To be said before interfaces are switched off. @returns why not everybody could be told */
export async function takeLeave({ advertised }: Memory, open: OpenAdvertiser): Promise<string[]> {
  const said = Object.entries(advertised).map(async ([dev, told]) => {
    const opened = await open(dev, DEAF)
    // An interface that is gone took its hosts along.
    if (!opened.ok) return opened.error.code === 'not-found' ? [] : [untold(dev, opened.error.said)]
    const sent = await opened.value.send(farewellTo(dev, told))
    opened.value.close()
    return sent.ok ? [] : [untold(dev, sent.error.said)]
  })
  return (await Promise.all(said)).flat()
}

const DEAF = { onSolicited: () => undefined, onOther: () => undefined }

export const untold = (dev: string, said: string): string =>
  `hosts on ${dev} are not told that we leave: ${said}`

/** @returns why programs that were told of resolvers have not their own again */
export async function giveBackResolvers({ told }: Memory, tell: TellResolvers): Promise<string[]> {
  const trouble = told && (await tell({ is: told.is }, undefined, told.interfaces))
  return trouble === undefined ? [] : [`resolvers could not be given back: ${trouble.text}`]
}

/** All that, for whoever wants to type it. */
export const farewellCommands = ({ advertised, told }: Memory): string[] => [
  ...Object.keys(advertised).map((dev) => `# hosts on ${dev} are told that this is no router any more`),
  ...(told?.is === 'unbound' ? ['unbound-control reload'] : []),
  ...(told?.is === 'resolved'
    ? [
        ...told.interfaces.map((name) => `resolvectl revert ${name}`),
        '# where NetworkManager runs: nmcli general reload dns-full',
      ]
    : []),
]
