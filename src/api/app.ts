import { OpenAPIHono } from '@hono/zod-openapi'
import type { Control } from '../daemon/control.ts'
import { unreachable } from '../model/index.ts'
import type { ProblemDocument } from './contract.ts'
import {
  applyDocument,
  confirmDocument,
  undoDocument,
  downDocument,
  eventsDocument,
  linesDocument,
  oneLineDocument,
  probeDocument,
  statusDocument,
  traceDocument,
} from './documents.ts'
import {
  downFailedProblem,
  failedProblem,
  lastLineProblem,
  noSuchNameProblem,
  nothingToConfirmProblem,
  nothingToUndoProblem,
  pendingProblem,
  problem,
  refusedProblem,
  traceProblem,
  undoFailedProblem,
  unknownLineProblem,
  unsafeConfirmProblem,
  unsafeProblem,
  wishProblem,
} from './problems.ts'
import {
  applyRoute,
  confirmRoute,
  downRoute,
  drainRoute,
  endUseRoute,
  eventsRoute,
  linesRoute,
  oneLineRoute,
  probeRoute,
  statusRoute,
  traceRoute,
  undoRoute,
  undrainRoute,
  useRoute,
} from './routes.ts'

const PROBLEM = { 'content-type': 'application/problem+json' } as const

export interface AppOptions {
  readonly nowMs: () => number
  /** Told of every mistake of ours that a request met; the answer itself says no more than that there was one. */
  readonly onBug: (error: unknown) => void
}

