import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ApplySchema,
  BugReportSchema,
  CheckSchema,
  ConfigCheckSchema,
  ConfigSchema,
  ConfirmSchema,
  ConnectionsSchema,
  DoctorSchema,
  DownSchema,
  EventSchema,
  EventsSchema,
  FormerConfigsSchema,
  NotifySchema,
  NotifyTestSchema,
  LineHistorySchema,
  HealthSchema,
  LineClientsSchema,
  LineReportSchema,
  LinesSchema,
  NewTokenSchema,
  OneLineSchema,
  PlanSchema,
  ProbeSchema,
  ProblemSchema,
  StatusSchema,
  RightsSchema,
  TokensSchema,
  TraceSchema,
  UndoSchema,
  z,
} from './contract.ts'
import { refusalOf } from './access.ts'
import { appOf, routesTo, tokenRoutes } from './app.ts'
import { EventTally } from './event-tally.ts'
import { EventStream } from './event-stream.ts'
import { checkDocument, doctorDocument } from './documents.ts'
import { EXAMPLES, VALUES } from './examples.ts'
import { fakeControl } from './fake.ts'
import { asksForSecrets } from './router.ts'
import { ROUTES } from './routes.ts'

const SCHEMAS = {
  status: StatusSchema,
  lines: LinesSchema,
  line: OneLineSchema,
  plan: PlanSchema,
  apply: ApplySchema,
  tried: ApplySchema,
  config: ConfigSchema,
  formerConfigs: FormerConfigsSchema,
  configCheck: ConfigCheckSchema,
  changed: ProblemSchema,
  unwritable: ProblemSchema,
  confirm: ConfirmSchema,
  undo: UndoSchema,
  pending: ProblemSchema,
  tooLate: ProblemSchema,
  down: DownSchema,
  drained: OneLineSchema,
  probe: ProbeSchema,
  notify: NotifySchema,
  notifyTest: NotifyTestSchema,
  unknownChannel: ProblemSchema,
  events: EventsSchema,
  lineHistory: LineHistorySchema,
  lineClients: LineClientsSchema,
  lineReport: LineReportSchema,
  nothingRemembered: ProblemSchema,
  event: EventSchema,
  trace: TraceSchema,
  connections: ConnectionsSchema,
  tokens: TokensSchema,
  newToken: NewTokenSchema,
  rights: RightsSchema,
  health: HealthSchema,
  unhealthy: HealthSchema,
  noSuchName: ProblemSchema,
  unknownLine: ProblemSchema,
  lastLine: ProblemSchema,
  refused: ProblemSchema,
  refusedText: ProblemSchema,
} as const satisfies Record<keyof typeof EXAMPLES, unknown>

for (const [name, schema] of Object.entries(SCHEMAS)) {
  test(`the documented example of ${name} is what the contract says, with no key too many`, () => {
    const example = EXAMPLES[name as keyof typeof EXAMPLES] // the keys of SCHEMAS are those of EXAMPLES
    assert.deepEqual(schema.parse(example), example)
  })
}

const WATCHING = {
  line: 'fiber',
  families: ['ipv4'] as const,
  idleBytesPerMonth: 29,
  busyBytesPerMonth: 204,
  noticed: 'it is noticed',
}

test('check --json keeps the contract', () => {
  const problem = { code: 'MH203', severity: 'error', message: 'm', file: 'f', line: 9, column: 5 } as const
  const check = checkDocument(
    { ok: false, problems: [problem], notes: VALUES.status.notes, watching: [WATCHING], onlyFile: true },
    0,
  )
  assert.deepEqual(CheckSchema.parse(check), check)
  assert.deepEqual(check.problems[0]?.where, { file: 'f', line: 9, column: 5 })
})

test('doctor --json keeps the contract, and what is to fix stands first', () => {
  const problem = { code: 'MH203', severity: 'error', message: 'm', file: 'f', line: 9, column: 5 } as const
  const offline = { code: 'no-usable-line', severity: 'warning', text: 'offline' } as const
  const doctor = doctorDocument(
    {
      problems: [{ ...problem, severity: 'warning' }, problem],
      notes: [...VALUES.status.notes, offline],
      findings: [{ severity: 'ok', name: 'docker', text: 'Docker', help: 'h' }],
      unseen: ['nft tables'],
    },
    0,
  )
  assert.deepEqual(DoctorSchema.parse(doctor), doctor)
  assert.deepEqual(
    doctor.findings.map(({ severity, name }) => `${severity} ${name}`),
    [
      'fix file',
      'fix no-usable-line',
      'note file',
      ...VALUES.status.notes.map(({ code }) => `note ${code}`),
      'ok docker',
    ],
  )
  assert.deepEqual([doctor.toFix, doctor.notes], [2, 1 + VALUES.status.notes.length])
})

