import type { ApplyOutcome, Control } from '../daemon/control.ts'
import { SLOTS, unreachable } from '../model/index.ts'
import {
  applyDocument,
  configCheckDocument,
  configDocument,
  confirmDocument,
  connectionsDocument,
  inFileOrder,
  downDocument,
  eventsDocument,
  formerConfigsDocument,
  linesDocument,
  newTokenDocument,
  notifyDocument,
  notifyTestDocument,
  oneLineDocument,
  probeDocument,
  daemonHealthDocument,
  rightsDocument,
  statusDocument,
  tokensDocument,
  traceDocument,
  undoDocument,
} from './documents.ts'
import { lineClientsDocument, lineHistoryDocument, lineReportDocument } from './past-documents.ts'
import * as read from './parameters.ts'
import {
  changedConfirmProblem,
  beyondProblem,
  changedProblem,
  downFailedProblem,
  failedProblem,
  lastLineProblem,
  noSuchNameProblem,
  onlyOnSocketProblem,
  nothingRememberedProblem,
  nothingToConfirmProblem,
  nothingToUndoProblem,
  pendingProblem,
  problem,
  refusedProblem,
  refusedTextProblem,
  tokenTakenProblem,
  tokensUnsavedProblem,
  traceProblem,
  undoFailedProblem,
  unknownChannelProblem,
  unknownLineProblem,
  unknownTokenProblem,
  unsafeConfirmProblem,
  unsafeProblem,
  unwritableConfirmProblem,
  unwritableProblem,
  unreadableProblem,
  wishProblem,
} from './problems.ts'
import type { EventStream } from './event-stream.ts'
import type { EventTally } from './event-tally.ts'
import type { App } from './http-door.ts'
import { METRICS_CONTENT_TYPE, metricsText } from './metrics.ts'
import { optionalMember, textMember, versionMember, wholeNumberMember } from './request-body.ts'
import { answer, follow, refusal, route, routeWithBody, type Reply, type Route } from './router.ts'

/**
 * Requests to replies; `http-door.ts` puts it behind a door.
 * @param onBug told of every mistake of ours that a request met; the answer itself says no more than that there was one
 */
export const appOf =
  (routes: readonly Route[], onBug: (error: unknown) => void): App =>
  async (asked) => {
    try {
      return await follow(routes, asked)
    } catch (error) {
      onBug(error)
      const detail = 'something in multihomed itself went wrong; its log has the details'
      return refusal(problem(500, 'MH901', detail))
    }
  }

const DAY_MS = 86_400_000

