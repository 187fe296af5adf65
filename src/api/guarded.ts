/** What a door adds to every route, for its description: who is let in is decided in access.ts. */
import type { OpenAPIRegistry, ResponseConfig, RouteConfig } from '@asteasolutions/zod-to-openapi'
import { ProblemSchema } from './contract.ts'

/** The name under which the description knows it. */
const TOKEN = 'token'

export const TOKEN_SCHEME: Parameters<OpenAPIRegistry['registerComponent']> = [
  'securitySchemes',
  TOKEN,
  {
    type: 'http',
    scheme: 'bearer',
    description:
      'By TCP, for whatever changes something, for the configuration, and for everything when one asks from another host or through a proxy. `multihome token add NAME` makes one, with --read one that may only look. On the Unix socket nobody needs one.',
  },
]

/** What may hold secrets. */
const SECRET: ReadonlySet<string> = new Set(['/v1/config', '/v1/config/history', '/v1/plan'])

/** A route as it is described: with the tokens it takes, and with what the door answers in its place. */
export function guarded(route: RouteConfig): RouteConfig {
  const isOfSocket = route.path.startsWith('/v1/tokens')
  const isFree = route.method === 'get' && !SECRET.has(route.path)
  const needsToken = { [TOKEN]: [] }
  const own = route.responses['403']
  const forbidden = isOfSocket ? FORBIDDEN.byTcp : isFree ? FORBIDDEN.looking : FORBIDDEN.changing
  return {
    ...route,
    security: isOfSocket ? [] : isFree ? [{}, needsToken] : [needsToken],
    responses: {
      ...route.responses,
      401: byTcp(isFree ? 'from another host, or through a proxy, without a token that is good' : 'without a token that is good'), // prettier-ignore
      403: own === undefined || '$ref' in own ? byTcp(forbidden) : { ...own, description: `${own.description}; by TCP also: ${forbidden}` }, // prettier-ignore
      421: byTcp('asked by a name that is not this box'),
    },
  }
}

const STRANGER = 'a page of another place asks'
const FORBIDDEN = {
  looking: STRANGER,
  changing: `the token may only look, or ${STRANGER}`,
  byTcp: 'always: tokens are made and taken back on the Unix socket alone',
}

const byTcp = (when: string): ResponseConfig => ({
  description: `by TCP: ${when}`,
  content: { 'application/problem+json': { schema: ProblemSchema } },
})
