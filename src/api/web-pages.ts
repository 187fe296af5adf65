/**
 * The dashboard's files, as `scripts/build.ts` makes them. Read when somebody asks and not kept: a page is opened now
 * and then, and the daemon is there all the time.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { problem } from './problems.ts'
import { refusal, route, type Asked, type Reply, type Route } from './router.ts'

/** @param folder `dist/web` */
export const webRoutes = (folder: string): readonly Route[] => [
  route('GET', '/', {}, async (_, asked) => (await page(folder, asked)) ?? refusal(NOT_BUILT)),

  route(
    'GET',
    '/web/{name}',
    {},
    async ({ name }, asked) => (await asset(folder, name, asked)) ?? gone(name),
  ),
]

/**
 * These hold nothing of the box, so that a browser gets them without a token; the page asks for one when it needs it.
 * @param target of a request: path and query
 */
export const isOfDashboard = (target: string): boolean => /^\/(web\/[^/?]*)?(\?|$)/.test(target)

/** Nothing from elsewhere, nothing inline, in nobody's frame. */
const SAFE = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
} as const

async function page(folder: string, asked: Asked): Promise<Reply | undefined> {
  const found = await read(folder, 'index.html', asked)
  if (found === undefined) return undefined
  const etag = `"${createHash('sha256').update(found.body).digest('base64url').slice(0, 22)}"`
  const headers = { ...SAFE, ...found.headers, 'cache-control': 'no-cache', etag }
  const contentType = 'text/html; charset=utf-8'
  return asked.ifNoneMatch === etag
    ? { status: 304, contentType, body: Buffer.alloc(0), headers }
    : { status: 200, contentType, body: found.body, headers }
}

/** Its name has a hash of what is in it: another content has another name. */
async function asset(folder: string, name: string, asked: Asked): Promise<Reply | undefined> {
  const kind = /^[\w-]+\.(js|css)$/.exec(name)?.[1]
  const found = kind === undefined ? undefined : await read(folder, name, asked)
  if (found === undefined) return undefined
  const headers = { ...SAFE, ...found.headers, 'cache-control': 'public, max-age=31536000, immutable' }
  return {
    status: 200,
    contentType: `text/${kind === 'js' ? 'javascript' : 'css'}; charset=utf-8`,
    body: found.body,
    headers,
  }
}

/** Packed beside each file by the build, for those who take it so. */
async function read(
  folder: string,
  name: string,
  { acceptEncoding = '' }: Asked,
): Promise<{ readonly body: Buffer; readonly headers: Readonly<Record<string, string>> } | undefined> {
  const isPacked = /\bgzip\b/.test(acceptEncoding)
  try {
    const body = await readFile(join(folder, isPacked ? `${name}.gz` : name))
    return { body, headers: { vary: 'accept-encoding', ...(isPacked && { 'content-encoding': 'gzip' }) } }
  } catch {
    return undefined
  }
}

const NOT_BUILT = problem(404, 'MH723', 'the dashboard is not there: dist/web was not built', {
  help: './run build makes it; the API answers all the same, below /v1',
})

/** After an update an open page may ask for what the former version brought. */
const gone = (name: string): Reply =>
  refusal(
    problem(404, 'MH723', `there is no ${JSON.stringify(name)} in this version`, {
      help: 'load the page anew',
    }),
  )
