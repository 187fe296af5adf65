import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VALUES } from './examples.ts'
import { fakeControl } from './fake.ts'
import { pushMetrics } from './metrics-push.ts'
import type { Pushed, PushRequest } from './metrics-push.ts'

const ENV = {
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://me:secret@collector:4318',
  OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20hidden',
  OTEL_METRIC_EXPORT_INTERVAL: '100',
}

/** Until so many were sent. */
async function pushes(
  answers: readonly Pushed[],
  env: Record<string, string> = ENV,
): Promise<{ sent: PushRequest[]; said: string[] }> {
  const sent: PushRequest[] = []
  const said: string[] = []
  const over = Promise.withResolvers<undefined>()
  const note = (text: string): void => void said.push(text)
  using _ = pushMetrics(
    fakeControl(),
    { counts: [] },
    {
      env,
      send: (request) => {
        const answer = answers[sent.push(request) - 1]
        if (answer === undefined) over.resolve(undefined)
        return answer === undefined ? new Promise(() => {}) : Promise.resolve(answer)
      },
      log: { info: note, warn: note },
      nowMs: () => Date.UTC(2026, 10, 23),
    },
  )
  await over.promise
  return { sent, said }
}

const TAKEN: Pushed = { is: 'answered', status: 200, said: '{}' }
const REFUSED: Pushed = { is: 'answered', status: 401, said: 'no\n such  tenant' }

test('again and again, with headers; what is secret stands in no log', async () => {
  const { sent, said } = await pushes([TAKEN, TAKEN])
  assert.equal(sent.length, 3)
  for (const { url, headers, body } of sent) {
    assert.equal(new URL(url).pathname, '/v1/metrics')
    assert.deepEqual(headers, { 'content-type': 'application/json', authorization: 'Bearer hidden' })
    assert.match(body, new RegExp(`"stringValue":"${VALUES.status.hostname}"`))
  }
  assert.deepEqual(said, ['metrics are pushed to http://collector:4318/v1/metrics every 0.1 s'])
})

test('trouble is told once, and its end', async () => {
  const silent: Pushed = { is: 'failed', why: 'no line works' }
  const { said } = await pushes([REFUSED, REFUSED, silent, TAKEN, TAKEN])
  assert.deepEqual(said.slice(1), [
    'metrics cannot be pushed to http://collector:4318/v1/metrics: HTTP 401: no such tenant; it is tried again every 0.1 s',
    'metrics cannot be pushed to http://collector:4318/v1/metrics: no line works; it is tried again every 0.1 s',
    'metrics are pushed to http://collector:4318/v1/metrics again',
  ])
})

test('a wish that cannot be fulfilled is told, and nothing is sent', () => {
  const said: string[] = []
  using _ = pushMetrics(
    fakeControl(),
    { counts: [] },
    {
      env: { ...ENV, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      send: () => assert.fail('sent'),
      log: { info: (text) => void said.push(text), warn: (text) => void said.push(text) },
      nowMs: Date.now,
    },
  )
  assert.match(
    said.join(),
    /^no metrics are pushed: OTEL_EXPORTER_OTLP_PROTOCOL=grpc: only http\/json is spoken/,
  )
})
