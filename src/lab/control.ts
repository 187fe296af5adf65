/**
 * A running lab can be asked from other terminals: one question and one answer as lines of JSON over a Unix socket.
 * Both ends are in this file.
 */
import { once } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { Socket } from 'node:net'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { FAULTS, stateInWords } from './fault.ts'
import type { Fault } from './fault.ts'
import type { Lab } from './lab.ts'
import { lineNote } from './line-note.ts'
import type { ShownDoor } from './shown-door.ts'

export type Question =
  | { readonly do: 'status' | 'down' }
  | { readonly do: 'cut' | 'blackhole' | 'restore'; readonly line: string }
  | { readonly do: 'fault'; readonly line: string; readonly fault: Fault }

export type Answer =
  | { readonly ok: true; readonly lab: LabPicture; readonly note?: string }
  | { readonly ok: false; readonly message: string }

export interface LabPicture {
  /** The process that owns the lab and its namespaces. */
  readonly pid: number
  /** Its address; absent: there is none. */
  readonly dashboard?: string
  /** What is other than usual about it. */
  readonly dashboardNote?: string
  /** Whether somebody answers on the router. */
  readonly daemonAnswers: boolean
  /** Hosts with the names `ip netns` knows them by. */
  readonly hosts: Readonly<Record<string, string>>
  readonly lines: readonly {
    readonly name: string
    readonly device: string
    readonly address: string
    /** In words; `connected` where nothing is wrong. */
    readonly state: string
  }[]
  /** For the program on the router. */
  readonly env: Readonly<Record<string, string>>
}

/** @returns its end; `undefined`: it cannot be reached, because another lab answers there already */
export async function serveControl(
  lab: Lab,
  socketPath: string,
  { door, takeDown }: { readonly door: Pick<ShownDoor, 'url' | 'note'>; readonly takeDown: () => void },
): Promise<Disposable | undefined> {
  if ((await askLab(socketPath, { do: 'status' })) !== undefined) return undefined
  rmSync(socketPath, { force: true }) // left by one that was killed
  // Asked for now: when the lab goes it has hosts no more, and is still to answer who is asked to wait for.
  const hosts = Object.fromEntries(lab.topology.hosts.map((host) => [host, lab.host(host).name]))

  /** @returns what is to be said besides */
  async function carryOut(question: Question): Promise<string | undefined> {
    switch (question.do) {
      case 'status':
        return undefined
      case 'down':
        takeDown()
        return undefined
      case 'cut':
      case 'blackhole':
      case 'restore': {
        const before = faultsOf(lab, question.line).map(({ kind }) => kind)
        await lab[question.do](question.line)
        return lineNote(question.do, question.line, before)
      }
      case 'fault':
        await lab.inflict(question.line, question.fault)
        return `${question.line}: ${FAULTS[question.fault.kind].does}.`
      default:
        throw new Error(`a running lab cannot ${JSON.stringify(question)}`)
    }
  }

  async function answerTo(line: string): Promise<Answer> {
    try {
      const note = await carryOut(JSON.parse(line) as Question)
      return { ok: true, lab: await pictureOf(lab, hosts, door), ...(note !== undefined && { note }) }
    } catch (error) {
      return { ok: false, message: error instanceof Error ? error.message : String(error) }
    }
  }

  const server = createServer((socket: Socket) => {
    socket.on('error', () => {}) // the asker went away
    const lines = createInterface({ input: socket })
    lines.on('error', () => {}) // the socket's, once more
    lines.once('line', (line) => {
      void answerTo(line).then((answer) => socket.end(`${JSON.stringify(answer)}\n`))
    })
  })
  server.unref()
  // Once more, and at once before it is used: a lab that ends just now removes it.
  mkdirSync(dirname(socketPath), { recursive: true, mode: 0o700 })
  server.listen(socketPath)
  await once(server, 'listening')
  const forget = (): void => rmSync(socketPath, { force: true })
  process.prependListener('exit', forget) // whoever read us has gone, and nothing is disposed of any more
  return {
    [Symbol.dispose]: () => {
      process.off('exit', forget)
      server.close() // with its socket file
    },
  }
}

/** @returns `undefined` when no lab is there */
export async function askLab(socketPath: string, question: Question): Promise<Answer | undefined> {
  const socket = connect(socketPath)
  try {
    await once(socket, 'connect')
    socket.write(`${JSON.stringify(question)}\n`)
    let text = ''
    for await (const piece of socket.setEncoding('utf8')) text += piece
    return JSON.parse(text) as Answer
  } catch {
    return undefined // nobody listens, or it went away while it answered
  } finally {
    socket.destroy()
  }
}

/** Whoever started it: one that died may have been started anew by hand. */
async function answers(socketPath: string): Promise<boolean> {
  const socket = connect(socketPath)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

const faultsOf = (lab: Lab, line: string): Fault[] => lab.inflicted(line).map(({ fault }) => fault)

async function pictureOf(
  lab: Lab,
  hosts: LabPicture['hosts'],
  { url, note }: Pick<ShownDoor, 'url' | 'note'>,
): Promise<LabPicture> {
  return {
    pid: process.pid,
    ...(url !== undefined && { dashboard: url }),
    ...(note !== undefined && { dashboardNote: note }),
    daemonAnswers: await answers(lab.daemonPaths.socket),
    hosts,
    lines: lab.topology.lines.map(({ name, device, address }) => ({
      name,
      device,
      address,
      state: stateInWords(faultsOf(lab, name)),
    })),
    env: lab.commandEnvironment,
  }
}
