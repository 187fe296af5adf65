import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterEach, test } from 'node:test'
import { enterOwnNetwork } from './own-network.ts'
import { whileSpawnThrows, withoutDescriptors } from './hardship.ts'
import { watchMonitors, watchNeighbours } from './monitors.ts'
import type { KernelEvent } from './port.ts'

enterOwnNetwork('MULTIHOMED_TEST_MONITOR')

let bell = new EventEmitter()
let watch: { close(): void } | undefined
afterEach(() => watch?.close())

function listen(): void {
  bell = new EventEmitter()
  watch = watchMonitors((event) => bell.emit('rings', event))
}

/** The next event whose text is like that. */
function heard(like: RegExp): Promise<KernelEvent> {
  const { promise, resolve } = Promise.withResolvers<KernelEvent>()
  const onRing = (event: KernelEvent): void => {
    if (!like.test(event.text)) return
    bell.off('rings', onRing)
    resolve(event)
  }
  bell.on('rings', onRing)
  return promise
}

/** A change is made again and again until somebody listens. */
async function hearsChanges(): Promise<void> {
  const change = setInterval(() => ip('link set lo up\nlink set lo down'), 20)
  try {
    assert.equal((await heard(/ lo: /)).about, 'link')
  } finally {
    clearInterval(change)
  }
}

test('a change rings the bell', async () => {
  listen()
  await hearsChanges()
})

test('our nft table rings the bell when somebody takes it away, and the tables of others do not', async () => {
  listen()
  const nft = (text: string): void => void execFileSync('nft', [text])
  const others: KernelEvent[] = []
  bell.on('rings', (event: KernelEvent) => /other/.test(event.text) && others.push(event))
  // Again and again until somebody listens.
  const change = setInterval(() => {
    nft('add table ip other; add table inet multihomed')
    nft('flush ruleset')
  }, 300)
  try {
    assert.equal((await heard(/delete table inet multihomed/)).about, 'ruleset')
  } finally {
    clearInterval(change)
  }
  assert.deepEqual(others, [])
})

test('changes that came too fast to be told ring the bell all the same', async () => {
  listen()
  await hearsChanges()
  const monitor = theChild('ip')
  process.kill(monitor, 'SIGSTOP')
  // Far more than the child's socket holds: the kernel drops the rest.
  const flood = Array.from({ length: 6000 }, (_, i) => `rule add pref ${10_000 + i} table 99`)
  ip(flood.join('\n'))
  const lost = heard(/netlink receive error/)
  process.kill(monitor, 'SIGCONT')
  assert.equal((await lost).about, 'link')
})

test('when the monitor dies another one listens, and the bell rings for what was missed', async () => {
  listen()
  await hearsChanges()
  const again = heard(/started again/)
  process.kill(theChild('ip'), 'SIGKILL')
  await again
  await hearsChanges()
})

test('a box without room for a monitor goes on without, and has one as soon as there is room', async () => {
  for (const inTrouble of [whileSpawnThrows<void>, withoutDescriptors<void>]) {
    listen()
    await hearsChanges()
    const monitor = theChild('ip')
    await inTrouble(async () => {
      process.kill(monitor, 'SIGKILL')
      await heard(/started again/)
      await heard(/started again/)
    })
    await hearsChanges()
    watch?.close()
  }
})

test('a monitor that cannot be kept is tried later and later, and complained of once', async () => {
  const path = process.env['PATH']
  process.env['PATH'] = '/nowhere'
  const pauses: number[] = []
  const complaints: string[] = []
  try {
    listen()
    bell.on('rings', (event: KernelEvent) => {
      if (event.about === 'monitor') complaints.push(event.text)
    })
    let beforeMs = performance.now()
    for (let i = 0; i < 3; i++) {
      await heard(/ip monitor ended/)
      pauses.push(performance.now() - beforeMs)
      beforeMs = performance.now()
    }
  } finally {
    process.env['PATH'] = path
  }
  assert.ok(
    pauses.every((pauseMs, i) => pauseMs > 190 * 2 ** i),
    pauses.join(),
  )
  assert.equal(complaints.length, 2, complaints.join())
  assert.match(complaints[0] ?? '', /does not keep running \(spawn setpriv ENOENT\)/)
  await hearsChanges()
})

test('of neighbours only those that are asked for ring, and only with another hardware address', async () => {
  const rings: string[] = []
  bell = new EventEmitter()
  bell.on('rings', ({ text }: KernelEvent) => rings.push(text))
  const gateway = { dev: 'near', address: '10.9.0.1' }
  ip(
    'link add near type veth peer name far\nlink set near up\nlink set far up\naddress add 10.9.0.2/24 dev near',
  )
  watch = watchNeighbours([gateway], (event) => bell.emit('rings', event))
  const [first, second] = ['02:00:00:00:00:01', '02:00:00:00:00:02']
  const learn = (address: string, mac: string, state: string): void =>
    ip(`neigh replace ${address} dev near lladdr ${mac} nud ${state}`)
  await heard(/gateways are watched/) // what was missed until now is looked for
  const told = heard(new RegExp(`lladdr ${first}`))
  const change = setInterval(() => learn(gateway.address, first, 'reachable'), 20)
  await told.finally(() => clearInterval(change))
  learn('10.9.0.77', second, 'reachable')
  learn(gateway.address, first, 'stale')
  learn(gateway.address, first, 'reachable')
  const exchanged = heard(new RegExp(`lladdr ${second}`))
  learn(gateway.address, second, 'reachable')
  await exchanged
  assert.deepEqual(rings, [
    'gateways are watched',
    `10.9.0.1 dev near lladdr ${first}`,
    `10.9.0.1 dev near lladdr ${second}`,
  ])
  ip('link del near')
})

/** The newest of our children that runs this program. */
function theChild(program: string): number {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ')
  const pid = children.findLast((child) => readFileSync(`/proc/${child}/comm`, 'utf8').trim() === program)
  return Number(pid ?? assert.fail(`no child runs ${program}`))
}

function ip(input: string): void {
  execFileSync('ip', ['-force', '-batch', '-'], { input, stdio: ['pipe', 'ignore', 'ignore'] })
}
