import type { ChannelEnd, Config } from '../model/index.ts'

/**
 * Programs that a configuration has run, and files that it has read, with the daemon's rights. Who may only change
 * the configuration by the API could have anything run by it, as root where root started the daemon: so what is new
 * of these comes from whoever may write the file, and by no other way.
 * @param formers what came from there, or was taken before
 * @returns the first that is new, in words
 */
export function newReach(config: Config, formers: readonly Config[]): string | undefined {
  const known = new Set(formers.flatMap(reachOf))
  return reachOf(config).find((one) => !known.has(one))
}

const reachOf = ({ hooks, notify, api }: Config): string[] => [
  ...hooks.map(({ run }) => program(run)),
  ...(notify?.channels ?? []).flatMap(reachOfChannel),
  ...(api?.tls === undefined ? [] : [file(api.tls.certificate), file(api.tls.key)]),
]

function reachOfChannel(channel: ChannelEnd): string[] {
  switch (channel.kind) {
    case 'command':
      return [program(channel.run)]
    case 'email':
      return channel.login === undefined ? [] : [file(channel.login.password)]
    default: {
      const { address, token, key } = channel
      const files = ['urlFile' in address ? address.urlFile : undefined, token, key]
      return files.filter((one) => one !== undefined).map(file)
    }
  }
}

const program = (run: readonly string[]): string => `the program ${JSON.stringify(run)}`
const file = (path: string): string => `the file ${path}`
