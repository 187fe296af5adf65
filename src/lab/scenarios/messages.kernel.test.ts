import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { eventually, INTERNET } from '../index.ts'
import { listenTcp } from '../sockets.ts'
import { box } from './box.ts'

const RECEIVER = '203.0.113.10'
const PORT = 8080

interface Received {
  /** That carried it. */
  readonly line: string | undefined
  readonly title: string
  readonly body: string
}

const escaped = (text: string): string => text.replaceAll(/[{}[\]]/g, '\\$&')

describe('messages, and metrics that are pushed', () => {
  const router = box({
    start: 'by-test',
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 0,
    servers: 1,
    wishes: {
      lines: { fiber: 1, dsl: 1 },
      health: { rise: '0s' },
      notify: {
        after: '0s',
        // Its name is known to those alone who are asked over a line.
        channels: { hook: { kind: 'webhook', url: `http://${RECEIVER}.lab:${PORT}/told` } },
      },
    },
  })
  const received: Received[] = []
  /** Names of metrics, and the line that carried them. */
  const pushed: { readonly line: string | undefined; readonly told: string }[] = []
  let server: Server | undefined

  before(async () => {
    server = createServer((request, response) => {
      let text = ''
      request.setEncoding('utf8').on('data', (piece: string) => (text += piece))
      request.on('end', () => {
        const line = router.lab.lineOfAddress(request.socket.remoteAddress ?? '')
        if (request.url === '/v1/metrics') pushed.push({ line, told: text })
        else received.push({ ...(JSON.parse(text) as Received), line })
        response.writeHead(200, { connection: 'close' }).end()
      })
    }).listen({ fd: listenTcp(router.lab.host(INTERNET), RECEIVER, PORT) })
    await router.start({
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://${RECEIVER}.lab:${PORT}`,
        OTEL_METRIC_EXPORT_INTERVAL: '500',
        // What is on its way over the line that dies is waited for no longer.
        OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
        OTEL_RESOURCE_ATTRIBUTES: 'site=cellar',
      },
    })
  })
  after(() => {
    server?.closeAllConnections()
    server?.close()
  })

  test('a test shows what was sent, over which line, and the answer', async () => {
    await router.knows('fiber', 'dsl')
    const { code, stdout } = await router.lab.command(['notify', 'test'])
    assert.equal(code, 0, stdout)
    assert.match(stdout, /hook \(webhook\) took it over (?:fiber|dsl): HTTP 200/)
    assert.equal(received[0]?.title, 'A test of multihomed')
  })

  test('that a line died is told over the other one, whichever it is', async () => {
    await router.lab.blackhole('fiber')
    const told = (): Received | undefined => received.find(({ title }) => title === 'fiber is down')
    await eventually(told, (one) => one !== undefined, { what: 'the message arrives', timeoutMs: 20_000 })
    assert.equal(told()?.line, 'dsl')
    assert.match(told()?.body ?? '', /dsl carries everything\.$/)
  })

  test('metrics go over the line that works, and say that the other one is down', async () => {
    const before = pushed.length
    const news = (): readonly (typeof pushed)[number][] => pushed.slice(before)
    await eventually(news, (all) => all.length > 1, { what: 'metrics arrive', timeoutMs: 20_000 })
    assert.deepEqual([...new Set(news().map(({ line }) => line))], ['dsl'])
    const [last] = news().slice(-1)
    const isDown = [
      { key: 'line', value: { stringValue: 'fiber' } },
      { key: 'family', value: { stringValue: 'ipv4' } },
      { key: 'state', value: { stringValue: 'down' } },
    ]
    const point = new RegExp(
      `"attributes":${escaped(JSON.stringify(isDown))},"timeUnixNano":"\\d+","asDouble":1`,
    )
    assert.match(last?.told ?? '', point)
    assert.match(last?.told ?? '', /"key":"site","value":\{"stringValue":"cellar"\}/)
    assert.ok(router.daemon.log.all.some((text) => text.includes('metrics are pushed to')))
  })

  test('that no line worked is told when one does again, and in one message', async () => {
    const before = received.length
    await router.lab.cut('dsl')
    await router.becomes('dsl', 'down')
    await router.lab.restore('dsl')
    await router.becomes('dsl', 'up')
    const news = (): readonly Received[] => received.slice(before)
    await eventually(news, (all) => all.length > 0, { what: 'the message arrives', timeoutMs: 20_000 })
    const [told, ...more] = news()
    assert.equal(told?.line, 'dsl')
    assert.match(told?.title ?? '', /^You were offline \d\d:\d\d:\d\d-\d\d:\d\d:\d\d$/)
    assert.match(told?.body ?? '', /dsl came back first\. fiber is still down\.$/)
    assert.deepEqual(more, [])
    const { stdout } = await router.lab.command(['notify'])
    assert.match(stdout, /hook +webhook +0 .*dsl +HTTP 200/)
  })
})
