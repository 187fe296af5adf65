import assert from 'node:assert/strict'
import { test } from 'node:test'
import { healthNews, type Outlook } from './health-news.ts'

const outlook = (used: readonly string[], rest: Partial<Outlook> = {}): Outlook => ({
  used,
  isOnline: true,
  degraded: new Map(),
  ...rest,
})
const ALL = outlook(['fiber', 'dsl', 'lte'])

const ROWS: readonly {
  readonly name: string
  readonly before?: Outlook
  readonly now: Outlook
  readonly because?: number
  readonly told: readonly string[]
}[] = [
  { name: 'nothing changed: nothing is told', now: ALL, because: 1, told: [] },
  {
    name: 'where new connections go follows from the line that left',
    now: outlook(['dsl', 'lte']),
    because: 7,
    told: ['steered: new connections go to dsl and lte (7)'],
  },
  {
    name: 'a share that changes by the file is told by the one who applied it',
    now: outlook(['dsl', 'lte']),
    told: [],
  },
  {
    name: 'no line works: that is told apart from each of them',
    before: outlook(['lte']),
    now: outlook(['fiber', 'dsl', 'lte'], { isOnline: false }),
    because: 9,
    told: ['steered: new connections go to fiber, dsl and lte (9)', 'offline: no line works (9)'],
  },
  {
    name: 'the first line that is back ends it',
    before: outlook(['fiber'], { isOnline: false }),
    now: outlook(['fiber']),
    because: 12,
    told: ['online: a line works again (12)'],
  },
  {
    name: 'a line that loses packets is told of once',
    before: outlook(['fiber'], { degraded: new Map([['dsl', 'loses 30 %']]) }),
    now: outlook(['fiber'], { degraded: new Map([['dsl', 'loses 35 %'], ['fiber', 'loses 25 %']]) }),
    told: ['degraded fiber: loses 25 %'],
  },
] // prettier-ignore

for (const { name, before = ALL, now, because, told } of ROWS) {
  test(name, () => {
    const news = healthNews(before, now, because).map(
      (entry) =>
        `${entry.kind}${entry.line === undefined ? '' : ` ${entry.line}`}: ${entry.text}` +
        (entry.because === undefined ? '' : ` (${entry.because})`),
    )
    assert.deepEqual(news, told)
  })
}
