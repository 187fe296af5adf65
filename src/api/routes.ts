/**
 * Every route with its documents, from which OpenAPI is made. What they do is in app.ts; a test holds the two against
 * each other. It loads zod: docs/decisions/0035.
 */
import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from '@asteasolutions/zod-to-openapi'
import { SLOTS, USE_GROUP, parseAddress } from '../model/index.ts'
import { EXAMPLES } from './examples.ts'
import { guarded, TOKEN_SCHEME } from './guarded.ts'
import { HOST, LONGEST_NAME } from './parameters.ts'
import {
  ApplySchema,
  ConfigCheckSchema,
  ConfigSchema,
  ConfigTextSchema,
  ConfigWishSchema,
  ConfirmSchema,
  ConnectionsSchema,
  DownSchema,
  EventsSchema,
  FormerConfigsSchema,
  LineHistorySchema,
  HealthSchema,
  LineClientsSchema,
  LineReportSchema,
  LinesSchema,
  NewTokenSchema,
  NotifySchema,
  NotifyTestSchema,
  OneLineSchema,
  ProbeSchema,
  ProblemSchema,
  StatusSchema,
  RightsSchema,
  TokensSchema,
  TraceSchema,
  UndoSchema,
  z,
} from './contract.ts'

const json = <Schema extends z.ZodType>(description: string, schema: Schema, example: unknown) => ({
  description,
  content: { 'application/json': { schema, example } },
})

const problemJson = (description: string, example?: unknown) => ({
  description,
  content: {
    'application/problem+json': { schema: ProblemSchema, ...(example !== undefined && { example }) },
  },
})

const body = <Schema extends z.ZodType>(schema: Schema, example: unknown) => ({
  required: true,
  content: { 'application/json': { schema, example } },
})

/** Of a request that brings something along. */
const unusableBody = {
  400: problemJson('what comes along is no JSON object, a member is wrong, or there is one too many'),
  413: problemJson('what comes along has more than a megabyte'),
  415: problemJson('what comes along is not application/json'),
}

const lineName = z.object({
  name: z.string().openapi({ param: { name: 'name', in: 'path' }, example: 'fiber' }),
})

const flag = (name: string, description: string) =>
  z
    .enum(['true', 'false'])
    .optional()
    .openapi({ param: { name, in: 'query' }, description })

const noSuchLine = problemJson('no line has this name; `help` names the nearest', EXAMPLES.unknownLine)

const useRequest = {
  params: lineName,
  query: z.object({
    group: z
      .string()
      .regex(USE_GROUP)
      .openapi({ param: { name: 'group', in: 'query' }, example: 'multihome-use-4711' }),
  }),
}

const query = (name: string, description: string) => ({ param: { name, in: 'query' as const }, description })

const moment = (name: string, description: string) =>
  z.iso.datetime({ offset: true }).optional().openapi(query(name, description))