/** The API as a function from request to response; `server.ts` puts it on a socket. */
export function createApp(control: Control, { nowMs, onBug }: AppOptions): OpenAPIHono {
  const app = new OpenAPIHono({
    defaultHook: (result, c) => {
      if (result.success) return undefined
      const where = result.error.issues[0]
      const detail = `${where?.path.join('.') ?? 'a parameter'}: ${where?.message ?? 'is wrong'}`
      return c.json(problem(400, 'MH707', detail), 400, PROBLEM)
    },
  })

  app.openapi(statusRoute, async (c) => c.json(statusDocument(await control.status(), nowMs()), 200))

  app.openapi(linesRoute, async (c) => c.json(linesDocument(await control.status(), nowMs()), 200))

  app.openapi(oneLineRoute, async (c) => {
    const { name } = c.req.valid('param')
    const status = await control.status()
    const line = status.lines.find((candidate) => candidate.name === name)
    if (line !== undefined) return c.json(oneLineDocument(status, line, nowMs()), 200)
    return c.json(unknownLineProblem(name, status.lines), 404, PROBLEM)
  })

  app.openapi(drainRoute, async (c) => {
    const { name } = c.req.valid('param')
    const force = c.req.valid('query').force === 'true'
    const outcome = await control.drain(name, { force })
    if (outcome.is === 'done') return c.json(oneLineDocument(outcome.status, outcome.line, nowMs()), 200)
    if (outcome.is === 'last-line') {
      return c.json(lastLineProblem(name, outcome.others, nowMs()), 409, PROBLEM)
    }
    const refused = wishProblem(name, outcome)
    return c.json(refused, refused.status, PROBLEM)
  })

  app.openapi(undrainRoute, async (c) => {
    const { name } = c.req.valid('param')
    const outcome = await control.undrain(name)
    if (outcome.is === 'done') return c.json(oneLineDocument(outcome.status, outcome.line, nowMs()), 200)
    const refused = wishProblem(name, outcome)
    return c.json(refused, refused.status, PROBLEM)
  })

  app.openapi(useRoute, async (c) => {
    const { name } = c.req.valid('param')
    const outcome = await control.hold(name, c.req.valid('query').group)
    if (outcome.is === 'done') return c.json(oneLineDocument(outcome.status, outcome.line, nowMs()), 200)
    if (outcome.is === 'unknown') return c.json(unknownLineProblem(name, outcome.lines), 404, PROBLEM)
    const detail = `nothing can be run over ${name}: ${outcome.trouble}`
    return c.json(problem(500, 'MH602', detail), 500, PROBLEM)
  })

  app.openapi(endUseRoute, async (c) => {
    const { name } = c.req.valid('param')
    await control.letGo(c.req.valid('query').group)
    const status = await control.status()
    const line = status.lines.find((candidate) => candidate.name === name)
    if (line === undefined) return c.json(unknownLineProblem(name, status.lines), 404, PROBLEM)
    return c.json(oneLineDocument(status, line, nowMs()), 200)
  })

  app.openapi(traceRoute, async (c) => {
    const { port, protocol, ...ends } = c.req.valid('query')
    const traced = await control.trace({
      ...ends,
      ...(port !== undefined && { port }),
      ...(protocol !== undefined && { protocol }),
    })
    if (traced.ok) return c.json(traceDocument(traced.value, nowMs()), 200)
    const answer = traceProblem(traced.error)
    return c.json(answer, answer.status, PROBLEM)
  })

  app.openapi(probeRoute, async (c) => {
    const { name } = c.req.valid('param')
    const outcome = await control.probe(name, c.req.valid('query').host)
    switch (outcome.is) {
      case 'done':
        return c.json(probeDocument(outcome, nowMs()), 200)
      case 'unknown':
        return c.json(unknownLineProblem(name, outcome.lines), 404, PROBLEM)
      case 'no-such-name':
        return c.json(noSuchNameProblem(outcome), 422, PROBLEM)
      default:
        return unreachable(outcome)
    }
  })

  app.openapi(eventsRoute, (c) => {
    const { since, line, after } = c.req.valid('query')
    const { run, entries } = control.events({
      ...(since !== undefined && { sinceMs: Date.parse(since) }),
      ...(line !== undefined && { line }),
      ...(after !== undefined && { afterId: after }),
    })
    return c.json(eventsDocument(run, entries, nowMs()), 200)
  })

  app.openapi(applyRoute, async (c) => {
    const { confirmSeconds } = c.req.valid('query')
    const outcome = await control.apply(
      confirmSeconds === undefined ? {} : { confirmMs: confirmSeconds * 1000 },
    )
    switch (outcome.is) {
      case 'applied':
      case 'undone':
        return c.json(applyDocument(outcome, nowMs()), 200)
      case 'pending':
        return c.json(pendingProblem(outcome.trial, nowMs()), 409, PROBLEM)
      case 'unsafe':
        return c.json(unsafeProblem(outcome.trouble), 500, PROBLEM)
      case 'refused':
        return c.json(refusedProblem(outcome), 422, PROBLEM)
      case 'failed':
        return c.json(failedProblem(outcome), 500, PROBLEM)
      default:
        return unreachable(outcome)
    }
  })

  app.openapi(confirmRoute, async (c) => {
    const outcome = await control.confirm()
    switch (outcome.is) {
      case 'confirmed':
        return c.json(confirmDocument(nowMs()), 200)
      case 'unsafe':
        return c.json(unsafeConfirmProblem(outcome, nowMs()), 500, PROBLEM)
      case 'nothing':
        return c.json(nothingToConfirmProblem(outcome, nowMs()), 409, PROBLEM)
      default:
        return unreachable(outcome)
    }
  })

  app.openapi(undoRoute, async (c) => {
    const outcome = await control.undo()
    switch (outcome.is) {
      case 'undone':
        return c.json(undoDocument(outcome.undo, nowMs()), 200)
      case 'nothing':
        return c.json(nothingToUndoProblem(), 409, PROBLEM)
      case 'failed':
        return c.json(undoFailedProblem(outcome.trouble), 500, PROBLEM)
      default:
        return unreachable(outcome)
    }
  })

  app.openapi(downRoute, async (c) => {
    const dryRun = c.req.valid('query').dryRun === 'true'
    const done = await control.down({ dryRun })
    return done.ok
      ? c.json(downDocument(done.value, nowMs()), 200)
      : c.json(downFailedProblem(done.error), 500, PROBLEM)
  })

  const openApi = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'multihomed',
      version: 'v1',
      description: 'The API of the daemon, on its Unix socket. Within v1 keys are only added.',
    },
  })
  app.get('/v1/openapi.json', (c) => c.json(openApi))

  // Registered last, so that they answer for what no route above took.
  for (const [path, allow] of allowedMethods(app)) {
    app.all(path, (c) => {
      const detail = `${c.req.method} is not possible on ${c.req.path}; possible: ${allow}`
      return c.json(problem(405, 'MH706', detail), 405, { ...PROBLEM, allow })
    })
  }
  app.notFound((c) => c.json(notFound(c.req.path), 404, PROBLEM))
  app.onError((error, c) => {
    onBug(error)
    const detail = 'something in multihomed itself went wrong; its log has the details'
    return c.json(problem(500, 'MH901', detail), 500, PROBLEM)
  })
  return app
}

function notFound(path: string): ProblemDocument {
  const version = /^\/(v\d+)(\/|$)/.exec(path)?.[1]
  return version === undefined || version === 'v1'
    ? problem(404, 'MH705', `there is nothing at ${path}`, { help: 'GET /v1/openapi.json names every path' })
    : problem(404, 'MH708', `this daemon speaks v1, not ${version}`)
}

/** GET answers HEAD too (RFC 9110, 9.3.2). */
function allowedMethods(app: OpenAPIHono): Map<string, string> {
  const allowed = new Map<string, string>()
  for (const { path, method } of app.routes) {
    allowed.set(path, method === 'GET' ? 'GET, HEAD' : method)
  }
  return allowed
}
