import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TargetOf } from './asker.ts'
import { whatEndedIt, whatIsWrong, type Page } from './page-verdict.ts'

type Row = [
  wanted: Partial<TargetOf<'http' | 'https'>>,
  page: Partial<Page>,
  wrong: string | undefined,
  portal?: true,
]

const ROWS: Readonly<Record<string, Row>> = {
  'any page will do': [{}, { status: 200 }, undefined],
  'an error of the right server is an answer too': [{}, { status: 503 }, undefined],
  'a login page elsewhere is not the target': [
    {},
    redirect('http://login.isp.example/?u=1'),
    'a redirect to login.isp.example',
    true,
  ],
  'nor is one that is named by its address': [
    {},
    redirect('http://10.0.0.1/'),
    'a redirect to 10.0.0.1',
    true,
  ],
  'from HTTP to HTTPS of the same host': [{}, redirect('https://example.com/'), undefined],
  'to another page of the same host': [{}, redirect('/there'), undefined],
  'with and without www': [{}, redirect('https://www.example.com/'), undefined],
  'whatever the letters of the name': [{ host: 'Example.COM' }, redirect('https://EXAMPLE.com/'), undefined],
  'a longer name that only ends alike': [
    {},
    redirect('https://notexample.com/'),
    'a redirect to notexample.com',
    true,
  ],
  'a redirect to nowhere': [{}, redirect('http://'), undefined],
  'the status that says: log in': [{}, { status: 511 }, 'a page that wants a login', true],
  'and where another status is wanted': [{ status: 204 }, { status: 511 }, 'a page that wants a login', true],
  'a redirect elsewhere where a page is wanted: the operator knows his server': [
    { status: 200 },
    redirect('http://10.0.0.1/'),
    'status 301 instead of 200',
  ],
  'the status that is wanted': [{ status: 204 }, { status: 204 }, undefined],
  'a page where none is wanted': [{ status: 204 }, { status: 200 }, 'status 200 instead of 204'],
  'a redirect where a page is wanted': [{ status: 200 }, redirect('/'), 'status 301 instead of 200'],
  'a redirect that is wanted': [{ status: 301 }, redirect('https://example.org/'), undefined],
  'the text that is wanted': [
    { body: 'Microsoft Connect Test' },
    { body: '<p>Microsoft Connect Test' },
    undefined,
  ],
  'a page without it': [{ body: 'success' }, { body: 'log in' }, 'a page without "success"'],
}

function redirect(location: string): Page {
  return { status: 301, location }
}

for (const [name, [wanted, page, wrong, portal]] of Object.entries(ROWS))
  test(`${name}: ${wrong ?? 'fine'}`, () => {
    const target = { kind: 'http', host: 'example.com', path: '/', ...wanted } as const
    assert.deepEqual(
      whatIsWrong(target, { status: 200, location: undefined, ...page }),
      wrong === undefined ? undefined : { falsely: wrong, ...(portal && { portal }) },
    )
  })

test('what ends a request tells somebody else, or nothing', () => {
  const words: Readonly<Record<string, RegExp | undefined>> = {
    ERR_TLS_CERT_ALTNAME_INVALID: /another name/,
    DEPTH_ZERO_SELF_SIGNED_CERT: /vouches/,
    SELF_SIGNED_CERT_IN_CHAIN: /vouches/,
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: /vouches/,
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: /vouches/,
    CERT_UNTRUSTED: /vouches/,
    CERT_NOT_YET_VALID: /clock/,
    CERT_HAS_EXPIRED: /clock/,
    EPROTO: /no TLS/,
    ERR_SSL_WRONG_VERSION_NUMBER: /no TLS/,
    HPE_INVALID_CONSTANT: /no web page/,
    ECONNRESET: undefined,
    '': undefined,
  }
  for (const [code, expected] of Object.entries(words)) {
    const said = whatEndedIt(code)
    if (expected === undefined) assert.equal(said, undefined, code)
    else assert.match(said?.falsely ?? '', expected, code)
    assert.equal(said?.portal === true, code === 'ERR_TLS_CERT_ALTNAME_INVALID', code)
  }
})
