/** Processes that make load. They live as long as the bench, so that no round pays for their start. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { printedLines } from '../../src/lab/printed-lines.ts'
import type { GuestsMet } from './api-guests-words.ts'
import { DIES_WITH_US } from '../../src/lab/run.ts'

export interface Worker<Order> extends Disposable {
  /** @throws {Error} when it ended, or gave no answer for 10 s */
  carryOut(order: Order): Promise<number>
}

export function startWorker<Order>(file: 'tcp-client.ts' | 'udp-sender.ts'): Worker<Order> {
  const { child, printed } = start(file, [])
  let answered = 0
  return {
    async carryOut(order) {
      child.stdin.write(`${JSON.stringify(order)}\n`)
      const answer = await printed.waitFor(/^[\d.]+$/, { after: answered })
      answered = printed.all.length
      return Number(answer)
    },
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  }
}

/** Resolves once it listens. */
export async function startTcpServer(namespace: string): Promise<Disposable> {
  const { child, printed } = start('tcp-server.ts', [namespace])
  await printed.waitFor(/listening/)
  return { [Symbol.dispose]: () => void child.kill('SIGKILL') }
}

export interface Guests extends Disposable {
  /** @returns what they met until now */
  leave(): Promise<GuestsMet>
}

export interface GuestsWish {
  /** Who listen to all that happens. */
  readonly streams: number
  readonly perSecond: number
  /** Asked in turn. */
  readonly paths: readonly string[]
}

/** Resolves once all listen. @param socket of the daemon */
export async function startGuests(
  socket: string,
  { streams, perSecond, paths }: GuestsWish,
): Promise<Guests> {
  const { child, printed } = start('api-guests.ts', [socket, String(streams), String(perSecond), ...paths])
  await printed.waitFor(/there/)
  return {
    async leave() {
      child.stdin.end()
      return JSON.parse(await printed.waitFor(/^\{/)) as GuestsMet
    },
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  }
}

// oxlint-disable-next-line typescript/explicit-function-return-type -- two things, both typed where they are made
function start(file: string, args: readonly string[]) {
  const [program, ...options] = [...DIES_WITH_US, process.execPath, join(import.meta.dirname, file), ...args]
  const child = spawn(program, options, { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.on('error', () => {}) // it ended; its missing answer tells
  return { child, printed: printedLines(child.stdout, file) }
}
