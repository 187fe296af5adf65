import assert from 'node:assert/strict'
import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { describe, test } from 'node:test'
import { eventually } from '../index.ts'
import { box } from './box.ts'

describe('a line that died and came back, told after a restart', () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 2,
    wishes: {
      lines: { fiber: 1, dsl: 1 },
      health: { rise: '0s' },
      release: '1s',
      history: { clients: true },
      more: { fiber: { quota: '50 GB' } },
    },
  })
  const began = new Date().toISOString()
  const eventsOf = async (line: string) => {
    const answer = await router.client.events({ since: began, line })
    assert.ok(answer.ok, JSON.stringify(answer))
    return answer.value
  }

  /** Ids of all that the stream tells somebody who comes back, until something is there. */
  const streamedSince = async (lastEventId: string, until: RegExp): Promise<string[]> => {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const { socket: socketPath } = router.lab.daemonPaths
    const headers = { 'last-event-id': lastEventId }
    request({ socketPath, path: '/v1/events/stream?only=events', headers })
      .on('response', resolve)
      .on('error', reject)
      .end()
    const stream = await promise
    let text = ''
    for await (const piece of stream.setEncoding('utf8')) {
      text += String(piece)
      if (until.test(text)) break // which ends it
    }
    return text.match(/(?<=^id: ).*$/gm) ?? []
  }

  test('events --since has the story with its causes, and the report the outage and the data', async () => {
    await router.knows('fiber', 'dsl')
    // The memory is opened when everything else is done, and what was before was not watched.
    await eventually(
      () => router.client.report('fiber'),
      ({ ok }) => ok,
      { what: 'it is remembered from now on' },
    )
    await router.lab.load({ connections: 40 })
    await router.lab.blackhole('fiber')
    await router.becomes('fiber', 'down')
    await router.lab.restore('fiber')
    await router.becomes('fiber', 'up')
    const { run, events } = await eventually(
      () => eventsOf('fiber'),
      (seen) => seen.events.some(({ event }) => event === 'up'),
      { what: 'it is back' },
    )
    const before = events.map(({ event }) => event)
    assert.ok(before.includes('down'), before.join())

    await router.daemon.stop()
    await router.start()
    // As soon as it answers, as a dashboard comes back.
    const last = events.at(-1)
    const missed = await streamedSince(`${run}/${last?.id}`, /event":"started"/)
    assert.deepEqual(
      missed.filter((id) => id.startsWith(`${run}/`) && Number(id.split('/')[1]) <= (last?.id ?? 0)),
      [],
      'nothing twice',
    )
    const after = await eventsOf('fiber')
    assert.ok(missed.includes(`${after.run}/1`), missed.join())
    assert.notEqual(after.run, run)
    assert.deepEqual(
      after.events.filter((event) => event.run === run),
      events,
      'with their times, ids and causes',
    )

    const told = await router.client.report('fiber')
    assert.ok(told.ok, JSON.stringify(told))
    const { outages, availabilityRatio, watchedMs, downMs, receivedBytes } = told.value
    const [outage, ...more] = outages
    assert.deepEqual([more, outage?.endSeen], [[], true])
    assert.equal(outage?.why, events.find(({ event }) => event === 'down')?.text)
    assert.equal(downMs, Date.parse(outage?.to ?? '') - Date.parse(outage?.from ?? ''))
    assert.ok(downMs > 0 && watchedMs > downMs, `${downMs} of ${watchedMs} ms`)
    assert.ok(availabilityRatio !== null && availabilityRatio > 0 && availabilityRatio < 1)
    assert.ok(receivedBytes > 1000, `${receivedBytes} bytes`)
    // It was shorter than the time between two looks at the lines.
    const past = await router.client.history('fiber', {
      from: began,
      to: new Date().toISOString(),
      points: 100,
    })
    assert.ok(past.ok, JSON.stringify(past))
    assert.equal(
      past.value.points.reduce((sum, point) => sum + point.downMs, 0),
      downMs,
      'a graph tells the same',
    )
    const other = await router.client.report('dsl')
    assert.ok(other.ok && other.value.availabilityRatio === 1, JSON.stringify(other))
  })

  test('a daemon that is killed forgets no more than a moment', async () => {
    await router.lab.cut('dsl')
    await router.becomes('dsl', 'down')
    const isWritten = async (): Promise<boolean> =>
      (await eventsOf('dsl')).events.some(({ event }) => event === 'down') // asking writes it down
    assert.ok(await isWritten())
    await router.daemon.kill()
    await router.lab.restore('dsl')
    await router.start()
    assert.ok(await isWritten())
    const told = await router.client.report('dsl')
    const [outage] = told.ok ? told.value.outages : []
    assert.equal(outage?.endSeen, false, 'nobody saw its end')
  })

  test('what each client had is counted, both ways, and by nobody who had nothing', async () => {
    const seen = async (line: string) => {
      const told = await router.client.clients(line)
      assert.ok(told.ok, JSON.stringify(told))
      return told.value.clients
    }
    const of = async (line: string, client: string) =>
      (await seen(line)).find((one) => one.client === client) ?? { receivedBytes: 0, sentBytes: 0 }
    await router.lab.cut('dsl')
    await router.becomes('dsl', 'down')
    const [first, second, onDsl] = [await of('fiber', '10.0.0.11'), await of('fiber', '10.0.0.12'), await seen('dsl')] // prettier-ignore
    const { client } = await router.lab.httpGet('client-1', '203.0.113.10')
    assert.ok(client !== '')
    const now = await eventually(
      () => of('fiber', '10.0.0.11'), // whoever asks all the time is told the last answer for a while
      ({ receivedBytes, sentBytes }) => receivedBytes > first.receivedBytes && sentBytes > first.sentBytes,
      { what: 'the page is counted, both ways', timeoutMs: 15_000 },
    )
    assert.deepEqual(await of('fiber', '10.0.0.12'), second)
    assert.deepEqual(await seen('dsl'), onDsl)
    assert.ok(
      (await seen('fiber')).every((one) => one.client?.startsWith('10.0.0.')),
      'the LAN alone',
    )
    const volume = (await router.status()).lines.find(({ name }) => name === 'fiber')?.volume
    assert.ok(volume !== undefined && volume.usedBytes > now.receivedBytes, JSON.stringify(volume))
    assert.equal(volume.quotaBytes, 50e9)
  })
})
