/** The thread of a relay: what arrives at one device leaves by the other, later. It knows frames and a clock. */
import { parentPort, workerData } from 'node:worker_threads'
import { receive, send, whenReadable } from '../kernel/ffi.ts'
import { LARGEST_FRAME_BYTES, VNET_HEADER_BYTES } from './packet-socket.ts'
import { RELAY_MAC_ADDRESS } from './relay-words.ts'
import type { RelayData, RelayOrder } from './relay-words.ts'

const OURS = Buffer.from(RELAY_MAC_ADDRESS.replaceAll(':', ''), 'hex')
const SOURCE = { from: VNET_HEADER_BYTES + 6, to: VNET_HEADER_BYTES + 12 }
const TYPE = SOURCE.to
const ETH_P_ARP = 0x0806

/** Lets other work of the thread have its turn. */
const MOST_AT_ONCE = 128

interface Direction {
  /** Takes no more; what it holds goes on its way. */
  finish(): void
}

const { ends, delayMs: firstDelayMs } = workerData as RelayData
let delayMs = firstDelayMs
const [one, other] = ends
const directions = [carry(one, other), carry(other, one)]

parentPort?.on('message', (order: RelayOrder) => {
  if (order.do === 'delay') delayMs = order.delayMs
  else {
    directions.forEach((direction) => direction.finish())
    parentPort?.close() // and with the last timer the thread ends
  }
})
parentPort?.postMessage('ready')

function carry(from: number, to: number): Direction {
  const held: { readonly frame: Buffer; readonly dueMs: number }[] = []
  const into = Buffer.alloc(LARGEST_FRAME_BYTES)
  let timer: NodeJS.Timeout | undefined
  let lastDueMs = 0

  const readable = whenReadable(from, () => {
    for (let i = 0; i < MOST_AT_ONCE; i++) {
      const length = attempt(() => receive(from, into))
      if (length === undefined) return
      if (isForUs(into)) hold(Buffer.from(into.subarray(0, length)))
    }
  })

  function hold(frame: Buffer): void {
    OURS.copy(frame, SOURCE.from)
    // In the order of arrival, also after the delay was made shorter.
    lastDueMs = Math.max(lastDueMs, performance.now() + delayMs)
    held.push({ frame, dueMs: lastDueMs })
    timer ??= setTimeout(release, lastDueMs - performance.now())
  }

  function release(): void {
    const nowMs = performance.now()
    const later = held.findIndex(({ dueMs }) => dueMs > nowMs)
    for (const { frame } of held.splice(0, later === -1 ? held.length : later)) attempt(() => send(to, frame))
    const next = held[0]
    timer = next && setTimeout(release, next.dueMs - nowMs)
  }

  return { finish: () => readable.close() }
}

/** Not what we sent ourselves, and not ARP, which nft lets through. */
function isForUs(frame: Buffer): boolean {
  const isOurs = OURS.equals(frame.subarray(SOURCE.from, SOURCE.to))
  return !isOurs && frame.readUInt16BE(TYPE) !== ETH_P_ARP
}

/** @returns `undefined` when the kernel would not: nothing there, no room, device down. As on a cable, that is lost. */
function attempt<T>(call: () => T): T | undefined {
  try {
    return call()
  } catch {
    return undefined
  }
}
