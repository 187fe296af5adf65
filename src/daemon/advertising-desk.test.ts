import assert from 'node:assert/strict'
import { beforeEach, mock, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { AdvertiserEars } from '../kernel/index.ts'
import {
  fail,
  formatPrefix,
  ok,
  parsePrefix,
  type AdvertisedPrefix,
  type Advertisement,
} from '../model/index.ts'
import type { Memory } from '../plan/index.ts'
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

const LAN = [{ name: 'lan0', advertise: true }] as const

let sent: string[] = []
let ears: AdvertiserEars
let remembered: Memory['advertised'] = {}
const options = {
  remember: (advertised: Memory['advertised']) => void (remembered = advertised),
  log: createLog('text', {}, () => undefined),
}
const desk = (before: Memory['advertised'] = {}): AdvertisingDesk =>
  new AdvertisingDesk({
    ...options,
    before,
    open: (_, given) => {
      ears = given
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
  })

const NOW_MS = 1_763_824_202_000
const HOUR_MS = 3_600_000
const OLD = prefixed('2001:db8:100::/64')
const NEW = prefixed('2001:db8:101::/64')
/** What a daemon of before told. */
const told = (...prefixes: Memory['advertised'][string]['prefixes']): Memory['advertised'] => ({
  lan0: { prefixes, resolvers: [] },
})

/** Time goes by in small steps, so that what one timer begins is done before the next. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 250) {
    mock.timers.tick(250)
    await setImmediate()
  }
}

beforeEach((context) => {
  sent = []
  remembered = {}
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: NOW_MS })
  if ('after' in context) context.after(() => mock.timers.reset())
})

test('three in quick succession, then one every few minutes', async () => {
  const own = desk()
  own.passed(LAN, [saying(prefixed('2001:db8:100::/64'))])
  await pass(10_000)
  assert.deepEqual(
    sent,
    Array.from({ length: 3 }, () => '1800, 2001:db8:100::/64 600'),
  )
  own.passed(LAN, [saying(prefixed('2001:db8:100::/64', 599))])
  await pass(10_000)
  assert.equal(sent.length, 3, 'time that goes by is no change')
  await pass(400_000)
  assert.ok(sent.length >= 4)
  own.close()
})

test('whoever asks is answered at once', async () => {
  const own = desk()
  own.passed(LAN, [saying()])
  await pass(10_000)
  ears.onSolicited()
  await pass(3500)
  assert.equal(sent.length, 4)
  own.close()
})

test('a prefix that is gone is taken back, and one that returns is not', async () => {
  const own = desk()
  own.passed(LAN, [saying(prefixed('2001:db8:100::/64'))])
  await pass(10_000)
  own.passed(LAN, [saying(prefixed('2001:db8:101::/64'))])
  await pass(10_000)
  assert.equal(sent.at(-1), '1800, 2001:db8:101::/64 600, 2001:db8:100::/64 0')
  own.passed(LAN, [saying(prefixed('2001:db8:100::/64'), prefixed('2001:db8:101::/64'))])
  await pass(10_000)
  assert.equal(sent.at(-1), '1800, 2001:db8:100::/64 600, 2001:db8:101::/64 600')
  own.close()
})

test('another router on the LAN is told of for as long as it says to be one', async () => {
  const own = desk()
  own.passed(LAN, [saying()])
  await pass(1000)
  const told = (): string[] => own.notes.map(({ text }) => text)
  assert.deepEqual(told(), [])
  ears.onOther('fe80::7', 1800)
  ears.onOther('fe80::8', 0)
  assert.match(told().join(' '), /hosts on lan0 hear of another router than this box: fe80::7 sends/)
  ears.onOther('fe80::7', 0)
  assert.deepEqual(told(), [])
  for (let i = 0; i < 100; i++) ears.onOther(`fe80::1:${i}`, 1800)
  assert.equal(
    told()
      .join(' ')
      .match(/fe80::/g)?.length,
    8,
  )
  own.close()
})

test('on down, or when the file wants it no more, hosts are told to look for another router', async () => {
  const own = desk()
  own.passed(LAN, [saying()])
  await pass(1000)
  await own.takeLeave()
  assert.equal(sent.at(-1), '0')
})

test('a prefix that went while this box was off is taken back when it is on again, for the time that is left', async () => {
  const first = desk()
  first.passed(LAN, [saying(OLD)])
  await pass(1000)
  first.close()
  assert.deepEqual(remembered, told({ prefix: OLD.prefix }))
  const own = desk(remembered)
  own.passed(LAN, [saying(NEW)])
  await pass(1000)
  assert.equal(sent.at(-1), '1800, 2001:db8:101::/64 600, 2001:db8:100::/64 0')
  own.close()
  assert.deepEqual(remembered, told({ prefix: NEW.prefix }, { prefix: OLD.prefix, goneAtMs: NOW_MS + 1000 }))

  mock.timers.setTime(NOW_MS + HOUR_MS)
  const third = desk(remembered)
  third.passed(LAN, [saying(NEW)])
  await pass(1000)
  assert.equal(sent.at(-1), '1800, 2001:db8:101::/64 600, 2001:db8:100::/64 0')
  third.close()

  mock.timers.setTime(NOW_MS + 3 * HOUR_MS)
  const last = desk(remembered)
  last.passed(LAN, [saying(NEW)])
  await pass(1000)
  assert.equal(sent.at(-1), '1800, 2001:db8:101::/64 600')
  last.close()
})

test('a clock that was set back forgets no prefix, and keeps none for ever', async () => {
  const own = desk(told({ prefix: OLD.prefix, goneAtMs: NOW_MS + 1000 * HOUR_MS }))
  own.passed(LAN, [saying(NEW)])
  await pass(1000)
  assert.equal(sent.at(-1), '1800, 2001:db8:101::/64 600, 2001:db8:100::/64 0')
  own.close()
})

test('hosts that only the last daemon spoke to are told to look for another router', async () => {
  const own = desk(told({ prefix: OLD.prefix }))
  own.passed([{ name: 'lan0' }], [])
  await pass(1000)
  assert.deepEqual(sent, ['0, 2001:db8:100::/64 0'])
  assert.deepEqual(remembered, {})
})

test('an interface that is not there yet at the start: what its hosts know is remembered until it is', async () => {
  const own = desk(told({ prefix: OLD.prefix }))
  own.passed(LAN, [])
  await pass(1000)
  assert.deepEqual(sent, [])
  own.passed(LAN, [saying(NEW)])
  await pass(1000)
  assert.equal(sent.at(-1), '1800, 2001:db8:101::/64 600, 2001:db8:100::/64 0')
  own.close()
})

test('an interface that cannot be sent on for minutes is spoken on as soon as it can be', async () => {
  let isReady = false
  const own = new AdvertisingDesk({
    ...options,
    before: {},
    open: () =>
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
  })
  own.passed(LAN, [saying()])
  await pass(60_000)
  isReady = true
  await pass(10_000)
  assert.deepEqual(sent, ['1800', '1800', '1800'])
  own.close()
})
