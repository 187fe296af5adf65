import assert from 'node:assert/strict'
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { after, before, beforeEach, test } from 'node:test'
import { tableId, type Culprit } from '../model/index.ts'
import { openLinuxKernel, type KernelEvent } from './index.ts'
import { countsApart } from './foreign-hands.ts'
import { withoutDescriptors } from './hardship.ts'
import { enterOwnNetwork } from './own-network.ts'
import { ownerOf } from './port-owner.ts'

enterOwnNetwork('MULTIHOMED_TEST_HANDS')

const opened = await openLinuxKernel()
assert.ok(opened.ok)
const kernel = opened.value
const bell = new EventEmitter()
const taken: KernelEvent[] = []
const watch = kernel.watch((event) => {
  if (event.took !== undefined) taken.push(event)
  bell.emit('rings', event)
})
const children: ChildProcess[] = []
after(() => {
  for (const child of children) child.kill()
  watch.close()
  kernel.close()
})

before(async () => {
  ip('link add d0 type veth peer name d1\nlink set d1 up\nlink set d0 up')
  // The monitors and the sockets beside them are there once something is named.
  for (const ours of ['rule', 'table'] as const) {
    const again = setInterval(() => {
      if (ours === 'rule') ip('rule add pref 30222 table 222 proto 222\nrule del pref 30222')
      else execFileSync('nft', ['add table inet multihomed; delete table inet multihomed'])
    }, 50)
    await named(new RegExp(`^${ours}`))
    clearInterval(again)
  }
})
beforeEach(async () => {
  ip(`rule add pref 30101 fwmark 1 table 201 proto 222
address add 192.0.2.1/24 dev d0
route replace default dev d0 table 201 proto 222
nexthop replace id 222001 dev d0 proto 222`)
  await settled()
  taken.length = 0
})

/** Waits for the first event that names who took something like that. */
function named(like: RegExp): Promise<KernelEvent> {
  const { promise, resolve } = Promise.withResolvers<KernelEvent>()
  const onRing = (event: KernelEvent): void => {
    if (!like.test(event.took ?? '')) return
    bell.off('rings', onRing)
    resolve(event)
  }
  bell.on('rings', onRing)
  return promise
}

/** Whatever was done before has been told. */
async function settled(): Promise<void> {
  const told = named(/^rule 30999$/)
  ip('rule add pref 30999 table 222 proto 222\nrule del pref 30999')
  await told
}

/** What is there already is passed over. */
function ip(input: string): void {
  execFileSync('sh', ['-c', 'ip -force -batch - || true'], { input, stdio: ['pipe', 'ignore', 'ignore'] })
}

/** A program that lives on after what it did, as a network manager does. */
function aliveIp(line: string): ChildProcess {
  const child = spawn('ip', ['-batch', '-'], { stdio: ['pipe', 'ignore', 'ignore'] })
  children.push(child)
  child.stdin.write(`${line}\n`)
  return child
}

for (const [thing, line] of [
  ['rule 30101', 'rule del pref 30101'],
  ['route 0.0.0.0/0 of table 201', 'route del default table 201'],
  ['route 0.0.0.0/0 of table 201', 'route replace default dev d0 table 201 proto static'],
  ['address 192.0.2.1/24', 'address del 192.0.2.1/24 dev d0'],
  ['nexthop 222001', 'nexthop del id 222001'],
] as const) {
  test(`whoever runs "${line}" and lives on is named`, async () => {
    const heard = named(new RegExp(`^${thing}$`))
    const { pid } = aliveIp(line)
    const { by, text } = await heard
    assert.deepEqual(by, { pid, name: 'ip' })
    assert.equal(text, `${thing} taken by ip (pid ${pid})`)
  })
}

test('whoever ends at once is told by number, and by name if we were quick', async () => {
  const heard = named(/^rule 30101$/)
  const child = spawn('ip', ['rule', 'del', 'pref', '30101'])
  const { by } = await heard
  assert.equal(by?.pid, child.pid)
  assert.ok(by?.name === undefined || by.name === 'ip', by?.name)
})

test('a second socket, whose number is no pid, is traced to its process', async () => {
  const program = `
    import * as ffi from ${JSON.stringify(new URL('ffi.ts', import.meta.url).href)}
    const anyAddress = Buffer.alloc(12); anyAddress.writeUInt16LE(16)
    const [, second] = [0, 1].map(() => { const fd = ffi.socket(16, 3, 0); ffi.bind(fd, anyAddress); return fd })
    // RTM_DELRULE, NLM_F_REQUEST; of IPv4, to a table; FRA_PRIORITY 30101
    ffi.send(second, Buffer.from('24000000' + '2100' + '0100' + '0000000000000000' + '020000000000000100000000' + '0800060095750000', 'hex'))
    process.stdin.resume()`
  const heard = named(/^rule 30101$/)
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['pipe', 'ignore', 'inherit'] }) // prettier-ignore
  children.push(child)
  assert.deepEqual((await heard).by, { pid: child.pid, name: 'node' })
})

test('without a descriptor left to look with, nobody is named, and nothing worse', async () => {
  const owner = await withoutDescriptors(async () => ownerOf(process.pid))
  assert.deepEqual(owner, { pid: process.pid })
})

test('nft flush ruleset is told with the program and its number', async () => {
  execFileSync('nft', ['add table inet multihomed'])
  const heard = named(/^table inet multihomed$/)
  const child = spawn('nft', ['flush', 'ruleset'])
  const { by } = await heard
  // In a container the number is the machine's, and says nothing to anybody in there.
  if (countsApart) return assert.deepEqual(by, { name: 'nft' })
  // What rang may have been the line before.
  const culprits: (Culprit | undefined)[] = [by]
  while (culprits.at(-1)?.pid !== child.pid) culprits.push((await named(/^table/)).by)
  assert.deepEqual(culprits.at(-1), { pid: child.pid, name: 'nft' })
})

test('what we take away ourselves, and what goes with its link, is told of nobody', async () => {
  const rule = { family: 'ipv4', priority: 30_202, table: tableId(202), protocol: 222, other: [] } as const
  const ruleset = { counters: [], maps: [], chains: [] }
  for (const move of [
    { do: 'add-rule', rule },
    { do: 'delete-rule', rule },
    { do: 'change-ruleset', from: undefined, to: ruleset },
    { do: 'change-ruleset', from: ruleset, to: undefined },
  ] as const) {
    const done = await kernel.apply(move)
    assert.ok(done.ok, JSON.stringify(done))
  }
  const links = once(bell, 'rings')
  aliveIp('link set d0 down')
  await links
  await settled()
  assert.deepEqual(taken.filter(({ took }) => took !== 'rule 30999').map(({ text }) => text), []) // prettier-ignore
})
