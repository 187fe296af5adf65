import { fail, ok } from '../model/index.ts'
import type { Result } from '../model/index.ts'
import { clientError, type ClientError } from './client-error.ts'
import { listen, type Listener } from './client-stream.ts'
import type {
  ApplyDocument,
  ConfirmDocument,
  ConnectionsDocument,
  DownDocument,
  EventsDocument,
  LineHistoryDocument,
  LineClientsDocument,
  LineReportDocument,
  LinesDocument,
  NewTokenDocument,
  NotifyDocument,
  NotifyTestDocument,
  OneLineDocument,
  ProbeDocument,
  ProblemDocument,
  StatusDocument,
  TokensDocument,
  TraceDocument,
  UndoDocument,
} from './contract.ts'
import { SOCKET_PATH_MAX_BYTES } from './socket-file.ts'

export type { Code } from './codes.ts'

export type { ClientError } from './client-error.ts'
export type { Listener } from './client-stream.ts'

export type Answer<Document> = Promise<Result<Document, ClientError>>

/** What one may ask a daemon. Trusts the shape of what it sends beyond `api` and `kind`. */
export interface Client {
  status(): Answer<StatusDocument>
  lines(): Answer<LinesDocument>
  line(name: string): Answer<OneLineDocument>
  /** @param host an address or a name, asked instead of the usual ones */
  probe(name: string, host?: string): Answer<ProbeDocument>
  events(question?: EventsQuestion): Answer<EventsDocument>
  /** What happens from now on, and how things are, until either side ends it. @returns ends it */
  follow(listener: Listener): () => void
  /** @param question the times in RFC 3339, and at most so many points */
  history(line: string, question: HistoryQuestion): Answer<LineHistoryDocument>
  /** @param month `2026-11` or `last`; left out: the one that goes on */
  report(line: string, month?: string): Answer<LineReportDocument>
  clients(line: string, month?: string): Answer<LineClientsDocument>
  trace(request: TraceRequest): Answer<TraceDocument>
  notify(): Answer<NotifyDocument>
  /** @param channel by name; absent: all */
  notifyTest(channel?: string): Answer<NotifyTestDocument>
  /** @param options `now`: open connections begin anew on other lines */
  drain(name: string, options: { force: boolean; now?: boolean }): Answer<OneLineDocument>
  undrain(name: string): Answer<OneLineDocument>
  weigh(name: string, weight: number): Answer<OneLineDocument>
  /** As the file says again. */
  unweigh(name: string): Answer<OneLineDocument>
  apply(options?: { confirmSeconds?: number }): Answer<ApplyDocument>
  confirm(): Answer<ConfirmDocument>
  undo(): Answer<UndoDocument>
  /** @param group a control group by its path below /sys/fs/cgroup: what it sends leaves by the line from now on */
  use(name: string, group: string): Answer<OneLineDocument>
  endUse(name: string, group: string): Answer<OneLineDocument>
  connections(question?: ConnectionsAsk): Answer<ConnectionsDocument>
  tokens(): Answer<TokensDocument>
  addToken(name: string, right: 'read' | 'change'): Answer<NewTokenDocument>
  removeToken(name: string): Answer<TokensDocument>
  down(options: { dryRun: boolean }): Answer<DownDocument>
}

export interface EventsQuestion {
  /** RFC 3339. With this, `until` or `limit`, and without `after`: of earlier runs too. */
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly line?: string | undefined
  /** An id: only what came later in this run. */
  readonly after?: number | undefined
  /** The newest so many. */
  readonly limit?: number | undefined
}

export interface HistoryQuestion {
  readonly from: string
  readonly to: string
  readonly points: number
}

export interface ConnectionsAsk {
  readonly line?: string | undefined
  readonly client?: string | undefined
  readonly limit?: number | undefined
}

/** `from` may be `me`, both may be names. */
export interface TraceRequest {
  readonly from: string
  readonly to: string
  readonly port?: number | undefined
  readonly protocol?: 'tcp' | 'udp' | undefined
}

