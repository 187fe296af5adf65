import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressOf, refusalOf, type Visit } from './access.ts'

const TOKENS = { reader: 'read', owner: 'change' } as const
const API = { address: 'localhost', names: ['router.lan'] }

const rightOf = (token: string): 'read' | 'change' | undefined =>
  token === 'reader' || token === 'owner' ? TOKENS[token] : undefined

interface Row {
  readonly name: string
  readonly visit: Partial<Omit<Visit, 'headers'>> & { readonly headers?: Visit['headers'] }
  readonly tls?: true
  readonly refused?: string
}

const bearer = (token: string): Visit['headers'] => ({ authorization: `Bearer ${token}` })
const page = (origin: string): Visit['headers'] => ({ origin, ...bearer('owner') })

const ROWS: readonly Row[] = [
  { name: 'who is on the box may look', visit: {} },
  { name: 'HEAD looks too', visit: { method: 'HEAD' } },
  { name: 'who is on the box by IPv6 may look', visit: { from: '::1', headers: { host: '[::1]:8222' } } },
  { name: 'who is on the box by IPv4 in IPv6 may look', visit: { from: '::ffff:127.0.0.1' } },
  { name: 'a change needs a token, on the box too', visit: { method: 'POST' }, refused: '401 MH733' },
  { name: 'a change with a token', visit: { method: 'POST', headers: bearer('owner') } },
  { name: 'taking away is a change', visit: { method: 'DELETE', headers: bearer('reader') }, refused: '403 MH734' },
  { name: 'a method nobody knows is a change', visit: { method: 'BREW' }, refused: '401 MH733' },
  { name: 'a token that may look changes nothing', visit: { method: 'POST', headers: bearer('reader') }, refused: '403 MH734' },
  { name: 'a token that nobody gave out', visit: { method: 'POST', headers: bearer('guess') }, refused: '401 MH733' },
  { name: 'a wrong token is told even where none is needed', visit: { headers: bearer('guess') }, refused: '401 MH733' },
  { name: 'a password is no token', visit: { method: 'POST', headers: { authorization: 'Basic b3duZXI=' } }, refused: '401 MH733' },
  { name: 'the configuration may hold secrets: on the box too a token is needed', visit: { isSecret: true }, refused: '401 MH733' },
  { name: 'the configuration with a token that may only look', visit: { isSecret: true, headers: bearer('reader') }, refused: '403 MH734' },
  { name: 'the configuration with one that may change it', visit: { isSecret: true, headers: bearer('owner') } },
  { name: 'from elsewhere looking needs a token', visit: { from: '10.0.0.7' }, refused: '401 MH733' },
  { name: 'from elsewhere with one', visit: { from: '10.0.0.7', headers: bearer('reader') } },
  { name: 'through a proxy on the box one comes from elsewhere', visit: { headers: { 'x-forwarded-for': '10.0.0.7' } }, refused: '401 MH733' },
  { name: 'through a proxy that says so by RFC 7239', visit: { headers: { forwarded: 'for=10.0.0.7' } }, refused: '401 MH733' },
  { name: 'a page of the Internet that took the address of the box for its name (DNS rebinding)', visit: { headers: { host: 'evil.example:8222' } }, refused: '421 MH731' },
  { name: 'the same with a token that a browser keeps', visit: { method: 'POST', headers: { host: 'evil.example:8222', ...bearer('owner') } }, refused: '421 MH731' },
  { name: 'a name that only ends like one of ours', visit: { headers: { host: 'evil-router.lan' } }, refused: '421 MH731' },
  { name: 'a name that only begins like an address', visit: { headers: { host: '127.0.0.1.evil.example' } }, refused: '421 MH731' },
  { name: 'no name at all', visit: { headers: { host: undefined } }, refused: '421 MH731' },
  { name: 'a name of the file, in other letters and with the last dot', visit: { headers: { host: 'Router.LAN.:8222' } } },
  { name: 'an address', visit: { headers: { host: '10.0.0.1:8222' } } },
  { name: 'the dashboard itself, from elsewhere: it asks for a token when it needs one', visit: { from: '10.0.0.7', isPublic: true } },
  { name: 'the dashboard itself under the name of an attacker', visit: { isPublic: true, headers: { host: 'evil.example' } }, refused: '421 MH731' },
  { name: 'nothing is changed by way of it', visit: { method: 'POST', isPublic: true }, refused: '401 MH733' },
  { name: 'our own page', visit: { method: 'POST', headers: page('http://localhost:8222') } },
  { name: 'our own page behind a proxy that has the certificate', visit: { method: 'POST', headers: page('https://localhost:8222') } },
  { name: 'a page of another port of the box', visit: { method: 'POST', headers: page('http://localhost:3000') }, refused: '403 MH732' },
  { name: 'a page of elsewhere, which might know the token', visit: { method: 'POST', headers: page('https://evil.example') }, refused: '403 MH732' },
  { name: 'a page of elsewhere that only looks', visit: { headers: { origin: 'https://evil.example' } }, refused: '403 MH732' },
  { name: 'a page without an origin of its own (a file, a sandbox)', visit: { headers: { origin: 'null' } }, refused: '403 MH732' },
  { name: 'with TLS a page of plain HTTP is not ours', visit: { headers: page('http://localhost:8222') }, tls: true, refused: '403 MH732' },
] // prettier-ignore

for (const { name, visit, tls, refused } of ROWS)
  test(`${refused === undefined ? 'let in' : 'refused'}: ${name}`, () => {
    const whole = {
      method: 'GET',
      from: '127.0.0.1',
      ...visit,
      headers: { host: 'localhost:8222', ...visit.headers },
    }
    const api = tls === undefined ? API : { ...API, tls: { certificate: '/c', key: '/k' } }
    const problem = refusalOf(whole, api, rightOf)
    assert.equal(problem && `${problem.status} ${problem.code}`, refused)
    assert.doesNotMatch(JSON.stringify(problem ?? {}), /guess|owner|reader/, 'no answer repeats a token')
  })

test('the address is told as one types it', () => {
  assert.equal(addressOf({ address: 'localhost', port: 8222, names: [] }), 'http://localhost:8222')
  const tls = { certificate: '/c', key: '/k' }
  assert.equal(addressOf({ address: '2001:db8::1', port: 443, names: [], tls }), 'https://[2001:db8::1]:443')
})
