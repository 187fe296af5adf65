import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fail, ok, type ApiConfig, type Result } from '../model/index.ts'
import { createLog } from './log.ts'
import { TcpDoorKeeper } from './tcp-door.ts'

const API: ApiConfig = { address: '10.0.0.1', port: 443, names: [], tls: { certificate: 'crt', key: 'key' } }

function scene(renewed: Result<void, string> = ok(undefined)) {
  const did: string[] = []
  const keeper = new TcpDoorKeeper(
    ({ port }) => {
      did.push(`open ${port}`)
      return Promise.resolve(
        ok({
          url: '',
          renew: () => {
            did.push(`renew ${port}`)
            return Promise.resolve(renewed)
          },
          close: () => Promise.resolve(void did.push(`close ${port}`)),
        }),
      )
    },
    createLog('text', {}, () => undefined),
  )
  return { keeper, did }
}

test('who applies a file by HTTPS hears what came of it: the certificate is read again behind open connections', async () => {
  const { keeper, did } = scene()
  for (const appliedAtMs of [1, 1, 2]) await keeper.follow({ api: API }, appliedAtMs)
  assert.deepEqual(did, ['open 443', 'renew 443'])
})

test('another address is another door, and so is a certificate that cannot be read any more', async () => {
  const { keeper, did } = scene(fail('crt and key are not to be used'))
  await keeper.follow({ api: API }, 1)
  await keeper.follow({ api: { ...API, port: 444 } }, 2)
  await keeper.follow({ api: { ...API, port: 444 } }, 3)
  assert.deepEqual(did, ['open 443', 'close 443', 'open 444', 'renew 444', 'close 444', 'open 444'])
})

test('without a certificate a file that says the same of it changes nothing', async () => {
  const { keeper, did } = scene()
  const { tls: _, ...plain } = API
  for (const appliedAtMs of [1, 2]) await keeper.follow({ api: plain }, appliedAtMs)
  assert.deepEqual(did, ['open 443'])
})

test('why it is shut is known once it was tried: who applied the file waits for that', async () => {
  const keeper = new TcpDoorKeeper(
    () => Promise.resolve(fail('port 443 belongs to grafana')),
    createLog('text', {}, () => undefined),
  )
  const text = (): string => keeper.note?.text ?? ''
  void keeper.follow({ api: API }, 1)
  assert.equal(text(), '')
  await keeper.settled()
  assert.match(text(), /port 443 belongs to grafana$/)
})
