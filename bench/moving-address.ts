/** A DHCP client puts another address on a line's card: how long until new connections work again? */
import { eventually, ROUTER } from '../src/lab/index.ts'
import type { Lab, LabLine } from '../src/lab/index.ts'
import type { Group } from './figure.ts'
import { ourRouter } from './routers.ts'
import type { OurRouter } from './routers.ts'
import { timesFigure } from './times.ts'

const CHANGES = 11
const LINE = 'fiber'
const CLIENT = 'client-1'

export async function measureMovingAddress(): Promise<Group> {
  await using router = await ourRouter([1], 'connection', { addressing: 'by-provider' })
  const { lab } = router
  const line = lab.line(LINE)
  const usual: number[] = []
  const both: number[] = []
  const bare: number[] = []
  for (let i = 0; i < CHANGES; i++) {
    const [first, second] = [addressOf(line, 3), addressOf(line, 4)]
    usual.push(await answeredWithin(lab, i === 0 ? line.address : second))
    await moves(lab, line, first, [...takes(line, first), ...drops(line, i === 0 ? line.address : second)])
    both.push(await answeredWithin(lab, first))
    await moves(lab, line, second, drops(line, first))
    await withoutAddress(router)
    await moves(lab, line, second, takes(line, second))
    bare.push(await answeredWithin(lab, second))
  }
  return {
    title: 'Another address on a line',
    figures: [
      timesFigure('a connection, when nothing changes', usual),
      timesFigure('the new address came before the old one went', both, { atMost: 50 }),
      timesFigure('the new address came after the old one had gone', bare, { atMost: 50 }),
    ],
  }
}

const addressOf = ({ gateway }: LabLine, host: number): string =>
  `${gateway.slice(0, gateway.lastIndexOf('.'))}.${host}`

const withLength = ({ network }: LabLine, address: string): string =>
  `${address}${network.slice(network.indexOf('/'))}`

const takes = (line: LabLine, address: string): string[] => [
  `address add ${withLength(line, address)} dev ${line.device}`,
  `route replace default via ${line.gateway} dev ${line.device} proto dhcp metric 100 src ${address}`,
]

const drops = (line: LabLine, address: string): string[] => [
  `address del ${withLength(line, address)} dev ${line.device}`,
]

/** What a DHCP client does, once the provider knows of it. */
async function moves(lab: Lab, line: LabLine, address: string, steps: readonly string[]): Promise<void> {
  await lab.assignAddresses(line.name, [address])
  await lab.must(ROUTER, ['ip', '-batch', '-'], { input: `${steps.join('\n')}\n` })
}

/** Until the daemon knows that there is none. */
async function withoutAddress(router: OurRouter): Promise<void> {
  await eventually(
    () => router.command('lines'),
    (text) => / DOWN /.test(text),
    { what: `${LINE} is down` },
  )
}

/** One connection after the other, until the server sees it come from `address`. */
async function answeredWithin(lab: Lab, address: string): Promise<number> {
  const [server = ''] = lab.topology.servers
  const beganMs = performance.now()
  for (;;) {
    const seen = await lab.httpGet(CLIENT, server, { timeoutMs: 40 }).catch(() => undefined)
    const tookMs = performance.now() - beganMs
    if (seen?.client === address) return tookMs
    if (tookMs > 10_000) throw new Error(`no connection from ${address}: ${JSON.stringify(seen)}`)
  }
}
