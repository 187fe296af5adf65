import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import { before, describe, test } from 'node:test'
import type {
  ApplyDocument,
  ConfigCheckDocument,
  ConfigDocument,
  FormerConfigsDocument,
  ProblemDocument,
} from '../../api/contract.ts'
import { ROUTER, eventually } from '../index.ts'
import { NOTHING_IS_ENDED, box } from './box.ts'
import { openFlows, talkAll, type Flow } from './flows.ts'

describe('a configuration that comes by the API', () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 1,
    wishes: { lines: { fiber: 3, dsl: 1 }, release: NOTHING_IS_ENDED },
  })
  /** Open from the beginning to the end. */
  let flows: readonly Flow[] = []
  before(async () => {
    flows = await openFlows(router.lab, router.lab.topology.clients.map(({ host }) => host), 6) // prettier-ignore
  })

  /** As any program would: HTTP on the socket. */
  async function ask<Document>(path: string, body?: object): Promise<Document> {
    const bringing = ['-H', 'Content-Type: application/json', '--data-binary', JSON.stringify(body)]
    const { stdout, stderr } = await router.lab.run(ROUTER, [
      'curl',
      '--silent',
      '--show-error',
      '--unix-socket',
      router.lab.daemonPaths.socket,
      ...(body === undefined ? [] : bringing),
      `http://localhost/v1/config${path}`,
    ])
    assert.notEqual(stdout, '', stderr)
    return JSON.parse(stdout) as Document // tests look at single keys
  }
  const inFile = (): Promise<string> => readFile(router.lab.daemonPaths.config, 'utf8')
  const weights = async (): Promise<string> =>
    (await router.status()).lines.map(({ weight }) => weight).join()

  test('a wrong text is told line by line, and what a right one would change; the kernel is not touched', async () => {
    const { text: there, running, version } = await ask<ConfigDocument>('')
    const text = there ?? assert.fail()
    assert.deepEqual([text, running.version], [await inFile(), version])
    const wrong = await ask<ConfigCheckDocument>('/check', { text: text.replace('weight', 'wieght') })
    assert.deepEqual([wrong.ok, wrong.problems[0]?.where.line, wrong.plan], [false, 3, undefined])
    const right = await ask<ConfigCheckDocument>('/check', {
      text: text.replace('"weight":1', '"weight":9'),
    })
    assert.ok(right.ok && (right.plan?.stepCount ?? 0) > 0)
    const refused = await ask<ProblemDocument>('/apply', { text: 'lines: 7', version })
    assert.deepEqual([refused.status, refused.code], [422, 'MH710'])
    assert.equal(await weights(), '3,1')
  })

  test('on trial it runs and is in no file; lapsed all is as before, confirmed it is the file, for a restart too', async () => {
    const { text, version } = await ask<ConfigDocument>('')
    const former = text ?? assert.fail()
    const wished = `# by the API\n${former.replace('"weight":1', '"weight":5')}`
    const { mode } = await stat(router.lab.daemonPaths.config)
    const apply = (confirmSeconds: number) =>
      ask<ApplyDocument>('/apply', { text: wished, version, confirmSeconds })

    assert.ok((await apply(2)).trial !== undefined)
    assert.deepEqual([await weights(), await inFile()], ['3,5', former])
    await eventually(weights, (seen) => seen === '3,1', { what: 'it lapses', timeoutMs: 10_000 })
    const { notes } = await router.status()
    assert.deepEqual([await inFile(), notes.filter(({ name }) => name === 'file-undone')], [former, []])
    const { tried } = await ask<FormerConfigsDocument>('/history')
    assert.deepEqual(tried.map((one) => [one.text, one.why]), [[wished, 'no answer in 2 s']]) // prettier-ignore

    assert.ok((await apply(600)).trial !== undefined)
    assert.equal((await router.lab.command(['confirm'])).code, 0)
    assert.deepEqual([await weights(), await inFile()], ['3,5', wished])
    assert.equal((await stat(router.lab.daemonPaths.config)).mode, mode)
    await talkAll(flows)

    const late = await ask<ProblemDocument>('/apply', { text: former, version })
    assert.deepEqual([late.status, late.code], [412, 'MH609'])
    await router.daemon.kill()
    await router.start()
    assert.equal(await weights(), '3,5')
    await talkAll(flows)
  })
})
