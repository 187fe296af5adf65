/** How large a packet may be that passes by a line: echoes that nobody on the way may cut in pieces. Loads FFI. */
import { randomBytes, randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Family, PathMtu, ProbePath } from '../model/index.ts'
import { refusalOf } from './bound-socket.ts'
import { ECHO, echoRequest, openEchoSocket, readEchoReply, withoutIpHeader } from './echo-asker.ts'
import * as libc from './ffi.ts'
import { hear } from './hear.ts'
import { isSameHost, socketAddress } from './socket-address.ts'

/** IP and ICMP. */
const HEADER_BYTES = { ipv4: 28, ipv6: 48 } as const
/** What every path takes (RFC 8200; of IPv4 what everybody counts on). */
const LEAST_BYTES = { ipv4: 576, ipv6: 1280 } as const
/** Of what is in the way as a rule: PPPoE, tunnels, jumbo frames that end somewhere. */
const USUAL_BYTES = [
  8000, 4000, 2000, 1500, 1492, 1480, 1472, 1460, 1452, 1440, 1432, 1420, 1400, 1380, 1360, 1340, 1300, 1280,
  1200, 1000,
]
/** Between two usual sizes every one, if they are no more. */
const MOST_AT_ONCE = 24
const ROUND_MS = 700
const AGAIN_MS = 250
/** linux/in.h and linux/in6.h: routers may not cut it, and we heed what they say of it. */
const PMTUDISC_DO = 2

/**
 * Asks several hosts at once with the largest packet and a small one, and only when the large one is lost looks for
 * the size that passes: two kilobytes where all is well.
 * @param mostBytes what the interface takes
 */
export async function measurePathMtu(
  path: ProbePath,
  hosts: readonly string[],
  family: Family,
  mostBytes: number,
): Promise<PathMtu> {
  let asking: Asking
  try {
    asking = openAsking(path, family)
  } catch (cause) {
    return { is: 'unasked', why: refusalOf(cause).why }
  }
  try {
    const least = Math.min(LEAST_BYTES[family], mostBytes)
    const first = await asking.round(hosts, [mostBytes, least])
    if (first.refused !== undefined && first.passed.length === 0) return { is: 'unasked', why: first.refused }
    const heard = first.passed.toSorted((a, b) => b.bytes - a.bytes)[0]
    if (heard === undefined) return { is: 'silent' }
    if (heard.bytes >= mostBytes) return { is: 'passes', bytes: mostBytes, isTold: false }
    const usual = USUAL_BYTES.filter((bytes) => bytes > least && bytes < mostBytes)
    const second = await asking.round([heard.host], usual)
    const passed = Math.max(least, ...second.passed.map(({ bytes }) => bytes))
    const lost = Math.min(mostBytes, ...usual.filter((bytes) => bytes > passed))
    const third = await asking.round([heard.host], between(passed, lost))
    return {
      is: 'passes',
      bytes: Math.max(passed, ...third.passed.map(({ bytes }) => bytes)),
      isTold: first.isTold || second.isTold || third.isTold,
    }
  } finally {
    asking.close()
  }
}

/** Sizes between the two, all of them or evenly spread. */
function between(least: number, most: number): number[] {
  const count = Math.min(MOST_AT_ONCE, most - least - 1)
  return Array.from({ length: Math.max(0, count) }, (_, i) =>
    Math.round(least + ((i + 1) * (most - least)) / (count + 1)),
  )
}

interface Round {
  readonly passed: readonly { readonly host: string; readonly bytes: number }[]
  /** A router said that a size is too large, or did so before. */
  readonly isTold: boolean
  /** Why nothing could be sent. */
  readonly refused?: string
}

interface Asking {
  /** Every host with every size, twice; ends early when all have answered. */
  round(hosts: readonly string[], sizes: readonly number[]): Promise<Round>
  close(): void
}

function openAsking(path: ProbePath, family: Family): Asking {
  const fd = openEchoSocket(path, family)
  const [level, option] =
    family === 'ipv4' ? [libc.IPPROTO.ip, libc.IP_MTU_DISCOVER] : [libc.IPPROTO.ipv6, libc.IPV6_MTU_DISCOVER]
  const identifier = randomInt(0x1_0000)
  const token = randomBytes(8)
  const asked = new Map<number, { readonly host: string; readonly bytes: number; readonly to: Buffer }>()
  const passed = new Map<number, { readonly host: string; readonly bytes: number }>()
  let onPassed = (): void => {}
  let sequence = 0
  let hearing: { close(): void } | undefined
  try {
    libc.setSocketOption(fd, level, option, PMTUDISC_DO)
    hearing = hear(
      fd,
      (bytes, from) => {
        // Some answer a long question with a short answer: it has come through all the same.
        const answer = readEchoReply(family === 'ipv4' ? withoutIpHeader(bytes) : bytes, family)
        const question = answer && asked.get(answer.sequence)
        if (answer === undefined || question === undefined || !isSameHost(from, question.to)) return
        if (!answer.data.subarray(0, token.length).equals(token)) return
        passed.set(answer.sequence, question)
        onPassed()
      },
      () => hearing?.close(),
    )
  } catch (cause) {
    libc.close(fd)
    throw cause
  }
  return {
    async round(hosts, sizes) {
      const turn = hosts.flatMap((host) =>
        sizes.map((bytes) => {
          const question = { host, bytes, to: socketAddress(host, 0) }
          asked.set(++sequence, question)
          return { sequence, ...question }
        }),
      )
      let isTold = false
      let refused: string | undefined
      const send = (): void => {
        for (const { sequence: at, bytes, to } of turn) {
          if (passed.has(at)) continue
          const data = Buffer.alloc(bytes - HEADER_BYTES[family])
          data.set(token)
          try {
            libc.sendTo(fd, echoRequest(ECHO[family].request, identifier, at, data), to)
          } catch (cause) {
            if (cause instanceof libc.SystemError && cause.errno === libc.EMSGSIZE) isTold = true
            else refused = refusalOf(cause).why
          }
        }
      }
      const all = new AbortController()
      onPassed = () => (turn.every(({ sequence: at }) => passed.has(at)) ? all.abort() : undefined)
      send()
      const again = setTimeout(send, AGAIN_MS)
      await sleep(ROUND_MS, undefined, { signal: all.signal }).catch(() => undefined)
      clearTimeout(again)
      return {
        passed: turn.flatMap(({ sequence: at }) => passed.get(at) ?? []),
        isTold,
        ...(refused !== undefined && { refused }),
      }
    },
    close() {
      hearing?.close()
      libc.close(fd)
    },
  }
}