export interface ClientOptions {
  /** For questions. Default 5 s. */
  readonly askTimeoutMs?: number
  /** For what changes the kernel, where a slow box may take long. Default 60 s. */
  readonly changeTimeoutMs?: number
}

const monthly = (what: 'report' | 'clients', line: string, month: string | undefined): string =>
  `/v1/lines/${encodeURIComponent(line)}/${what}${month === undefined ? '' : `?month=${encodeURIComponent(month)}`}`

export function createClient(socketPath: string, options: ClientOptions = {}): Client {
  const { askTimeoutMs = 5000, changeTimeoutMs = 60_000 } = options
  const get = <Document extends { kind: string }>(path: string, kind: Document['kind']) =>
    ask<Document>({ socketPath, method: 'GET', path, timeoutMs: askTimeoutMs }, kind)
  const post = <Document extends { kind: string }>(path: string, kind: Document['kind']) =>
    ask<Document>({ socketPath, method: 'POST', path, timeoutMs: changeTimeoutMs }, kind)
  const remove = <Document extends { kind: string }>(path: string, kind: Document['kind']) =>
    ask<Document>({ socketPath, method: 'DELETE', path, timeoutMs: askTimeoutMs }, kind)
  return {
    status: () => get<StatusDocument>('/v1/status', 'Status'),
    lines: () => get<LinesDocument>('/v1/lines', 'Lines'),
    line: (name) => get<OneLineDocument>(`/v1/lines/${encodeURIComponent(name)}`, 'Line'),
    probe: (name, host) => {
      const query = host === undefined ? '' : `?host=${encodeURIComponent(host)}`
      return post<ProbeDocument>(`/v1/lines/${encodeURIComponent(name)}/probe${query}`, 'Probe')
    },
    events: ({ since, until, line, after, limit } = {}) => {
      const query = new URLSearchParams({
        ...(since !== undefined && { since }),
        ...(until !== undefined && { until }),
        ...(line !== undefined && { line }),
        ...(after !== undefined && { after: String(after) }),
        ...(limit !== undefined && { limit: String(limit) }),
      })
      return get<EventsDocument>(`/v1/events?${query.toString()}`, 'Events')
    },
    follow: (listener) => listen(socketPath, listener),
    history: (line, { from, to, points }) => {
      const query = new URLSearchParams({ from, to, points: String(points) })
      const path = `/v1/lines/${encodeURIComponent(line)}/history?${query.toString()}`
      return get<LineHistoryDocument>(path, 'LineHistory')
    },
    report: (line, month) => get<LineReportDocument>(monthly('report', line, month), 'LineReport'),
    clients: (line, month) => get<LineClientsDocument>(monthly('clients', line, month), 'LineClients'),
    trace: ({ from, to, port, protocol }) => {
      const query = new URLSearchParams({
        from,
        to,
        ...(port !== undefined && { port: String(port) }),
        ...(protocol !== undefined && { protocol }),
      })
      return get<TraceDocument>(`/v1/trace?${query.toString()}`, 'Trace')
    },
    notify: () => get<NotifyDocument>('/v1/notify', 'Notify'),
    notifyTest: (channel) => {
      const query = channel === undefined ? '' : `?channel=${encodeURIComponent(channel)}`
      return post<NotifyTestDocument>(`/v1/notify/test${query}`, 'NotifyTest')
    },
    drain: (name, { force, now = false }) =>
      post<OneLineDocument>(`/v1/lines/${encodeURIComponent(name)}/drain?force=${force}&now=${now}`, 'Line'),
    undrain: (name) => post<OneLineDocument>(`/v1/lines/${encodeURIComponent(name)}/undrain`, 'Line'),
    weigh: (name, weight) =>
      post<OneLineDocument>(`/v1/lines/${encodeURIComponent(name)}/weight?weight=${weight}`, 'Line'),
    unweigh: (name) => remove<OneLineDocument>(`/v1/lines/${encodeURIComponent(name)}/weight`, 'Line'),
    apply: ({ confirmSeconds } = {}) =>
      post<ApplyDocument>(
        confirmSeconds === undefined ? '/v1/apply' : `/v1/apply?confirmSeconds=${confirmSeconds}`,
        'Apply',
      ),
    confirm: () => post<ConfirmDocument>('/v1/confirm', 'Confirm'),
    undo: () => post<UndoDocument>('/v1/undo', 'Undo'),
    use: (name, group) => post<OneLineDocument>(usePath(name, group), 'Line'),
    endUse: (name, group) => remove<OneLineDocument>(usePath(name, group), 'Line'),
    connections: ({ line, client, limit } = {}) => {
      const query = new URLSearchParams({
        ...(line !== undefined && { line }),
        ...(client !== undefined && { client }),
        ...(limit !== undefined && { limit: String(limit) }),
      })
      return get<ConnectionsDocument>(`/v1/connections?${query.toString()}`, 'Connections')
    },
    tokens: () => get<TokensDocument>('/v1/tokens', 'Tokens'),
    addToken: (name, right) =>
      post<NewTokenDocument>(`/v1/tokens/${encodeURIComponent(name)}?right=${right}`, 'NewToken'),
    removeToken: (name) => remove<TokensDocument>(`/v1/tokens/${encodeURIComponent(name)}`, 'Tokens'),
    down: ({ dryRun }) => post<DownDocument>(`/v1/down?dryRun=${dryRun}`, 'Down'),
  }
}