test('what bugreport prints fits its schema', () => {
  const report = {
    api: 'v1',
    kind: 'BugReport',
    time: '2026-11-23T06:41:24.253Z',
    file: 'report.txt',
    bytes: 27_000,
    sections: [{ name: 'doctor', lines: 71 }],
    missing: [],
    masked: { places: ['notify.channels.phone.url'], comments: 2, addresses: false },
  }
  assert.deepEqual(BugReportSchema.parse(report), report)
})

test('what is unknown is null, what does not apply is absent', () => {
  const [fiber, dsl] = EXAMPLES.status.lines
  assert.equal(dsl?.address, null)
  assert.equal(dsl?.newShareRatio, null)
  assert.equal(dsl?.downBitsPerSecond, null)
  assert.ok(fiber && !('why' in fiber))
  assert.ok(!('trouble' in EXAMPLES.status))
})

test('every key with a unit says so, and times are UTC', () => {
  assert.match(EXAMPLES.status.startedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.deepEqual(Object.keys(EXAMPLES.status).slice(0, 3), ['api', 'kind', 'time'])
})

const unexpected = (error: unknown): never => assert.fail(String(error))

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required?: boolean
}

interface Operation {
  readonly parameters?: readonly Parameter[]
  readonly responses: Record<string, unknown>
  readonly security?: readonly object[]
}

interface OpenApi {
  readonly openapi: string
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: {
    readonly schemas: Record<string, unknown>
    readonly securitySchemes?: Record<string, { readonly scheme: string }>
  }
}

const control = fakeControl()
const stream = new EventStream(control, { nowMs: Date.now, onBug: unexpected })
const routes = [
  ...routesTo(control, { stream, tally: new EventTally(control), nowMs: Date.now }),
  ...tokenRoutes(control, Date.now),
]
const app = appOf(routes, unexpected)

const described = await app({ method: 'GET', target: '/v1/openapi.json' })
assert.ok('document' in described)
const openApi = described.document as OpenApi // the tests below look at it
const operations = Object.entries(openApi.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method, path, ...operation })),
)

/** Of every route; the test after the next one looks at them. */
const OF_THE_DOOR: ReadonlySet<string> = new Set(['401', '403', '421'])

test('OpenAPI 3.1 is made from the same schemas: every route, every way to fail', () => {
  assert.equal(openApi.openapi, '3.1.0')
  assert.deepEqual(
    operations
      .map(({ method, path, responses }) => {
        const own = Object.keys(responses).filter((status) => !OF_THE_DOOR.has(status))
        return `${method} ${path} ${own.join()}`
      })
      .toSorted(),
    [
      'delete /v1/lines/{name}/use 200,400,404',
      'delete /v1/lines/{name}/weight 200,404,500',
      'delete /v1/tokens/{name} 200,404,500',
      'get /metrics 200',
      'get /v1/config 200',
      'get /v1/config/history 200',
      'get /v1/connections 200,400,404,500',
      'get /v1/events 200,400,404',
      'get /v1/events/stream 200,400',
      'get /v1/health 200,503',
      'get /v1/lines 200',
      'get /v1/lines/{name} 200,404',
      'get /v1/lines/{name}/clients 200,400,404,409',
      'get /v1/lines/{name}/history 200,400,404,409',
      'get /v1/lines/{name}/report 200,400,404,409',
      'get /v1/notify 200',
      'get /v1/plan 200,422',
      'get /v1/rights 200',
      'get /v1/status 200',
      'get /v1/tokens 200',
      'get /v1/trace 200,400,404,422,500',
      'post /v1/apply 200,400,409,422,500',
      'post /v1/config/apply 200,400,409,412,413,415,422,500',
      'post /v1/config/check 200,400,413,415',
      'post /v1/confirm 200,409,500',
      'post /v1/down 200,400,500',
      'post /v1/lines/{name}/drain 200,400,404,409,500',
      'post /v1/lines/{name}/probe 200,400,404,422',
      'post /v1/lines/{name}/undrain 200,404,500',
      'post /v1/lines/{name}/use 200,400,404,500',
      'post /v1/lines/{name}/weight 200,400,404,500',
      'post /v1/notify/test 200,404',
      'post /v1/tokens/{name} 200,400,409,500',
      'post /v1/undo 200,400,409,500',
    ],
  )
  for (const name of ['Status', 'LineState', 'Problem', 'Apply', 'Down']) {
    assert.ok(name in openApi.components.schemas, name)
  }
})

const API = { address: 'localhost', names: [] } as const
/** Each attack, or slip, with what the door answers; a token that may look is one of them. */
const VISITS = {
  welcome: { from: '127.0.0.1', headers: { host: 'localhost' } },
  elsewhere: { from: '192.0.2.7', headers: { host: 'localhost' } },
  rebound: { from: '127.0.0.1', headers: { host: 'evil.example' } },
  otherPage: { from: '127.0.0.1', headers: { host: 'localhost', origin: 'http://evil.example' } },
  looking: { from: '192.0.2.7', headers: { host: 'localhost', authorization: 'Bearer may-look' } },
}

