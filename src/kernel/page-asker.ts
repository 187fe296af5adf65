/** One page over HTTP or HTTPS: was it the one that was asked who answered? */
import type { IncomingMessage } from 'node:http'
import { isIP, Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import { bracketed, PROBE_PORTS, type ProbePath } from '../model/index.ts'
import type { Asker, Tell, TargetOf } from './asker.ts'
import { refusalOf } from './bound-socket.ts'
import { connectBy } from './connect-by.ts'
import type { NameFinder } from './name-finder.ts'
import { whatEndedIt, whatIsWrong, type Falsehood } from './page-verdict.ts'

/**
 * Few lines are asked for a page, and the two modules take megabytes; an `import` of the first reads its WebSocket
 * client besides, 14 MB.
 */
const http = () => process.getBuiltinModule('node:http')
const tls = () => process.getBuiltinModule('node:tls')

type PageTarget = TargetOf<'http' | 'https'>

export function pageAsker(path: ProbePath, names: NameFinder): Asker<'http' | 'https'> {
  return {
    ask(target, tell) {
      const { host } = target
      const known = isIP(host) !== 0 ? host : names.known(host)
      if (known !== undefined) return fetchPage(path, known, target, tell, () => names.forget(host))
      let giveUp = names.find(host, ({ address }) => {
        if (address === undefined)
          return tell({ answered: false, why: `no resolver has an address for ${host}` })
        try {
          giveUp = fetchPage(path, address, target, tell, () => names.forget(host))
        } catch (cause) {
          tell(refusalOf(cause))
        }
      })
      return () => giveUp()
    },
    close() {},
  }
}

/** @param onFailure the address may be the reason. @returns gives it up. @throws {SystemError} */
function fetchPage(
  path: ProbePath,
  address: string,
  target: PageTarget,
  tell: Tell,
  onFailure: () => void,
): () => void {
  const { kind, port = PROBE_PORTS[kind] } = target
  const askedAtMs = performance.now()
  const fail = (why: string): void => {
    onFailure()
    tell({ answered: false, why })
  }
  const came = (wrong: Falsehood | undefined): void =>
    tell({
      answered: true,
      delayMs: performance.now() - askedAtMs,
      ...wrong,
    })
  let giveUp = connectBy(path, address, port, (outcome) => {
    if (outcome.is === 'refused') return fail('the connection was refused')
    if (outcome.is === 'failed') {
      onFailure()
      return tell(outcome.answer)
    }
    const connection = new Socket({ fd: outcome.fd })
    let isOver = false
    giveUp = () => {
      isOver = true
      connection.destroy()
    }
    const question = http().request({
      createConnection: () => (kind === 'http' ? connection : secured(connection, target.host)),
      path: target.path,
      headers: { host: hostHeader(target), 'user-agent': 'multihomed', accept: '*/*', connection: 'close' },
      maxHeaderSize: LONGEST_HEADER_BYTES,
    })
    question.on('error', (cause: NodeJS.ErrnoException) => {
      if (isOver) return // by us
      const wrong = whatEndedIt(cause.code ?? '')
      if (wrong === undefined) fail('the connection was broken off')
      else came(wrong)
    })
    question.on('response', (response) => {
      const begin = { status: response.statusCode ?? 0, location: response.headers.location }
      if (target.body === undefined) came(whatIsWrong(target, begin))
      else readBody(response, (body) => came(whatIsWrong(target, { ...begin, body })))
    })
    question.end()
  })
  return () => giveUp()
}

function secured(connection: Socket, host: string): Socket {
  // Its own, because making one reads all the certificates that are trusted.
  context ??= tls().createSecureContext()
  return tls().connect({
    socket: connection,
    host,
    secureContext: context,
    ALPNProtocols: ['http/1.1'],
    ...(isIP(host) !== 0 ? {} : { servername: host }),
  })
}
let context: SecureContext | undefined

const hostHeader = ({ kind, host, port = PROBE_PORTS[kind] }: PageTarget): string =>
  port === PROBE_PORTS[kind] ? bracketed(host) : `${bracketed(host)}:${port}`

/** What is longer is not read on, and whoever ends early has said all. */
function readBody(response: IncomingMessage, then: (body: string) => void): void {
  const pieces: Buffer[] = []
  let length = 0
  const end = (): void => then(Buffer.concat(pieces).toString())
  response.on('data', (piece: Buffer) => {
    pieces.push(piece)
    length += piece.length
    if (length >= LONGEST_BODY_BYTES) end()
  })
  response.on('end', end)
  response.on('error', end)
}

const LONGEST_HEADER_BYTES = 16_384
const LONGEST_BODY_BYTES = 65_536
