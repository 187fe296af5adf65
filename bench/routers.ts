/** Routers to be measured, each in a lab of its own: ours, and a plain one that only masquerades. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createLab, LAN, ROUTER } from '../src/lab/index.ts'
import type { Addressing, DaemonProcess, Lab } from '../src/lab/index.ts'

export type Affinity = 'connection' | 'pair'

/** The built program: what people run. */
export const PROGRAM = [join(import.meta.dirname, '../bin/multihome')] as const

const LINE_NAMES = ['fiber', 'dsl', 'lte'] as const
const CLIENTS = 17
const SERVERS = 40

export interface OurRouter extends AsyncDisposable {
  readonly lab: Lab
  /** Of the daemon that was started last. */
  readonly daemon: DaemonProcess
  /** Ends the daemon and starts it again: it finds everything as it left it. */
  restart(): Promise<void>
  /** Writes the file and applies it, as an operator does. @returns the pass in ms */
  apply(weights: readonly number[], affinity: Affinity): Promise<number>
  /** `multihome ARGUMENTS`. */
  command(...args: string[]): Promise<string>
}

export interface OurRouterOptions {
  /** How many there are; default: as many as there are weights. The file names only those. */
  readonly lines?: number
  readonly addressing?: Addressing
}

/** Ready when it resolves. Lines are as fast as the machine is. */
export async function ourRouter(
  weights: readonly number[],
  affinity: Affinity,
  { lines: count = weights.length, addressing = 'by-router' }: OurRouterOptions = {},
): Promise<OurRouter> {
  const lines = Array.from({ length: count }, (_, i) => ({
    name: LINE_NAMES[i] ?? `line-${i + 1}`,
    addressing,
  }))
  const lab = await createLab({ lines, clients: CLIENTS, servers: SERVERS })
  const start = (): Promise<DaemonProcess> => lab.startDaemon({ program: PROGRAM })
  const command = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await lab.command(args, PROGRAM)
    if (code !== 0) throw new Error(`multihome ${args.join(' ')}: exit code ${code}\n${stderr}${stdout}`)
    return stdout
  }
  try {
    await writeFile(lab.daemonPaths.config, configFile(lab, weights, affinity))
    let daemon = await start()
    return {
      lab,
      get daemon() {
        return daemon
      },
      async restart() {
        await daemon.stop()
        daemon = await start()
      },
      async apply(newWeights, newAffinity) {
        await writeFile(lab.daemonPaths.config, configFile(lab, newWeights, newAffinity))
        return (JSON.parse(await command('apply', '--json')) as { tookMs: number }).tookMs
      },
      command,
      [Symbol.asyncDispose]: () => lab.remove(),
    }
  } catch (cause) {
    await lab.remove()
    throw cause
  }
}

const configFile = (lab: Lab, weights: readonly number[], affinity: Affinity): string =>
  JSON.stringify({
    lan: { interfaces: [{ name: LAN.device, address: `${LAN.router}/${LAN.length}` }] },
    lines: Object.fromEntries(
      lab.topology.lines.slice(0, weights.length).map((line, i) => [
        line.name,
        {
          interface: line.device,
          weight: weights[i],
          ...(line.addressing === 'by-router' && { address: line.addressWithLength, gateway: line.gateway }),
        },
      ]),
    ),
    affinity,
    // Cables are cut many times in a row here, which else is held against the line.
    health: { rise: '0s' },
  }) // JSON is YAML too

/**
 * The router nearly everybody has: one line, one rule, and the loose `rp_filter` that Debian's systemd sets, which
 * is ours too.
 */
export async function plainRouter(): Promise<Lab> {
  const lab = await createLab({
    lines: [{ name: LINE_NAMES[0], addressing: 'by-provider' }],
    clients: CLIENTS,
    servers: SERVERS,
    lanAddress: 'set',
  })
  await lab.must(ROUTER, ['sysctl', '-q', '-w', 'net.ipv4.ip_forward=1', 'net.ipv4.conf.all.rp_filter=2'])
  await lab.must(ROUTER, ['nft', '-f', '-'], {
    input: `table ip plain {
  chain postrouting {
    type nat hook postrouting priority srcnat
    oifname "${lab.line(LINE_NAMES[0]).device}" masquerade
  }
}
`,
  })
  return lab
}
