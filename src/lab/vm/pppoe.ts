/** A provider that is dialled over Ethernet, and the box that dials: pppoe-server and pppd, as Debian has them. */
import type { ChildProcess } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DIES_WITH_US, spawnIn } from '../run.ts'
import { ROUTER } from '../index.ts'
import type { Lab } from '../index.ts'

export interface Provider {
  /** Nobody gets through any more, and nobody new gets in. */
  close(): Promise<void>
}

/** Where several calls are possible the customer's address changes from call to call. */
const CALLS = 4

/**
 * Like a provider without passwords. A call that ended without a word is still there for a while, so the next one gets
 * another address.
 */
export async function servePppoe(lab: Lab, line: string): Promise<Provider> {
  const { host, gateway, address } = lab.line(line)
  const options = join(lab.directory, `${line}.pppoe-server`)
  await writeFile(options, 'noauth\nlcp-echo-interval 2\nlcp-echo-failure 10\nmtu 1492\nmru 1492\n')
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
    'add rule ip provider from_customer iifname "ppp*" ip saddr != @assigned goto wrong',
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
  return { close: () => ended(server, 'SIGTERM') }
}

export interface Call {
  readonly hangUp: () => Promise<void>
  /** Hung up without a word, as when the power goes. */
  readonly die: () => Promise<void>
}

/** @param card the Ethernet interface that leads to the provider */
export async function dialPppoe(lab: Lab, card: string, device: string): Promise<Call> {
  await lab.must(ROUTER, ['ip', 'link', 'set', card, 'up'])
  const words = `plugin rp-pppoe.so ${card} ifname ${device} noauth user us nodetach noipdefault nodefaultroute mtu 1492 mru 1492 lcp-echo-interval 2 lcp-echo-failure 10 noipv6`
  const call = started(lab, ROUTER, ['pppd', ...words.split(' ')])
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
