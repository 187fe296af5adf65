/** Clients that do what people do all day: some watch films, some send, all browse. Gentle, and without an end. */
import type { Socket } from 'node:net'
import type { Lab } from './lab.ts'
import type { LoadRecord } from './load.ts'
import { PORTS } from './servers.ts'
import { openTcp } from './sockets.ts'
import { repeat } from './turns.ts'

/** How many streams each client has, the first one first; films come in, copies go out. */
const FILMS = [3, 2, 1, 1]
const COPIES = [0, 0, 1, 1]

/** 1 Mbit/s with its interval. */
const PIECE = Buffer.alloc(5000, '.')
const PIECE_EVERY_MS = 40

/** A film that stands still for so long is begun anew. */
const IMPATIENT_AFTER_MS = 5000
const AGAIN_AFTER_MS = 1000

/** @param onRecord told of each page that was asked for */
export function startBusyClients(lab: Lab, onRecord?: (record: LoadRecord) => void): Disposable {
  const stopping = new AbortController()
  const { signal } = stopping
  const { clients, servers } = lab.topology

  async function stream(number: number, host: string, port: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const socket = openTcp(lab.host(host), { signal })
    socket.on('error', () => {}) // begun anew
    socket.on('close', () => resolve())
    socket.setTimeout(IMPATIENT_AFTER_MS, () => socket.destroy())
    socket.connect({ host: servers[number % servers.length] ?? '', port })
    socket.resume()
    const timer = port === PORTS.sink ? sendSteadily(socket) : undefined
    await promise
    clearInterval(timer)
  }

  const goOn = (work: () => Promise<unknown>): void => {
    const turns = repeat(async (wait) => {
      await work() // rejects when the lab goes
      await wait(AGAIN_AFTER_MS)
    })
    signal.addEventListener('abort', () => turns.stop())
  }
  let number = 0
  for (const [index, { host }] of clients.entries()) {
    for (let i = 0; i < (FILMS[index] ?? 0); i += 1) goOn(() => stream((number += 1), host, PORTS.source))
    for (let i = 0; i < (COPIES[index] ?? 0); i += 1) goOn(() => stream((number += 1), host, PORTS.sink))
  }
  goOn(() =>
    lab.load({
      connections: 500, // and again: what a load records it keeps
      concurrency: 10,
      pauseMs: 250,
      timeoutMs: 1000,
      signal,
      ...(onRecord && { onRecord }),
    }),
  )
  return { [Symbol.dispose]: () => stopping.abort() }
}

function sendSteadily(socket: Socket): NodeJS.Timeout {
  return setInterval(() => socket.writableLength === 0 && socket.write(PIECE), PIECE_EVERY_MS)
}
