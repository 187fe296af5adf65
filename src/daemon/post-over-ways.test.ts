import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Posted, Posting } from '../kernel/index.ts'
import { mark } from '../model/index.ts'
import type { MessageWay } from './message-ways.ts'
import { postOverWays } from './post-over-ways.ts'

const way = (line: string): MessageWay => ({
  line,
  family: 'ipv4',
  path: { dev: line, mark: mark(1), family: 'ipv4' },
})
const SILENT: Posted = { is: 'failed', why: 'no answer in time' }
const REFUSED: Posted = { is: 'answered', status: 401, said: 'who are you?' }

/** @returns by which devices it was tried; `the box`: as its routes have it */
async function tried(
  url: string,
  answers: Readonly<Record<string, Posted>>,
  signal?: AbortSignal,
): Promise<{ by: string[]; posted: Posted }> {
  const by: string[] = []
  const post = ({ path }: Posting): Promise<Posted> => {
    const name = path?.dev ?? 'the box'
    by.push(name)
    return Promise.resolve(answers[name] ?? SILENT)
  }
  const request = { url, headers: {}, body: '', timeoutMs: 1, ...(signal && { signal }) }
  return { by, posted: await postOverWays(post, [way('fiber'), way('dsl')], request) }
}

test('one line after the other, until somebody answers, whatever he says', async () => {
  assert.deepEqual(await tried('http://collector.example/', { dsl: REFUSED }), {
    by: ['fiber', 'dsl'],
    posted: REFUSED,
  })
  assert.deepEqual((await tried('http://collector.example/', { fiber: REFUSED })).by, ['fiber'])
})

test('nobody answers by any', async () => {
  assert.deepEqual((await tried('http://collector.example/', {})).posted, SILENT)
})

test('what is near leaves as the box has it: no line leads there', async () => {
  assert.deepEqual((await tried('http://127.0.0.1:4318/', {})).by, ['the box'])
})

test('who stops waits for no further line', async () => {
  assert.deepEqual((await tried('http://collector.example/', {}, AbortSignal.abort())).by, ['fiber'])
})
