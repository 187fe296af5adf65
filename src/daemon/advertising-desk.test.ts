import assert from 'node:assert/strict'
import { beforeEach, mock, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import {
  fail,
  formatPrefix,
  ok,
  parsePrefix,
  type AdvertisedPrefix,
  type Advertisement,
} from '../model/index.ts'
import { AdvertisingDesk } from './advertising-desk.ts'
import { createLog } from './log.ts'

const prefixed = (text: string, preferredS = 600): AdvertisedPrefix => {
  const prefix = parsePrefix(text)
  assert.ok(prefix)
  return { prefix, validS: 900, preferredS }
}
const saying = (...prefixes: readonly AdvertisedPrefix[]): Advertisement => ({
  dev: 'lan0',
  routerLifetimeS: 1800,
  prefixes,
  resolvers: [],
})

let sent: string[] = []
let solicit = (): void => undefined
const desk = (): AdvertisingDesk =>
  new AdvertisingDesk(
    (_, onSolicited) => {
      solicit = onSolicited
      return Promise.resolve(
        ok({
          send: ({ routerLifetimeS, prefixes }) => {
            const told = prefixes.map(({ prefix, preferredS }) => `${formatPrefix(prefix)} ${preferredS}`)
            sent.push([routerLifetimeS, ...told].join(', '))
            return Promise.resolve(ok(undefined))
          },
          close: () => undefined,
        }),
      )
    },
    createLog('text', {}, () => undefined),
  )

/** Time goes by in small steps, so that what one timer begins is done before the next. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 250) {
    mock.timers.tick(250)
    await setImmediate()
  }
}

beforeEach((context) => {
  sent = []
  mock.timers.enable({ apis: ['setTimeout'] })
  if ('after' in context) context.after(() => mock.timers.reset())
})

test('three in quick succession, then one every few minutes', async () => {
  const own = desk()
  own.passed([saying(prefixed('2001:db8:100::/64'))])
  await pass(10_000)
  assert.deepEqual(
    sent,
    Array.from({ length: 3 }, () => '1800, 2001:db8:100::/64 600'),
  )
  own.passed([saying(prefixed('2001:db8:100::/64', 599))])
  await pass(10_000)
  assert.equal(sent.length, 3, 'time that goes by is no change')
  await pass(400_000)
  assert.ok(sent.length >= 4)
  own.close()
})

test('whoever asks is answered at once', async () => {
  const own = desk()
  own.passed([saying()])
  await pass(10_000)
  solicit()
  await pass(3500)
  assert.equal(sent.length, 4)
  own.close()
})

test('a prefix that is gone is taken back, and one that returns is not', async () => {
  const own = desk()
  own.passed([saying(prefixed('2001:db8:100::/64'))])
  await pass(10_000)
  own.passed([saying(prefixed('2001:db8:101::/64'))])
  await pass(10_000)
  assert.equal(sent.at(-1), '1800, 2001:db8:101::/64 600, 2001:db8:100::/64 0')
  own.passed([saying(prefixed('2001:db8:100::/64'), prefixed('2001:db8:101::/64'))])
  await pass(10_000)
  assert.equal(sent.at(-1), '1800, 2001:db8:100::/64 600, 2001:db8:101::/64 600')
  own.close()
})

test('on down, or when the file wants it no more, hosts are told to look for another router', async () => {
  const own = desk()
  own.passed([saying()])
  await pass(1000)
  await own.takeLeave()
  assert.equal(sent.at(-1), '0')
})

test('an interface that cannot be sent on for minutes is spoken on as soon as it can be', async () => {
  let isReady = false
  const own = new AdvertisingDesk(
    () =>
      Promise.resolve(
        ok({
          send: ({ routerLifetimeS }) => {
            if (isReady) sent.push(String(routerLifetimeS))
            return Promise.resolve(
              isReady ? ok(undefined) : fail({ code: 'refused', what: 'advertising', said: 'EADDRNOTAVAIL' }),
            )
          },
          close: () => undefined,
        }),
      ),
    createLog('text', {}, () => undefined),
  )
  own.passed([saying()])
  await pass(60_000)
  isReady = true
  await pass(10_000)
  assert.deepEqual(sent, ['1800', '1800', '1800'])
  own.close()
})
