/** A lab with the real daemon on its router, shared by the tests of one `describe`. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { after, afterEach, before } from 'node:test'
import { createClient } from '../../api/client.ts'
import type { Client } from '../../api/client.ts'
import type { ApplyDocument, StatusDocument } from '../../api/contract.ts'
import { createLab, eventually, LAN } from '../index.ts'
import type { DaemonOptions, DaemonProcess, Lab, LabOptions } from '../index.ts'

/** What the router's file says. */
export interface Wishes {
  /** Weights by line, in this order; lines of the lab that are left out are none of the router's. */
  readonly lines: Readonly<Record<string, number>>
  readonly affinity?: 'connection' | 'pair' | 'client'
  /** Hosts of the LAN are told of the router. */
  readonly advertise?: true
  /** Narrows what is balanced. */
  readonly networks?: readonly string[]
  readonly firewall?: { readonly inbound: 'allow' | 'drop'; readonly open?: readonly string[] }
  /** As the file says it. */
  readonly forward?: readonly Readonly<Record<string, unknown>>[]
  readonly vpn?: 'first' | 'ours'
  readonly offload?: 'off' | 'software'
  /** Who is told of resolvers, as the file says it. */
  readonly dns?: string
  /** How lines are watched, as the file says it: `{ rise: '0s' }`. */
  readonly health?: Readonly<Record<string, unknown>>
  /** What becomes of connections on a line that died, as the file says it: `1s`, `never`. */
  readonly release?: string | Readonly<Record<string, unknown>>
  /** Who is sent messages, as the file says it. */
  readonly notify?: Readonly<Record<string, unknown>>
  /** What is remembered, as the file says it. */
  readonly history?: Readonly<Record<string, unknown>>
  /** Further keys of single lines, as the file has them: `{ lte: { role: 'backup' } }`. */
  readonly more?: Readonly<Record<string, object>>
  /** Lines of which the lab knows nothing, as the file has them; before all others. */
  readonly others?: Readonly<Record<string, object>>
}

/** For tests in which connections outlive a cable that is out. */
export const NOTHING_IS_ENDED = { after: 'never', repick: false }

export interface BoxOptions extends LabOptions {
  readonly wishes: Wishes
  /** Something happens before the first start; absent: nothing. */
  readonly beforeStart?: (lab: Lab) => Promise<unknown>
  /** `by-test`: no daemon until a test starts one. */
  readonly start?: 'at-once' | 'by-test'
}

export interface Box {
  readonly lab: Lab
  /** The one that was started last. */
  readonly daemon: DaemonProcess
  readonly client: Client
  start(options?: DaemonOptions): Promise<DaemonProcess>
  /** For those who apply it in another way. */
  writeFile(wishes: Wishes): Promise<void>
  /** Writes the file and has the daemon apply it; done when the kernel is so. */
  apply(wishes: Wishes): Promise<ApplyDocument>
  status(): Promise<StatusDocument>
  /** Waits until the daemon says so of the line. */
  becomes(line: string, state: 'up' | 'down' | 'absent'): Promise<void>
  /** Waits until the daemon knows each of these lines: whoever is asked over it has answered. */
  knows(...lines: readonly string[]): Promise<void>
  /** Connections chosen for each line since the table exists. */
  chosen(): Promise<Readonly<Record<string, number>>>
}

/**
 * Made before the first test and gone after the last. After every test the providers must not have seen a single
 * packet from an address that is not theirs.
 */
