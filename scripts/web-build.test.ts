import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { MOST_WEB_BYTES, buildWeb } from './web-build.ts'

const folder = mkdtempSync(join(tmpdir(), 'multihomed-web-'))
after(() => rmSync(folder, { recursive: true }))
const bytes = await buildWeb(folder)

test('the dashboard is small enough for a phone on a bad line', () => {
  assert.ok(bytes > 10_000, `${bytes} bytes: nothing was bundled`)
  assert.ok(bytes < MOST_WEB_BYTES, `${bytes} bytes packed, ${MOST_WEB_BYTES} at most`)
})

test('the page names its own files, relative, so that it works below any path of a proxy', () => {
  const page = readFileSync(join(folder, 'index.html'), 'utf8')
  const linked = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, link = '']) => link)
  const ours = linked.filter((link) => !link.startsWith('data:') && !link.startsWith('#'))
  assert.equal(ours.length, 2)
  for (const link of ours) {
    assert.ok(link.startsWith('web/'), link)
    assert.ok(readdirSync(folder).includes(link.slice('web/'.length)), link)
  }
})

test('nothing of it comes from elsewhere: it is needed when the Internet is away', () => {
  for (const name of readdirSync(folder).filter((one) => /\.(css|html)$/.test(one)))
    assert.doesNotMatch(
      readFileSync(join(folder, name), 'utf8'),
      /(src|href)="https?:|url\(["']?https?:|@import/,
    )
})
