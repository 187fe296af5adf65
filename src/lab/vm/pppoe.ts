/** A provider that is dialled over Ethernet, and the box that dials: pppoe-server and pppd, as Debian has them. */
import type { ChildProcess } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { packageRoot } from '../package-root.ts'
import { DIES_WITH_US, spawnIn } from '../run.ts'
import { ROUTER } from '../index.ts'
import type { Lab } from '../index.ts'

export interface Provider {
  /** What he delegates leads to the call that came last. */
  leadPrefix(): Promise<void>
  /** Nobody gets through any more, and nobody new gets in. */
  close(): Promise<void>
}

/** Where several calls are possible the customer's address changes from call to call. */
const CALLS = 4

/** He tells it to whoever asks. */
export const RESOLVER = '203.0.113.10'

/**
 * Like a provider without passwords. A call that ended without a word is still there for a while, so the next one gets
 * another address.
 */
export async function servePppoe(lab: Lab, line: string): Promise<Provider> {
  const { host, gateway, address, ipv6 } = lab.line(line)
  const options = join(lab.directory, `${line}.pppoe-server`)
  await writeFile(
    options,
    `noauth\nlcp-echo-interval 2\nlcp-echo-failure 10\nmtu 1492\nmru 1492\nms-dns ${RESOLVER}\n+ipv6\n`,
  )
  await lab.must(host, ['ip', '-batch', '-'], {
    input:
      'link set customer down\naddress flush dev customer\nlink set customer name cable\nlink set cable up\n',
  })
  const ofCall = Array.from({ length: CALLS }, (_, i) =>
    address.replace(/\d+$/, (last) => `${Number(last) + i}`),
  )
  await lab.assignAddresses(line, ofCall)
  await lab.must(host, [
    'nft',
    `add rule ip provider from_customer iifname "ppp*" ip saddr != @assigned goto wrong
    insert rule ip6 provider from_customer iifname "ppp*" ip6 saddr != @assigned ip6 daddr != { fe80::/10, ff00::/8 } goto wrong`,
  ])
  const argv = [
    'pppoe-server',
    '-F',
    '-I',
    'cable',
    '-L',
    gateway,
    '-R',
    address,
    '-N',
    `${CALLS}`,
    '-O',
    options,
  ]
  const server = started(lab, host, argv)
  return {
    async leadPrefix() {
      const calls = (await lab.must(host, ['ip', '-o', 'link', 'show', 'up'])).match(/ppp\d+/g)
      const last = calls?.at(-1)
      if (last === undefined) throw new Error(`nobody has called ${host}`)
      const prefixes = ipv6?.routed.slice(1) ?? []
      for (const prefix of prefixes)
        await lab.must(host, ['ip', '-6', 'route', 'replace', prefix, 'dev', last])
    },
    close: () => ended(server, 'SIGTERM'),
  }
}

export interface Call {
  readonly hangUp: () => Promise<void>
  /** Hung up without a word, as when the power goes. */
  readonly die: () => Promise<void>
}

/** As docs/lines.md says: its file for `wan2` and `ppp0`, to the letter, and the card is on. */
export async function dialPppoe(lab: Lab): Promise<Call> {
  const page = await readFile(join(packageRoot(), 'docs/lines.md'), 'utf8')
  const [, path, text] = /^```\n# (\/etc\/ppp\/peers\/\w+)\n(.*?)^```$/ms.exec(page) ?? []
  if (path === undefined || text === undefined) throw new Error('docs/lines.md has no file for pppd')
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  await lab.must(ROUTER, ['ip', 'link', 'set', 'wan2', 'up'])
  // In the foreground, and quicker in noticing that the other end is gone.
  const more = 'nodetach lcp-echo-interval 2 lcp-echo-failure 10'
  const call = started(lab, ROUTER, ['pppd', 'call', basename(path), ...more.split(' ')])
  return { hangUp: () => ended(call, 'SIGTERM'), die: () => ended(call, 'SIGKILL') }
}

function started(lab: Lab, host: string, argv: readonly string[]): ChildProcess {
  return spawnIn(lab.host(host), [...DIES_WITH_US, ...argv], { stdio: ['ignore', 'inherit', 'inherit'] })
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  const gone = new Promise<void>((resolve) => child.on('exit', () => resolve()))
  child.kill(signal)
  return gone
}