export const ROUTES: readonly RouteConfig[] = [
  {
    method: 'get',
    path: '/v1/status',
    summary: 'The verdict, every line, and what the operator should know',
    responses: { 200: json('as it is now', StatusSchema, EXAMPLES.status) },
  },

  {
    method: 'get',
    path: '/v1/lines',
    summary: 'Every line, in the order of the configuration file',
    responses: { 200: json('as they are now', LinesSchema, EXAMPLES.lines) },
  },

  {
    method: 'get',
    path: '/v1/lines/{name}',
    summary: 'One line',
    request: { params: lineName },
    responses: {
      200: json('as it is now', OneLineSchema, EXAMPLES.line),
      404: noSuchLine,
    },
  },

  {
    method: 'post',
    path: '/v1/lines/{name}/drain',
    summary: 'No new connections on a line; open ones stay',
    description:
      'Holds until undrain, over restarts and reboots. When no other line works, a drained one is used all the same, unless it was drained with force.',
    request: {
      params: lineName,
      query: z.object({
        force: flag('force', 'true: also the last line that works'),
        now: flag('now', 'true: open connections begin anew on other lines'),
      }),
    },
    responses: {
      200: json('drained, as the line is now', OneLineSchema, EXAMPLES.drained),
      400: problemJson('force is neither true nor false'),
      404: noSuchLine,
      409: problemJson('no other line works; nothing was changed', EXAMPLES.lastLine),
      500: problemJson('the kernel said no; nothing was changed'),
    },
  },

  {
    method: 'post',
    path: '/v1/lines/{name}/undrain',
    summary: 'New connections on a drained line again',
    request: { params: lineName },
    responses: {
      200: json('as the line is now', OneLineSchema, EXAMPLES.line),
      404: noSuchLine,
      500: problemJson('the kernel said no; nothing was changed'),
    },
  },

  {
    method: 'post',
    path: '/v1/lines/{name}/weight',
    summary: 'Another weight than the file says',
    description:
      'On the scale of `weight` in the status. Holds over restarts and reboots, until it is taken back or the file says another weight for the line than it did.',
    request: {
      params: lineName,
      query: z.object({
        weight: z.coerce
          .number()
          .int()
          .min(1)
          .max(SLOTS)
          .openapi(query('weight', 'beside those of the others')),
      }),
    },
    responses: {
      200: json('as the line is now', OneLineSchema, EXAMPLES.line),
      400: problemJson('weight is no whole number from 1 to 240'),
      404: noSuchLine,
      500: problemJson('the kernel said no; nothing was changed'),
    },
  },

  {
    method: 'delete',
    path: '/v1/lines/{name}/weight',
    summary: 'The weight of the file again',
    request: { params: lineName },
    responses: {
      200: json('as the line is now', OneLineSchema, EXAMPLES.line),
      404: noSuchLine,
      500: problemJson('the kernel said no; nothing was changed'),
    },
  },

  {
    method: 'post',
    path: '/v1/lines/{name}/use',
    summary: 'What a control group of this box sends leaves by this line from now on',
    request: useRequest,
    responses: {
      200: json('the line', OneLineSchema, EXAMPLES.line),
      400: problemJson('no control group of `multihome use`'),
      404: noSuchLine,
      500: problemJson('the kernel refuses, or knows no control groups'),
    },
  },

  {
    method: 'delete',
    path: '/v1/lines/{name}/use',
    summary: 'Ends that, while the group is still there',
    request: useRequest,
    responses: {
      200: json('the line', OneLineSchema, EXAMPLES.line),
      400: problemJson('no control group of `multihome use`'),
      404: noSuchLine,
    },
  },

  {
    method: 'get',
    path: '/v1/trace',
    summary: 'Which way would a packet go, why, and what if that line were gone',
    request: {
      query: z.object({
        from: z
          .string()
          .min(1)
          .max(LONGEST_NAME)
          .openapi(query('from', 'an address or a name; me: this box')),
        to: z
          .string()
          .min(1)
          .max(LONGEST_NAME)
          .openapi(query('to', 'an address or a name; of several addresses the first')),
        port: z.coerce.number().int().min(1).max(65_535).optional().openapi(query('port', 'of `to`')),
        protocol: z.enum(['tcp', 'udp']).optional().openapi(query('protocol', 'of the port')),
        without: z
          .string()
          .optional()
          .openapi(query('without', 'names of lines with commas between: as if their cables were out')),
      }),
    },
    responses: {
      200: json('the way of the first packet of a connection', TraceSchema, EXAMPLES.trace),
      400: problemJson('from or to is missing, or a parameter is none'),
      404: noSuchLine,
      422: problemJson('a name that cannot be resolved, or two ends that cannot meet', EXAMPLES.noSuchName),
      500: problemJson('the kernel could not be asked'),
    },
  },

  {
    method: 'post',
    path: '/v1/lines/{name}/probe',
    summary: 'Ask over a line, now, in every way there is',
    description:
      'Sends some packets over the line, whatever its state. The answer takes as long as the slowest of them, four seconds at most.',
    request: {
      params: lineName,
      query: z.object({
        host: z
          .string()
          .max(LONGEST_NAME)
          .regex(HOST)
          .optional()
          .openapi(query('host', 'an IPv4 address or a name, asked instead of the usual ones')),
      }),
    },
    responses: {
      200: json('what was found out', ProbeSchema, EXAMPLES.probe),
      400: problemJson('host is neither an IPv4 address nor a name'),
      404: noSuchLine,
      422: problemJson('a name that cannot be resolved'),
    },
  },

  {
    method: 'get',
    path: '/v1/lines/{name}/history',
    summary: 'What a line did over a time, for a graph',
    description:
      'Ten seconds are remembered for a day, minutes for five weeks, hours for three years, and less where there is no room. Of what is there the finest is told that gives no more points than asked for.',
    request: {
      params: lineName,
      query: z.object({
        from: moment('from', 'RFC 3339; a day before `to` when left out'),
        to: moment('to', 'RFC 3339; now when left out'),
        points: z.coerce
          .number()
          .int()
          .min(1)
          .max(2000)
          .optional()
          .openapi(query('points', 'at most so many; 300 when left out')),
      }),
    },
    responses: {
      200: json('as far as it is remembered', LineHistorySchema, EXAMPLES.lineHistory),
      400: problemJson('a parameter is none, or from is not before to'),
      404: noSuchLine,
      409: problemJson('nothing is remembered', EXAMPLES.nothingRemembered),
    },
  },

  {
    method: 'get',
    path: '/v1/lines/{name}/report',
    summary: 'A month of a line: availability, outages, data, delay and loss',
    description:
      'Availability is of the time in which the daemon knew how the line is, and it says how long it did not. The month begins on the billingDay of the line.',
    request: {
      params: lineName,
      query: z.object({
        month: z
          .string()
          .regex(/^(last|\d{4}-(0[1-9]|1[0-2]))$/)
          .optional()
          .openapi(query('month', '2026-11, or last; the one that goes on when left out')),
      }),
    },
    responses: {
      200: json('as far as it is remembered', LineReportSchema, EXAMPLES.lineReport),
      400: problemJson('month is none'),
      404: noSuchLine,
      409: problemJson('nothing is remembered', EXAMPLES.nothingRemembered),
    },
  },

  {
    method: 'get',
    path: '/v1/lines/{name}/clients',
    summary: 'Who had how much of a line in a month',
    description: 'Empty unless the file says `history: { clients: true }`. The month is that of the report.',
    request: {
      params: lineName,
      query: z.object({
        month: z
          .string()
          .regex(/^(last|\d{4}-(0[1-9]|1[0-2]))$/)
          .optional()
          .openapi(query('month', '2026-11, or last; the one that goes on when left out')),
      }),
    },
    responses: {
      200: json('as far as it was counted', LineClientsSchema, EXAMPLES.lineClients),
      400: problemJson('month is none'),
      404: noSuchLine,
      409: problemJson('nothing is remembered', EXAMPLES.nothingRemembered),
    },
  },

  {
    method: 'get',
    path: '/v1/events',
    summary: 'What happened, and what followed from what',
    description:
      'Without since, until and limit: since the daemon started. With one of them: over restarts, as far as it is remembered. To follow: ask again with `after`, the last id of this run that was seen; after another `run` without.',
    request: {
      query: z.object({
        since: z.iso
          .datetime({ offset: true })
          .optional()
          .openapi(query('since', 'RFC 3339: only what happened then and later')),
        until: z.iso
          .datetime({ offset: true })
          .optional()
          .openapi(query('until', 'RFC 3339: only what happened then and earlier')),
        line: z.string().optional().openapi(query('line', 'only what happened to this line')),
        after: z.coerce
          .number()
          .int()
          .min(0)
          .optional()
          .openapi(query('after', 'only what has a higher id in this run')),
        limit: z.coerce
          .number()
          .int()
          .min(1)
          .max(5000)
          .optional()
          .openapi(query('limit', 'the newest so many; 5000 when left out')),
      }),
    },
    responses: {
      200: json('in the order in which it was noticed', EventsSchema, EXAMPLES.events),
      400: problemJson('a parameter is none'),
      404: problemJson('no line has this name, and nothing is known of one that had', EXAMPLES.unknownLine),
    },
  },

  {
    method: 'get',
    path: '/metrics',
    summary: 'For Prometheus: docs/metrics.md',
    responses: {
      200: { description: 'as it is now', content: { 'text/plain': { schema: z.string() } } },
    },
  },

  {
    method: 'get',
    path: '/v1/connections',
    summary: 'Open connections: how many each client has on each line, and one by one',
    request: {
      query: z.object({
        line: z.string().optional().openapi(query('line', 'only those on this line')),
        client: z
          .string()
          .refine((text) => parseAddress(text) !== undefined)
          .optional()
          .openapi(query('client', 'only those of this address')),
        limit: z.coerce
          .number()
          .int()
          .min(0)
          .max(1000)
          .optional()
          .openapi(query('limit', 'of `connections`; 100')),
        after: z.string().optional().openapi(query('after', '`next` of the page before')),
      }),
    },
    responses: {
      200: json('in the order of the clients', ConnectionsSchema, EXAMPLES.connections),
      400: problemJson('a parameter is none'),
      404: noSuchLine,
      500: problemJson('they cannot be read'),
    },
  },

  {
    method: 'get',
    path: '/v1/events/stream',
    summary: 'What happens, as it happens, and how things are every second and whenever something changes',
    description:
      'Server-sent events: `event` with an Event document and the id `RUN/ID`, `status` with a Status document, `alive` every 15 s. Who comes back with `Last-Event-ID` gets first what it missed, also over a restart of the daemon.',
    request: {
      query: z.object({
        only: z.enum(['events']).optional().openapi(query('only', 'events: without `status`')),
      }),
    },
    responses: {
      200: {
        description: 'until one of the two ends it',
        content: { 'text/event-stream': { schema: z.string() } },
      },
      400: problemJson('a parameter is none'),
    },
  },

  {
    method: 'get',
    path: '/v1/rights',
    summary: 'What whoever asks may do, so that a page offers nothing that would be refused',
    responses: { 200: json('to look, or to change things too', RightsSchema, EXAMPLES.rights) },
  },

  {
    method: 'get',
    path: '/v1/health',
    summary: 'Is the daemon well? For whoever watches it',
    description: 'It asks the kernel nothing, so that it may be asked often. How the lines are: /v1/status.',
    responses: {
      200: json('the kernel is as the configuration wishes', HealthSchema, EXAMPLES.health),
      503: { ...json('it is not, and why', HealthSchema, EXAMPLES.unhealthy) },
    },
  },

  {
    method: 'get',
    path: '/v1/tokens',
    summary: 'Who may ask by TCP; only on the Unix socket',
    responses: {
      200: json('without their secrets, which nobody knows any more', TokensSchema, EXAMPLES.tokens),
    },
  },

  {
    method: 'post',
    path: '/v1/tokens/{name}',
    summary: 'A new token; only on the Unix socket',
    request: {
      params: lineName,
      query: z.object({
        right: z.enum(['read', 'change']).openapi(query('right', 'what its bearer may do')),
      }),
    },
    responses: {
      200: json('its secret, told this once', NewTokenSchema, EXAMPLES.newToken),
      400: problemJson('a name with other signs, or no such right'),
      409: problemJson('there is one of this name'),
      500: problemJson('it cannot be written down'),
    },
  },

  {
    method: 'delete',
    path: '/v1/tokens/{name}',
    summary: 'Takes a token back; only on the Unix socket',
    request: { params: lineName },
    responses: {
      200: json('those that are left', TokensSchema, EXAMPLES.tokens),
      404: problemJson('there is none of this name'),
      500: problemJson('it cannot be written down'),
    },
  },

  {
    method: 'get',
    path: '/v1/notify',
    summary: 'Where messages are sent, and what became of the last one',
    responses: { 200: json('every channel', NotifySchema, EXAMPLES.notify) },
  },

  {
    method: 'post',
    path: '/v1/notify/test',
    summary: 'Send a message to try a channel, or all of them',
    description: 'It is sent at once, whatever the limits and the hour; the answer takes as long as theirs.',
    request: {
      query: z.object({
        channel: z.string().optional().openapi(query('channel', 'by name; left out: all')),
      }),
    },
    responses: {
      200: json('what came of it', NotifyTestSchema, EXAMPLES.notifyTest),
      404: problemJson('no channel has this name, or there is none', EXAMPLES.unknownChannel),
    },
  },

  {
    method: 'post',
    path: '/v1/apply',
    summary: 'Read the configuration file again and apply it',
    description:
      'With confirmSeconds the Internet is asked over every line before and after: lines that are worse than before undo it at once (`undone`), and so does the time, unless it is confirmed (`trial`). Then the answer takes some seconds.',
    request: {
      query: z.object({
        confirmSeconds: z.coerce
          .number()
          .int()
          .min(1)
          .max(3600)
          .optional()
          .openapi({
            param: { name: 'confirmSeconds', in: 'query' },
            description: 'undone after this time unless confirmed',
          }),
      }),
    },
    responses: {
      200: json('applied, or undone at once', ApplySchema, EXAMPLES.tried),
      400: problemJson('confirmSeconds is no whole number from 1 to 3600'),
      409: problemJson('the last change waits to be confirmed; nothing was changed', EXAMPLES.pending),
      422: problemJson('the file is refused, nothing was changed', EXAMPLES.refused),
      500: problemJson('a step failed, everything was rolled back'),
    },
  },

  {
    method: 'get',
    path: '/v1/config',
    summary: 'What the configuration file holds, and whether that runs',
    description: 'It may hold secrets: by TCP it takes a token that may change something.',
    responses: { 200: json('as it is now', ConfigSchema, EXAMPLES.config) },
  },

  {
    method: 'get',
    path: '/v1/config/history',
    summary: 'Former configurations',
    description: 'They may hold secrets: by TCP it takes a token that may change something.',
    responses: { 200: json('as many as are kept', FormerConfigsSchema, EXAMPLES.formerConfigs) },
  },

  {
    method: 'get',
    path: '/v1/plan',
    summary: 'Is the file right, and what would apply change?',
    description:
      'Of what stands in the file now; for another text: /v1/config/check. It quotes the file, which may hold secrets: by TCP it takes a token that may change something.',
    responses: {
      200: json('right or wrong', ConfigCheckSchema, EXAMPLES.configCheck),
      422: problemJson('the file cannot be read'),
    },
  },

  {
    method: 'post',
    path: '/v1/config/check',
    summary: 'Is this text right, and what would it change?',
    description: 'Touches nothing: neither the file nor the box.',
    request: { body: body(ConfigTextSchema, { text: EXAMPLES.config.text }) },
    responses: {
      200: json('right or wrong', ConfigCheckSchema, EXAMPLES.configCheck),
      ...unusableBody,
    },
  },

  {
    method: 'post',
    path: '/v1/config/apply',
    summary: 'Make this text the configuration, and the file',
    description:
      'With confirmSeconds it runs on trial as with /v1/apply, and the file is written when it is confirmed; undone, the file is as it was, and the text is kept in /v1/config/history.',
    request: {
      body: body(ConfigWishSchema, {
        text: EXAMPLES.config.text,
        version: EXAMPLES.config.version,
        confirmSeconds: 60,
      }),
    },
    responses: {
      200: json('applied, or undone at once', ApplySchema, EXAMPLES.tried),
      ...unusableBody,
      403: problemJson('it names a program or a file for the first time; nothing was changed'),
      409: problemJson('a change waits to be confirmed, or the file cannot be written; nothing was changed', EXAMPLES.unwritable), // prettier-ignore
      412: problemJson('the file is another one by now; nothing was changed', EXAMPLES.changed),
      422: problemJson('the text is refused, nothing was changed', EXAMPLES.refusedText),
      500: problemJson('a step failed, everything was rolled back'),
    },
  },

  {
    method: 'post',
    path: '/v1/confirm',
    summary: 'Keep the last change',
    description: 'What came by /v1/config/apply is written to the file now.',
    responses: {
      200: json('kept', ConfirmSchema, EXAMPLES.confirm),
      409: problemJson('nothing waits to be confirmed, or it was undone, or the file is another one by now', EXAMPLES.tooLate), // prettier-ignore
      500: problemJson('it cannot be written down that it stays; the time goes on'),
    },
  },

  {
    method: 'post',
    path: '/v1/undo',
    summary: 'The former configuration again',
    description:
      'Undoes the change that waits to be confirmed; without one it goes back by one accepted configuration. The file is not written.',
    request: {
      query: z.object({
        onlyTrial: flag('onlyTrial', 'true: nothing, should the change not wait any more'),
      }),
    },
    responses: {
      200: json('undone, and read back from the kernel', UndoSchema, EXAMPLES.undo),
      400: problemJson('onlyTrial is neither true nor false'),
      409: problemJson('there is nothing to go back to'),
      500: problemJson('the kernel said no; it is tried again and again'),
    },
  },

  {
    method: 'post',
    path: '/v1/down',
    summary: 'Take everything of ours away and end the daemon',
    request: {
      query: z.object({ dryRun: flag('dryRun', 'true: only tell what would be done') }),
    },
    responses: {
      200: json('done, or told', DownSchema, EXAMPLES.down),
      400: problemJson('dryRun is neither true nor false'),
      500: problemJson('not everything could be taken away; the daemon stays'),
    },
  },
]

/** OpenAPI 3.1 */
export function openApiDocument(): object {
  const registry = new OpenAPIRegistry()
  registry.registerComponent(...TOKEN_SCHEME)
  for (const route of ROUTES) registry.registerPath(guarded(route))
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'multihomed',
      version: 'v1',
      description:
        'The API of the daemon. On its Unix socket, where who may open the file may do everything; and by TCP, where who is on the box may look, and all else takes a token. Within v1 keys are only added.',
    },
  })
}