/** What every route does; how it is described: routes.ts. */
export const routesTo = (
  control: Control,
  {
    stream,
    tally,
    nowMs,
  }: { readonly stream: EventStream; readonly tally: EventTally; readonly nowMs: () => number },
): readonly Route[] => [
  route('GET', '/v1/status', {}, async () => answer(statusDocument(await control.status(), nowMs()))),

  route('GET', '/v1/lines', {}, async () => answer(linesDocument(await control.status(), nowMs()))),

  route('GET', '/v1/lines/{name}', {}, ({ name }) => oneLine(control, name, nowMs)),

  route(
    'POST',
    '/v1/lines/{name}/drain',
    { force: read.flag, now: read.flag },
    async ({ name, force, now }) => {
      const outcome = await control.drain(name, { force, now })
      if (outcome.is === 'done') return answer(oneLineDocument(outcome.status, outcome.line, nowMs()))
      return refusal(
        outcome.is === 'last-line' ? lastLineProblem(name, outcome, nowMs()) : wishProblem(name, outcome),
      )
    },
  ),

  route('POST', '/v1/lines/{name}/undrain', {}, async ({ name }) => {
    const outcome = await control.undrain(name)
    return outcome.is === 'done'
      ? answer(oneLineDocument(outcome.status, outcome.line, nowMs()))
      : refusal(wishProblem(name, outcome))
  }),

  route(
    'POST',
    '/v1/lines/{name}/weight',
    { weight: read.wholeNumber(1, SLOTS) },
    async ({ name, weight }) => {
      const outcome = await control.weigh(name, weight)
      return outcome.is === 'done'
        ? answer(oneLineDocument(outcome.status, outcome.line, nowMs()))
        : refusal(wishProblem(name, outcome))
    },
  ),

  route('DELETE', '/v1/lines/{name}/weight', {}, async ({ name }) => {
    const outcome = await control.weigh(name)
    return outcome.is === 'done'
      ? answer(oneLineDocument(outcome.status, outcome.line, nowMs()))
      : refusal(wishProblem(name, outcome))
  }),

  route('POST', '/v1/lines/{name}/use', { group: read.useGroup }, async ({ name, group }) => {
    const outcome = await control.hold(name, group)
    if (outcome.is === 'done') return answer(oneLineDocument(outcome.status, outcome.line, nowMs()))
    if (outcome.is === 'unknown') return refusal(unknownLineProblem(name, outcome.lines))
    return refusal(problem(500, 'MH602', `nothing can be run over ${name}: ${outcome.trouble}`))
  }),

  route('DELETE', '/v1/lines/{name}/use', { group: read.useGroup }, async ({ name, group }) => {
    await control.letGo(group)
    return oneLine(control, name, nowMs)
  }),

  route(
    'GET',
    '/v1/trace',
    {
      from: read.addressOrName,
      to: read.addressOrName,
      port: read.optional(read.wholeNumber(1, 65_535)),
      protocol: read.optional(read.oneOf('tcp', 'udp')),
      without: read.optional(read.anyText),
    },
    async ({ port, protocol, without, ...ends }) => {
      const traced = await control.trace({
        ...ends,
        ...(without !== undefined && { without: without.split(',') }),
        ...(port !== undefined && { port }),
        ...(protocol !== undefined && { protocol }),
      })
      return traced.ok ? answer(traceDocument(traced.value, nowMs())) : refusal(traceProblem(traced.error))
    },
  ),

  route('POST', '/v1/lines/{name}/probe', { host: read.optional(read.host) }, async ({ name, host }) => {
    const outcome = await control.probe(name, host)
    switch (outcome.is) {
      case 'done':
        return answer(probeDocument(outcome, nowMs()))
      case 'unknown':
        return refusal(unknownLineProblem(name, outcome.lines))
      case 'no-such-name':
        return refusal(noSuchNameProblem(outcome))
      default:
        return unreachable(outcome)
    }
  }),

  route(
    'GET',
    '/v1/lines/{name}/history',
    {
      from: read.optional(read.time),
      to: read.optional(read.time),
      points: read.optional(read.wholeNumber(1, 2000)),
    },
    async ({ name, from, to = nowMs(), points = 300 }) => {
      const question = { fromMs: from ?? to - DAY_MS, toMs: to, points }
      if (question.fromMs >= to) return refusal(problem(400, 'MH707', 'from: it must be before to'))
      const past = await control.pastOf(name, question)
      if (past.is === 'unknown') return refusal(unknownLineProblem(name, past.lines))
      if (past.is === 'nothing') return refusal(nothingRememberedProblem(past.why))
      return answer(lineHistoryDocument(name, question, past, nowMs()))
    },
  ),

  route('GET', '/v1/lines/{name}/report', { month: read.optional(read.month) }, async ({ name, month }) => {
    const told = await control.monthOf(name, month)
    if (told.is === 'unknown') return refusal(unknownLineProblem(name, told.lines))
    if (told.is === 'nothing') return refusal(nothingRememberedProblem(told.why))
    return answer(lineReportDocument(name, told, nowMs()))
  }),

  route('GET', '/v1/lines/{name}/clients', { month: read.optional(read.month) }, async ({ name, month }) => {
    const told = await control.clientsOf(name, month)
    if (told.is === 'unknown') return refusal(unknownLineProblem(name, told.lines))
    if (told.is === 'nothing') return refusal(nothingRememberedProblem(told.why))
    return answer(lineClientsDocument(name, told, nowMs()))
  }),

  route(
    'GET',
    '/v1/events',
    {
      since: read.optional(read.time),
      until: read.optional(read.time),
      line: read.optional(read.anyText),
      after: read.optional(read.wholeNumber(0)),
      limit: read.optional(read.wholeNumber(1, 5000)),
    },
    async ({ since, until, line, after, limit }) => {
      const question = {
        ...(since !== undefined && { sinceMs: since }),
        ...(until !== undefined && { untilMs: until }),
        ...(line !== undefined && { line }),
      }
      const isOfAllRuns = [since, until, limit].some((one) => one !== undefined)
      const happened =
        isOfAllRuns && after === undefined
          ? await control.pastEvents({ ...question, ...(limit !== undefined && { limit }) })
          : control.events({ ...question, ...(after !== undefined && { afterId: after }) })
      // One that left the file may have a past, and who follows has looked before.
      if (line !== undefined && after === undefined && happened.entries.length === 0) {
        const { lines } = await control.look()
        if (!lines.some(({ name }) => name === line)) return refusal(unknownLineProblem(line, lines))
      }
      return answer(eventsDocument(happened, nowMs()))
    },
  ),

  route('GET', '/v1/notify', {}, () => answer(notifyDocument(control.channels(), nowMs()))),

  route('POST', '/v1/notify/test', { channel: read.optional(read.anyText) }, async ({ channel }) => {
    const outcome = await control.testChannels(channel)
    return outcome.is === 'done'
      ? answer(notifyTestDocument(outcome.channels, nowMs()))
      : refusal(unknownChannelProblem(channel, outcome.channels))
  }),

  route(
    'GET',
    '/v1/connections',
    {
      line: read.optional(read.anyText),
      client: read.optional(read.address),
      limit: read.optional(read.wholeNumber(0, MOST_CONNECTIONS)),
      after: read.optional(read.anyText),
    },
    async ({ line, client, limit = USUAL_CONNECTIONS, after }) => {
      const { lines } = await control.look()
      if (line !== undefined && !lines.some(({ name }) => name === line)) return refusal(unknownLineProblem(line, lines)) // prettier-ignore
      const report = await control.connections({
        limit,
        ...(line !== undefined && { line }),
        ...(client !== undefined && { client }),
        ...(after !== undefined && { after }),
      })
      return report.ok
        ? answer(inFileOrder(connectionsDocument(report.value, nowMs()), lines.map(({ name }) => name))) // prettier-ignore
        : refusal(problem(500, 'MH590', `open connections cannot be read: ${report.error}`))
    },
  ),

  route(
    'GET',
    '/v1/events/stream',
    { only: read.optional(read.oneOf('events')) },
    ({ only }, { lastEventId }) => stream.reply({ onlyEvents: only === 'events', lastEventId }),
  ),

  route(
    'POST',
    '/v1/apply',
    { confirmSeconds: read.optional(read.wholeNumber(1, 3600)) },
    async ({ confirmSeconds }) => {
      const outcome = await control.apply(
        confirmSeconds === undefined ? {} : { confirmMs: confirmSeconds * 1000 },
      )
      return applied(outcome, nowMs())
    },
  ),

  {
    ...route('GET', '/v1/config', {}, async () =>
      answer(configDocument(await control.configReport(), nowMs())),
    ),
    isSecret: true,
  },

  {
    ...route('GET', '/v1/config/history', {}, () =>
      answer(formerConfigsDocument(control.formerConfigs(), nowMs())),
    ),
    isSecret: true,
  },

  {
    ...route('GET', '/v1/plan', {}, async () => {
      const { file, inFile } = await control.configReport()
      return inFile.ok
        ? answer(configCheckDocument(await control.checkText(inFile.value.text), nowMs()))
        : refusal(unreadableProblem(file, inFile.error))
    }),
    isSecret: true,
  },

  routeWithBody('/v1/config/check', { text: textMember }, async ({ text }) =>
    answer(configCheckDocument(await control.checkText(text), nowMs())),
  ),

  routeWithBody(
    '/v1/config/apply',
    {
      text: textMember,
      version: versionMember,
      confirmSeconds: optionalMember(wholeNumberMember(1, 3600)),
    },
    async ({ text, version, confirmSeconds }) => {
      const outcome = await control.applyText({
        text,
        version,
        ...(confirmSeconds !== undefined && { confirmMs: confirmSeconds * 1000 }),
      })
      switch (outcome.is) {
        case 'changed':
          return refusal(changedProblem())
        case 'beyond':
          return refusal(beyondProblem(outcome.what))
        case 'unwritable':
          return refusal(unwritableProblem(outcome))
        case 'refused':
          return refusal(refusedTextProblem(outcome))
        default:
          return applied(outcome, nowMs())
      }
    },
  ),

  route('POST', '/v1/confirm', {}, async () => {
    const outcome = await control.confirm()
    switch (outcome.is) {
      case 'confirmed':
        return answer(confirmDocument(nowMs()))
      case 'unsafe':
        return refusal(unsafeConfirmProblem(outcome, nowMs()))
      case 'changed':
        return refusal(changedConfirmProblem(outcome.trial, nowMs()))
      case 'unwritable':
        return refusal(unwritableConfirmProblem(outcome, nowMs()))
      case 'nothing':
        return refusal(nothingToConfirmProblem(outcome, nowMs()))
      default:
        return unreachable(outcome)
    }
  }),

  route('POST', '/v1/undo', { onlyTrial: read.flag }, async ({ onlyTrial }) => {
    const outcome = await control.undo({ onlyTrial })
    switch (outcome.is) {
      case 'undone':
        return answer(undoDocument(outcome.undo, nowMs()))
      case 'nothing':
        return refusal(nothingToUndoProblem(onlyTrial))
      case 'failed':
        return refusal(undoFailedProblem(outcome.trouble))
      default:
        return unreachable(outcome)
    }
  }),

  route('POST', '/v1/down', { dryRun: read.flag }, async ({ dryRun }) => {
    const done = await control.down({ dryRun })
    return done.ok ? answer(downDocument(done.value, nowMs())) : refusal(downFailedProblem(done.error))
  }),

  route('GET', '/metrics', {}, async () => ({
    status: 200,
    contentType: METRICS_CONTENT_TYPE,
    text: metricsText({ status: await control.status(), events: tally.counts }),
  })),

  route('GET', '/v1/rights', {}, (_, { right }) => answer(rightsDocument(right?.() ?? 'read', nowMs()))),

  route('GET', '/v1/health', {}, async () => {
    const seen = await control.look()
    const own = { memoryBytes: process.memoryUsage.rss(), cpu: process.cpuUsage() }
    return answer(daemonHealthDocument(seen, own, nowMs()), seen.matches ? 200 : 503)
  }),

  // Made when somebody asks: it needs all the schemas, which weigh more than the rest of the API.
  route('GET', '/v1/openapi.json', {}, async () => answer((await import('./routes.ts')).openApiDocument())),
]

