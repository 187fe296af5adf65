import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { follow, type Reply } from './router.ts'
import { isOfDashboard, webRoutes } from './web-pages.ts'

const folder = mkdtempSync(join(tmpdir(), 'multihomed-web-'))
after(() => rmSync(folder, { recursive: true }))
for (const name of ['index.html', 'main-AB12.js', 'style-CD34.css', 'secret.txt']) {
  writeFileSync(join(folder, name), `plain ${name}`)
  writeFileSync(join(folder, `${name}.gz`), `packed ${name}`)
}
const routes = webRoutes(folder)
const get = (target: string, more: object = {}): Promise<Reply> =>
  follow(routes, { method: 'GET', target, ...more })

const headersOf = (reply: Reply): Readonly<Record<string, string>> => {
  assert.ok('body' in reply, JSON.stringify(reply))
  return reply.headers
}

test('the page runs nothing and loads nothing but our own files, wherever it is shown', async () => {
  const policy = headersOf(await get('/'))['content-security-policy'] ?? ''
  for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"])
    assert.ok(policy.split('; ').includes(part), policy)
  assert.doesNotMatch(policy, /unsafe|\*/)
})

test('the page is asked for again and answered with nothing while it is the same; its files are kept for good', async () => {
  const first = headersOf(await get('/'))
  assert.equal(first['cache-control'], 'no-cache')
  const again = await get('/', { ifNoneMatch: first['etag'] })
  assert.ok('body' in again && again.status === 304 && again.body.length === 0)
  assert.equal((await get('/', { ifNoneMatch: '"older"' })).status, 200)
  assert.match(headersOf(await get('/web/main-AB12.js'))['cache-control'] ?? '', /immutable/)
})

const CONTENT = [
  { target: '/', type: 'text/html; charset=utf-8', body: 'plain index.html' },
  { target: '/web/main-AB12.js', type: 'text/javascript; charset=utf-8', body: 'plain main-AB12.js' },
  { target: '/web/style-CD34.css', type: 'text/css; charset=utf-8', body: 'plain style-CD34.css' },
]
for (const { target, type, body } of CONTENT)
  test(`${target} is what it is, packed only for those who say that they can read that`, async () => {
    const plain = await get(target)
    assert.ok('body' in plain)
    assert.deepEqual([plain.contentType, plain.body.toString()], [type, body])
    const packed = await get(target, { acceptEncoding: 'gzip, br' })
    assert.ok('body' in packed)
    assert.equal(packed.body.toString(), body.replace('plain', 'packed'))
    assert.equal(packed.headers['content-encoding'], 'gzip')
    assert.equal(packed.headers['vary'], 'accept-encoding')
  })

for (const target of [
  '/web/..%2Fsecret.txt',
  '/web/secret.txt',
  '/web/main-OLD.js',
  '/web/index.html',
  '/web/',
])
  test(`nothing else is given out: ${target}`, async () => {
    assert.equal((await get(target)).status, 404)
  })

test('without a build the page says what to do, and is no mistake of ours', async () => {
  const reply = await follow(webRoutes(join(folder, 'no')), { method: 'GET', target: '/' })
  assert.ok('document' in reply && reply.status === 404)
  assert.match(JSON.stringify(reply.document), /run build/)
})

for (const [target, isPublic] of [
  ['/', true],
  ['/?x', true],
  ['/web/main-AB12.js', true],
  ['/v1/status', false],
  ['/web/../v1/status', false],
  ['/metrics', false],
  ['//v1/status', false],
  ['', false],
] as const)
  test(`${target || 'nothing'} ${isPublic ? 'holds nothing of the box' : 'takes the right to look'}`, () => {
    assert.equal(isOfDashboard(target), isPublic)
  })