test('who has only the description knows of tokens, and of every answer of the door', () => {
  assert.deepEqual(
    Object.values(openApi.components.securitySchemes ?? {}).map(({ scheme }) => scheme),
    ['bearer'],
  )
  for (const { method, path, responses, security } of operations) {
    const isSecret = asksForSecrets(routes, { target: path.replace('{name}', 'fiber') })
    const statuses = Object.values(VISITS).map(
      (visit) => refusalOf({ ...visit, method: method.toUpperCase(), isSecret }, API, () => 'read')?.status,
    )
    for (const status of statuses)
      if (status !== undefined) assert.ok(responses[status], `${method} ${path} ${status}`)
    if (path.startsWith('/v1/tokens')) continue
    const isFree = statuses[0] === undefined
    assert.deepEqual(security, isFree ? [{}, { token: [] }] : [{ token: [] }], `${method} ${path}`)
  }
})

test('every route is described with what it takes, and nothing else is', () => {
  const described = operations.map(({ method, path, parameters = [] }) =>
    [method.toUpperCase(), path, ...parameters.map(({ name }) => name)].join(' '),
  )
  const served = routes
    .filter(({ path }) => path !== '/v1/openapi.json')
    .map(({ method, path, query }) => {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      return [method, path, ...names, ...Object.keys(query)].join(' ')
    })
  assert.deepEqual(served.toSorted(), described.toSorted())
})

const TRIED = [
  'true',
  'yes',
  '0',
  '1',
  '3600',
  '3601',
  '65536',
  '-1',
  '1.5',
  'tcp',
  'a b',
  'a\nb',
  '../..',
  '2026-11-22',
  '2026-11-22T14:00:00+01:00',
  '2026-13-22T14:00:00Z',
  'multihome-use-4711',
  'multihome-use-/',
  '10.0.0.7',
  'a'.repeat(254),
  'a'.repeat(255),
]

test('the description of a parameter is what the route takes: who reads it sends nothing that is refused', async () => {
  for (const { method, path, request } of ROUTES) {
    const described = request?.query
    if (!(described instanceof z.ZodObject)) continue
    const good = Object.fromEntries(
      Object.entries(described.shape).flatMap(([name, schema]) => {
        const value = TRIED.find((text) => z.safeParse(schema, text).success)
        return z.safeParse(schema, undefined).success || value === undefined ? [] : [[name, value]]
      }),
    )
    for (const name of Object.keys(described.shape)) {
      for (const text of [undefined, ...TRIED]) {
        const { [name]: _, ...others } = good
        const query = text === undefined ? others : { ...others, [name]: text }
        const target = `${path.replace('{name}', 'fiber')}?${new URLSearchParams(query).toString()}`
        const { status } = await app({ method: method.toUpperCase(), target })
        const isGood: boolean = described.safeParse(query).success
        assert.equal(status !== 400, isGood, `${method} ${target}: ${status}`)
      }
    }
  }
})

const MEMBERS_TRIED = [
  undefined,
  null,
  true,
  '',
  'lan: {}',
  'a'.repeat(64),
  'A'.repeat(64),
  0,
  1,
  60,
  3600,
  3601,
  1.5,
  '60',
  [],
]

test('what comes along is described with what the route takes, and nothing more is taken', async () => {
  const takers = routes.filter(({ body }) => body !== undefined)
  const described = ROUTES.filter(({ request }) => request?.body !== undefined)
  assert.deepEqual(described.map(({ path }) => path).toSorted(), takers.map(({ path }) => path).toSorted())
  for (const { path, request } of described) {
    const { content } = request?.body ?? assert.fail()
    const json = content['application/json']
    const schema = json !== undefined && 'schema' in json ? json.schema : undefined
    if (!(schema instanceof z.ZodObject)) assert.fail(`${path} takes an object`)
    const names = Object.keys(schema.shape)
    assert.deepEqual(names, Object.keys(takers.find((taker) => taker.path === path)?.body ?? {}))
    const good = Object.entries(json ?? {}).find(([key]) => key === 'example')?.[1] as Record<string, unknown> // of the description
    for (const name of [...names, 'stranger']) {
      for (const value of MEMBERS_TRIED) {
        const { [name]: _, ...others } = good
        const given = value === undefined ? others : { ...others, [name]: value }
        const text = JSON.stringify(given)
        const { status } = await app({ method: 'POST', target: path, body: jsonBody(text) })
        assert.equal(status !== 400, schema.safeParse(given).success, `${path} ${text}: ${status}`)
      }
    }
  }
})

const jsonBody = (text: string) => ({ contentType: 'application/json', read: () => Promise.resolve(text) })
