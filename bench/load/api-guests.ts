/**
 * Guests of the daemon's API: many who listen to the stream, and some who ask. `api-guests.ts SOCKET STREAMS
 * PER_SECOND PATH…`: prints `there` when all listen, and at the end of its input what they met.
 */
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { GuestsMet } from './api-guests-words.ts'

const [socketPath = '', streamsText, perSecondText, ...paths] = process.argv.slice(2)
const streams = Number(streamsText)
const perSecond = Number(perSecondText)
const agent = new Agent({ keepAlive: true })

const met = { tookMs: [] as number[], failed: 0, frames: 0, bytes: 0 }

function ask(path: string): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  request({ socketPath, path, agent }).on('response', resolve).on('error', reject).end()
  return promise
}

async function listen(): Promise<void> {
  const response = await ask('/v1/events/stream')
  const first = Promise.withResolvers<void>()
  response.on('error', first.reject)
  response.on('data', (piece: Buffer) => {
    met.bytes += piece.length
    for (let at = piece.indexOf('\n\n'); at >= 0; at = piece.indexOf('\n\n', at + 2)) met.frames += 1
    first.resolve()
  })
  await first.promise
}

async function question(path: string): Promise<void> {
  const beganMs = performance.now()
  try {
    const response = await ask(path)
    for await (const piece of response) met.bytes += (piece as Buffer).length
    if (response.statusCode !== 200) met.failed += 1
    met.tookMs.push(performance.now() - beganMs)
  } catch {
    met.failed += 1
  }
}

await Promise.all(Array.from({ length: streams }, listen))
process.stdout.write('there\n')

const over = new AbortController()
process.stdin.on('end', () => over.abort()).resume()
const asked: Promise<void>[] = []

async function askInTurn(): Promise<void> {
  const everyMs = 1000 / perSecond
  const beganMs = performance.now()
  for (let number = 0; !over.signal.aborted; number += 1) {
    asked.push(question(paths[number % paths.length] ?? ''))
    const waitMs = beganMs + (number + 1) * everyMs - performance.now()
    await sleep(Math.max(0, waitMs), undefined, { signal: over.signal }).catch(() => {})
  }
}

if (perSecond > 0) await askInTurn()
else await once(process.stdin, 'end')
await Promise.all(asked)
process.stdout.write(`${JSON.stringify(met satisfies GuestsMet)}\n`, () => process.exit())