export function box(options: BoxOptions): Box {
  let made: Lab | undefined
  let daemon: DaemonProcess | undefined
  let wrongSoFar = 0
  const theLab = (): Lab => made ?? assert.fail('the lab is made before the first test')

  const self: Box = {
    get lab() {
      return theLab()
    },
    get daemon() {
      return daemon ?? assert.fail('no daemon was started')
    },
    get client() {
      return createClient(theLab().daemonPaths.socket)
    },
    async start(daemonOptions = {}) {
      daemon = await theLab().startDaemon(daemonOptions)
      return daemon
    },
    writeFile: (wishes) => writeFile(theLab().daemonPaths.config, routerFile(theLab(), wishes)),
    async apply(wishes) {
      await self.writeFile(wishes)
      const answer = await self.client.apply()
      assert.ok(answer.ok, JSON.stringify(answer))
      return answer.value
    },
    async status() {
      const answer = await self.client.status()
      assert.ok(answer.ok, JSON.stringify(answer))
      return answer.value
    },
    async becomes(line, state) {
      await eventually(
        async () => (await self.status()).lines.find(({ name }) => name === line)?.state,
        (seen) => seen === state,
        { what: `${line} is ${state}` },
      )
    },
    async knows(...lines) {
      for (const name of lines)
        await eventually(
          async () => (await self.status()).lines.find((line) => line.name === name)?.health?.targets ?? [],
          (targets) => targets.length > 0 && targets.every(({ state }) => state === 'answers'),
          { what: `all targets answer over ${name}`, timeoutMs: 15_000 },
        )
    },
    chosen: async () =>
      Object.fromEntries((await self.status()).lines.map((line) => [line.name, line.newConnections])),
  }

  before(async () => {
    made = await createLab(options)
    await options.beforeStart?.(made)
    await self.writeFile(options.wishes)
    if (options.start !== 'by-test') await self.start()
  })
  afterEach(async (context) => {
    const lab = theLab()
    if ('passed' in context && !context.passed)
      console.error(`the daemon's log ends:\n${daemon?.log.all.slice(-30).join('\n')}`)
    const wrong = await lab.wrongSourcePackets()
    const before = wrongSoFar
    wrongSoFar = wrong
    if (wrong === before) return
    const lines = lab.topology.lines.map(async ({ name }) => [name, await lab.wrongSources(name)] as const)
    assert.fail(`packets with a wrong source: ${JSON.stringify(await Promise.all(lines))}`)
  })
  after(() => made?.remove())
  return self
}

/** Lines that the router configures get their address and gateway in the file, others are followed. */
export function routerFile(
  lab: Lab,
  { lines, affinity = 'connection', advertise, networks, more, others = {}, ...asWritten }: Wishes,
): string {
  const entries = Object.entries(lines).map(([name, weight]) => {
    const line = lab.line(name)
    const { addressing, splitter, hasIpv4, ipv6 } = line
    const fixed = {
      ...(addressing === 'by-router' && {
        address: ofFamilies(
          hasIpv4 && line.addressWithLength,
          ipv6?.assigned.includes(ipv6.network) === true ? ipv6.addressWithLength : undefined,
        ),
      }),
      // On a shared card the gateway tells the lines apart, whoever gives the address.
      ...((addressing === 'by-router' || splitter !== undefined) && {
        gateway: ofFamilies(hasIpv4 && line.gateway, ipv6?.gateway),
      }),
      ...(ipv6?.delegated !== undefined && { networks: [ipv6.delegated] }),
    }
    return [name, { interface: line.device, weight, ...fixed, ...more?.[name] }] as const
  })
  // JSON is YAML too.
  return `lan: ${JSON.stringify({
    interfaces: [
      { name: LAN.device, address: `${LAN.router}/${LAN.length}`, ...(advertise && { advertise }) },
    ],
    ...(networks === undefined ? {} : { networks }),
  })}
lines:
${[...Object.entries(others), ...entries].map(([name, line]) => `  ${name}: ${JSON.stringify(line)}`).join('\n')}
affinity: ${affinity}
${Object.entries(asWritten)
  .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
  .join('')}`
}

/** One is written as it is, two as a list. */
function ofFamilies(ipv4: string | false, ipv6: string | undefined): string | readonly string[] {
  const all = [ipv4, ipv6].filter((text) => typeof text === 'string')
  return all.length === 1 ? (all[0] ?? '') : all
}
