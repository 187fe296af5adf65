/** What a report of a fault is made of, besides what the daemon and the doctor say. Reads only. */
import { readFile } from 'node:fs/promises'
import { parseConfig } from '../config/index.ts'
import { listBox } from '../kernel/index.ts'
import { fail, messageOf, ok, type Config } from '../model/index.ts'
import type { ReportMatter } from './control.ts'
import { loadHistory } from './history-store.ts'
import { readConfig } from './read-config.ts'
import { readSecret } from './read-secret.ts'

export async function gatherReport({
  configFile,
  stateDir,
}: {
  readonly configFile: string
  readonly stateDir: string
}): Promise<ReportMatter> {
  const [config, history, reading, release, listings] = await Promise.all([
    readFile(configFile, 'utf8').then(ok, (cause: unknown) => fail(messageOf(cause))),
    loadHistory(stateDir, () => undefined),
    readConfig(configFile),
    readFile('/etc/os-release', 'utf8').catch(() => ''),
    listBox(),
  ])
  const former = [...history.accepted, ...history.tried].map(({ text }) => text)
  if (history.trial?.text !== undefined) former.push(history.trial.text)
  // The file may be wrong now, and the log tell of what was right.
  const configs = former.flatMap((text) => {
    const parsed = parseConfig(text, configFile)
    return parsed.ok ? [parsed.value.config] : []
  })
  if (reading.ok) configs.push(reading.value.config)
  return {
    config,
    former: [...new Set(former)],
    secrets: (await Promise.all(configs.map(secretsOf))).flat(),
    distribution: /^PRETTY_NAME="?([^"\n]*)/m.exec(release)?.[1] ?? 'unknown',
    listings,
  }
}

async function secretsOf({ notify }: Config): Promise<string[]> {
  const sources = (notify?.channels ?? []).flatMap((channel) => {
    if (channel.kind === 'command') return []
    if (channel.kind === 'email') return channel.login?.password ?? []
    const { address, token, key } = channel
    return ['urlFile' in address ? address.urlFile : undefined, token, key].filter((one) => one !== undefined)
  })
  const read = await Promise.all(sources.map((source) => readSecret(source)))
  return read.flatMap((secret) => (secret.ok ? [secret.value] : []))
}