const usePath = (name: string, group: string): string =>
  `/v1/lines/${encodeURIComponent(name)}/use?group=${encodeURIComponent(group)}`

interface Question {
  readonly socketPath: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly timeoutMs: number
}

async function ask<Document>(question: Question, kind: string): Answer<Document> {
  const { socketPath } = question
  // libuv would silently connect to the shortened path
  if (Buffer.byteLength(socketPath) > SOCKET_PATH_MAX_BYTES) {
    return fail({
      is: 'not-reachable',
      socketPath,
      said: `the path is longer than ${SOCKET_PATH_MAX_BYTES} bytes`,
    })
  }
  const reply = await exchange(question)
  if (!reply.ok) return reply
  const { contentType, body } = reply.value
  const parsed = parse(body)
  if (contentType.startsWith('application/problem+json') && isProblem(parsed)) {
    return fail({ is: 'problem', problem: parsed })
  }
  // Our own daemon is trusted for the rest of the shape: the same contract made it.
  if (isOfKind(parsed, kind)) return ok(parsed as Document)
  return fail({
    is: 'not-understood',
    socketPath,
    what: `no v1 ${kind} document in answer to ${question.path}`,
  })
}

interface Reply {
  readonly contentType: string
  readonly body: string
}

function exchange({ socketPath, method, path, timeoutMs }: Question): Promise<Result<Reply, ClientError>> {
  // Not by `import`: that reads every export of the module, and one of them is all of a WebSocket client, 26 ms.
  const { request } = process.getBuiltinModule('node:http')
  return new Promise((resolve) => {
    const sent = request({
      socketPath,
      method,
      path,
      agent: false,
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(timeoutMs), // for the whole exchange, not only for silence
    })
    const failed = (error: Error) => resolve(fail(clientError(error, socketPath, timeoutMs)))
    sent.on('error', failed)
    sent.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', failed)
      response.on('end', () => {
        const contentType = response.headers['content-type'] ?? ''
        resolve(ok({ contentType, body: Buffer.concat(chunks).toString('utf8') }))
      })
    })
    sent.end()
  })
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const isProblem = (value: unknown): value is ProblemDocument =>
  isObject(value) && typeof value['code'] === 'string' && typeof value['detail'] === 'string'

const isOfKind = (value: unknown, kind: string): boolean =>
  isObject(value) && value['api'] === 'v1' && value['kind'] === kind
