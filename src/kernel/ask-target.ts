/** One question to one target by one way, for `probeOnce`; loads FFI. */
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { Socket } from 'node:net'
import { PROBE_PORTS, type ProbeAnswer, type ProbePath, type WitnessTarget } from '../model/index.ts'
import { openBoundSocket, refusalOf } from './bound-socket.ts'
import { openEchoSocket } from './echo-socket.ts'
import * as libc from './ffi.ts'

export function askTarget(path: ProbePath, target: WitnessTarget, timeoutMs: number): Promise<ProbeAnswer> {
  const { promise, resolve } = Promise.withResolvers<ProbeAnswer>()
  const startedAtMs = performance.now()
  const refused = (cause: unknown): void => resolve(refusalOf(cause))
  const give: Outcome = {
    answer: () => resolve({ answered: true, delayMs: performance.now() - startedAtMs }),
    refusal: refused,
    silence: (why) => resolve({ answered: false, why }),
  }
  let question: Question | undefined
  // Timers run before sockets are read: an answer that waits there has not been late, we have.
  const timer = setTimeout(() => setImmediate(give.silence, `no answer within ${timeoutMs} ms`), timeoutMs)
  try {
    question = ASK[target.kind](path, target, give)
  } catch (cause) {
    refused(cause)
  }
  return promise.finally(() => {
    clearTimeout(timer)
    question?.close()
  })
}

/** The first one counts. */
interface Outcome {
  readonly answer: () => void
  /** @param cause a refusal of the system */
  readonly refusal: (cause: unknown) => void
  readonly silence: (why: string) => void
}

interface Question {
  close(): void
}

type Ask = (path: ProbePath, target: WitnessTarget, give: Outcome) => Question

/** Padding of Ethernet anyway, and nobody guesses it or answers with one of an earlier question. */
const TOKEN_BYTES = 8

const askByEcho: Ask = (path, { address }, give) => {
  const token = randomBytes(TOKEN_BYTES)
  const socket = openEchoSocket(path, {
    onAnswer: ({ from, data }) => {
      if (from === address && data.equals(token)) give.answer()
    },
    onError: (cause) => give.refusal(cause),
  })
  try {
    socket.send(address, 1, token)
  } catch (cause) {
    give.refusal(cause)
  }
  return socket
}

/** Whether a connection is taken or refused: either way the target was reached and its word came back. */
const askByConnecting: Ask = (path, target, give) => {
  const fd = openBoundSocket(path, libc.SOCK.stream, libc.IPPROTO.tcp)
  // A router's "port unreachable" becomes the same ECONNREFUSED as the target's reset. With this option the
  // kernel keeps it, and a second descriptor lets us see it after Node has closed its own.
  const witness = keepErrors(fd)
  const socket = adoptTcp(fd)
  socket.once('connect', () => {
    give.answer()
    socket.resetAndDestroy() // nothing was to be said, and no state shall stay anywhere
  })
  socket.on('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ECONNREFUSED') give.refusal(cause)
    else if (hasIcmpError(witness)) give.silence('a router on the way refused it')
    else give.answer()
  })
  socket.connect({ host: target.address, port: portOf(target) })
  return {
    close: () => {
      socket.destroy()
      libc.close(witness)
    },
  }
}

/** @returns a second descriptor of the same socket. @throws {libc.SystemError} and the first is closed */
function keepErrors(fd: number): number {
  try {
    libc.setSocketOption(fd, libc.IPPROTO.ip, libc.IP_RECVERR, 1)
    return libc.duplicate(fd)
  } catch (cause) {
    libc.close(fd)
    throw cause
  }
}

function hasIcmpError(fd: number): boolean {
  try {
    libc.receive(fd, Buffer.alloc(1), libc.MSG.errqueue | libc.MSG.dontwait)
    return true
  } catch (cause) {
    if (cause instanceof libc.SystemError) return false
    throw cause
  }
}

function adoptTcp(fd: number): Socket {
  // Without `manualStart` Node would read from the socket before it is connected.
  const adopted: ConstructorParameters<typeof Socket>[0] & { manualStart: true } = { fd, manualStart: true }
  return new Socket(adopted)
}

/** One question that every resolver can answer: the name servers of the root. Any answer will do, a refusal too. */
const askResolver: Ask = (path, target, give) => {
  const fd = openBoundSocket(path, libc.SOCK.dgram, libc.IPPROTO.udp)
  const id = randomBytes(2)
  const socket = createSocket('udp4')
  socket.on('error', (cause) => give.refusal(cause))
  socket.on('message', (message, from) => {
    const isAnswer = message.length >= 12 && ((message[2] ?? 0) & 0x80) !== 0
    if (isAnswer && from.address === target.address && message.subarray(0, 2).equals(id)) give.answer()
  })
  socket.bind({ fd })
  socket.send(Buffer.concat([id, ROOT_NAME_SERVERS]), portOf(target), target.address, (error) => {
    if (error !== null) give.refusal(error)
  })
  return { close: () => socket.close() }
}

/** RFC 1035: recursion desired, one question, the root's (empty) name, type NS, class IN. */
const ROOT_NAME_SERVERS = Buffer.from('010000010000000000000000020001', 'hex')

const ASK: Readonly<Record<WitnessTarget['kind'], Ask>> = {
  icmp: askByEcho,
  tcp: askByConnecting,
  dns: askResolver,
}

/** An echo has no port and asks for none. */
const portOf = (target: WitnessTarget): number =>
  target.kind === 'icmp' ? 0 : (target.port ?? PROBE_PORTS[target.kind])
