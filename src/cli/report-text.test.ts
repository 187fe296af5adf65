import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LineReportDocument } from '../api/contract.ts'
import { EXAMPLES } from '../api/fake.ts'
import { reportPage } from './report-page.ts'
import { reportText } from './report-text.ts'
import { screenFor } from './screen.ts'

process.env['TZ'] = 'UTC'

const screen = screenFor({ write: () => true }, { LANG: 'C.UTF-8' }, { color: 'never', ascii: false })
const text = (change: Partial<LineReportDocument> = {}): string =>
  reportText({ ...EXAMPLES.lineReport, ...change }, screen)

const UNKNOWN = {
  availabilityRatio: null,
  watchedMs: 0,
  unwatchedMs: 86_400_000,
  downMs: 0,
  suspectMs: 0,
  delayMs: null,
  jitterMs: null,
  lossRatio: null,
  outages: [],
}

test('a month of a line, as a person reads it', () => {
  assert.equal(
    text(),
    `dsl, November 2026
1 November 2026 to 22 November 2026, so far; wan2 of router1

available  99.77 % of 20 d that were watched: down 1 h 4 m in 2 outages, in
           doubt 9 s
unknown    1 d 15 h were not watched; of them nothing is said
delay      15 ms median, 13 ms to 21 ms in 8 of 10 cases, 240 ms at worst
varies by  1.2 ms median, 0.6 ms to 4.1 ms in 8 of 10 cases, 80 ms at worst
loss       0.12 % of our checks on average, 40 % at worst
data       13 GB down, 1.6 GB up
speed      up to 98.4 Mbit/s down, 38.1 Mbit/s up (the most of ten seconds)

Outages
2026-11-03 03:11:20              48 s    3 connections  no answer from 6 of 6
                                                        targets while the
                                                        gateway answers: the
                                                        provider
2026-11-22 14:02:43  1 h 4 m, goes on  112 connections  no carrier`,
  )
})

test('what nobody watched is not called available', () => {
  const nothing = {
    receivedBytes: 0,
    sentBytes: 0,
    days: [],
    peakDownBitsPerSecond: 0,
    peakUpBitsPerSecond: 0,
  }
  const said = text({ ...UNKNOWN, ...nothing, complete: true })
  assert.match(said, /available +not known: nobody watched\n/)
  for (const what of ['delay', 'data', 'speed']) assert.match(said, new RegExp(`${what} +not known$`, 'm'))
  assert.doesNotMatch(said, /so far|100 %|Outages/)
})

for (const [name, availabilityRatio, downMs, says] of [
  ['a blip in a month is not rounded away', 0.999_999, 900, '99.99 %'],
  ['all of the time', 1, 0, '100 %'],
] as const) {
  test(name, () => assert.ok(text({ availabilityRatio, downMs }).includes(`available  ${says} of`), text()))
}

test('both families are told of', () => {
  const said = text({ ipv6: { ...UNKNOWN } })
  assert.match(said, /\n\nIPv6\navailable +not known/)
})

test('an outage that nobody saw end lasted at least so long', () => {
  const [outage] = EXAMPLES.lineReport.outages
  assert.ok(outage)
  assert.match(text({ outages: [{ ...outage, endSeen: false }] }), /48 s at least/)
})

test('the page stands alone: no script, nothing from elsewhere, and nobody can write into it', () => {
  const why = `<script>alert("1")</script> & 'so'`
  const page = reportPage({
    ...EXAMPLES.lineReport,
    outages: EXAMPLES.lineReport.outages.map((one) => ({ ...one, why })),
  })
  assert.doesNotMatch(page, /<script|https?:|src=|@import|url\(/)
  assert.ok(page.includes('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;so&#39;'))
  for (const part of [
    '<title>dsl, November 2026</title>',
    '99.77 %',
    '<td>2026-11-21</td><td>8.2 GB</td>',
    'Times are local (UTC+00:00)',
  ])
    assert.ok(page.includes(part), part)
})