function applied(outcome: ApplyOutcome, nowMs: number): Reply {
  switch (outcome.is) {
    case 'applied':
    case 'undone':
      return answer(applyDocument(outcome, nowMs))
    case 'pending':
      return refusal(pendingProblem(outcome.trial, nowMs))
    case 'unsafe':
      return refusal(unsafeProblem(outcome.trouble))
    case 'refused':
      return refusal(refusedProblem(outcome))
    case 'failed':
      return refusal(failedProblem(outcome))
    default:
      return unreachable(outcome)
  }
}

async function oneLine(control: Control, name: string, nowMs: () => number): Promise<Reply> {
  const status = await control.status()
  const line = status.lines.find((candidate) => candidate.name === name)
  return line === undefined
    ? refusal(unknownLineProblem(name, status.lines))
    : answer(oneLineDocument(status, line, nowMs()))
}

/** On one page; more is for programs, page by page. */
const USUAL_CONNECTIONS = 100
const MOST_CONNECTIONS = 1000

/** Only by the Unix socket: a token that could make others would outlive its being taken back. */
export const tokenRoutes = ({ tokens }: Pick<Control, 'tokens'>, nowMs: () => number): readonly Route[] => [
  route('GET', '/v1/tokens', {}, () => answer(tokensDocument(tokens.list(), nowMs()))),

  route('POST', '/v1/tokens/{name}', { right: read.oneOf('read', 'change') }, async ({ name, right }) => {
    if (!TOKEN_NAME.test(name)) return refusal(problem(400, 'MH707', 'name: it must be letters, digits, - and _, 32 at most')) // prettier-ignore
    const outcome = await tokens.add(name, right)
    switch (outcome.is) {
      case 'added':
        return answer(newTokenDocument(outcome.token, outcome.secret, nowMs()))
      case 'taken':
        return refusal(tokenTakenProblem(name))
      case 'unsaved':
        return refusal(tokensUnsavedProblem(`no token was made: ${outcome.trouble}`))
      default:
        return unreachable(outcome)
    }
  }),

  route('DELETE', '/v1/tokens/{name}', {}, async ({ name }) => {
    const outcome = await tokens.remove(name)
    switch (outcome.is) {
      case 'removed':
        return answer(tokensDocument(tokens.list(), nowMs()))
      case 'unknown':
        return refusal(unknownTokenProblem(name, outcome.names))
      case 'unsaved':
        return refusal(tokensUnsavedProblem(`${name} opens nothing until the next start of the daemon, and then it does again: ${outcome.trouble}`)) // prettier-ignore
      default:
        return unreachable(outcome)
    }
  }),
]

/** What tokens are answered by TCP, whoever asks. */
export const tokenRoutesByTcp: readonly Route[] = [
  route('GET', '/v1/tokens', {}, () => refusal(onlyOnSocketProblem())),
  route('POST', '/v1/tokens/{name}', {}, () => refusal(onlyOnSocketProblem())),
  route('DELETE', '/v1/tokens/{name}', {}, () => refusal(onlyOnSocketProblem())),
]

const TOKEN_NAME = /^[A-Za-z0-9_-]{1,32}$/
