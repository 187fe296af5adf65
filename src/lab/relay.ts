/**
 * A cable between provider and internet on which everything takes longer. Nothing is plugged: nft drops the frames where
 * they arrive, a thread that heard them before puts them on the same cable again later, under a source by which nft
 * knows them. So it needs no netem, and only what one may do in a network namespace of one's own.
 */
import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { close } from '../kernel/ffi.ts'
import { layTable, liftTable } from './laying.ts'
import type { TablePart } from './laying.ts'
import type { Namespace } from './namespace.ts'
import { packageRoot } from './package-root.ts'
import { openPacketSocket } from './packet-socket.ts'
import { RELAY_MAC_ADDRESS } from './relay-words.ts'
import type { RelayData, RelayOrder } from './relay-words.ts'

export interface CableEnd {
  readonly host: Namespace
  readonly device: string
}

export interface Relay {
  /** Each way, for what arrives from now on. */
  delay(delayMs: number): void
  /** The cable is as fast as before. What is on its way arrives. */
  finish(): Promise<void>
  /** Leaves the hosts as they are: they go too. */
  abandon(): void
}

/** @throws {SystemError} where packet sockets are not permitted or not known @throws {CannotPlay} without nft's part */
export async function startRelay(ends: readonly [CableEnd, CableEnd], delayMs: number): Promise<Relay> {
  const sockets = openBoth(ends)
  const data: RelayData = { ends: sockets, delayMs }
  const worker = new Worker(workerEntry(), { workerData: data })
  worker.once('exit', () => sockets.forEach(close))
  const order = (one: RelayOrder): void => worker.postMessage(one)
  const onBothEnds = (work: typeof layTable): Promise<unknown> =>
    Promise.all(ends.map(({ host, device }) => work(host, TABLE, [diversion(device)])))
  try {
    await once(worker, 'message') // it listens
    worker.unref()
    await onBothEnds(layTable)
  } catch (cause) {
    order({ do: 'finish' })
    throw cause
  }
  return {
    delay: (ms) => order({ do: 'delay', delayMs: ms }),
    async finish() {
      await onBothEnds(liftTable)
      order({ do: 'finish' })
    },
    abandon: () => order({ do: 'finish' }),
  }
}

const TABLE = 'relay'

const diversion = (device: string): TablePart => ({
  family: 'netdev',
  chains: `chain diversion {
  type filter hook ingress device "${device}" priority -400
  ether type arp accept
  ether saddr ${RELAY_MAC_ADDRESS} accept
  drop
}`,
})

function openBoth([one, other]: readonly [CableEnd, CableEnd]): [number, number] {
  const first = openPacketSocket(one.host, one.device)
  try {
    return [first, openPacketSocket(other.host, other.device)]
  } catch (cause) {
    close(first)
    throw cause
  }
}

/** An entry of its own in the built program. */
const workerEntry = (): string =>
  join(packageRoot(), import.meta.filename.endsWith('.ts') ? 'src/lab/relay-worker.ts' : 'dist/lab-relay.js')
