/** `multihome init` on a box that multihomed has never seen, up to the daemon that runs by what it wrote. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { InitDocument } from '../../api/contract.ts'
import { createLab, eventually, LAN, ROUTER, type Lab } from '../index.ts'
import { boxState } from './box-state.ts'
import { ip } from './tunnel.ts'

const MAIN = join(import.meta.dirname, '..', '..', 'main.ts')

describe('init', () => {
  let lab: Lab
  before(async () => {
    lab = await createLab({
      // Two that a DHCP client has set up, one of them behind carrier-grade NAT, one without Internet, and a bare cable.
      lines: [
        { name: 'fiber', addressing: 'by-provider' },
        { name: 'dead', addressing: 'by-provider' },
        { name: 'lte', addressing: 'by-provider' },
        { name: 'cable' },
      ],
      clients: 3,
      servers: 1,
      lanAddress: 'set',
    })
    await lab.blackhole('dead')
    await ip(
      lab,
      'link set wan4 up',
      'link add wg0 type veth peer name wg1',
      'address add 10.9.0.1/24 dev wg0',
    )
    await ip(lab, 'link set wg0 up', 'link set wg1 up')
    for (const { host } of lab.topology.clients) await lab.ping(host, LAN.router)
  })
  after(() => lab.remove())

  const init = async (...words: string[]): Promise<InitDocument> => {
    const { stdout } = await lab.command(['init', '--json', ...words])
    return JSON.parse(stdout) as InitDocument
  }
  const looks = ({ interfaces }: InitDocument, name: string): (string | null)[] => {
    const seen = interfaces.find((one) => one.name === name) ?? assert.fail(name)
    return [seen.internet?.replace(/\d+ ms|<1 ms/, 'N ms') ?? null, seen.looksLike]
  }
  const taken = ({ lines }: InitDocument): string[] =>
    lines.filter((line) => line.taken).map(({ interface: dev }) => dev)
  /** As a fresh box of most distributions has it; the lab's routers begin with the hardest. */
  const loosen = (): Promise<unknown> =>
    Promise.all(
      ['all', 'wan1', 'wan2', 'wan3'].map((name) =>
        lab.must(ROUTER, ['sysctl', '-qw', `net.ipv4.conf.${name}.rp_filter=2`]),
      ),
    )

  test('a box that drops answers by all lines but one: the others are taken on trust, with the reason', async () => {
    const seen = await init()
    assert.deepEqual(looks(seen, 'wan1'), ['yes, N ms', 'a line'])
    assert.deepEqual(looks(seen, 'wan3'), ['not asked, CGNAT', 'a line'])
    assert.deepEqual(taken(seen), ['wan1', 'wan2', 'wan3'])
    assert.ok(seen.remarks.some((remark) => /^wan2 and wan3 could not be asked: .*rp_filter/.test(remark)))
  })

  test('looking finds the lines that reach the Internet, the network, the VPN and the bare cable, and changes nothing', async () => {
    await loosen()
    const untouched = await boxState(lab)
    const seen = await init()
    assert.deepEqual(
      Object.fromEntries(
        ['wan1', 'wan2', 'wan3', 'wan4', 'lan0', 'wg0'].map((dev) => [dev, looks(seen, dev)]),
      ),
      {
        wan1: ['yes, N ms', 'a line'],
        wan2: ['no answer', 'a line'],
        wan3: ['yes, N ms, CGNAT', 'a line'],
        wan4: [null, 'no address'],
        lan0: ['3 clients seen', 'your network'],
        wg0: [null, 'VPN, left alone'],
      },
    )
    assert.deepEqual([taken(seen), seen.lan, seen.written], [['wan1', 'wan3'], ['lan0'], null])
    assert.deepEqual(await boxState(lab), untouched)
  })

  test('somebody without any right is told as much, and may write where he may', async () => {
    const program = [process.execPath, MAIN, 'init', '--yes', '--json', '--out']
    const asNobody = async (file: string): Promise<InitDocument & { code: number | null }> => {
      const bare = ['setpriv', '--bounding-set=-all', '--inh-caps=-all', ...program, file]
      const { stdout, code } = await lab.run(ROUTER, bare)
      return { ...(JSON.parse(stdout) as InitDocument), code }
    }
    const seen = await asNobody(join(lab.directory, 'mine.yaml'))
    assert.deepEqual([seen.code, taken(seen)], [0, ['wan1', 'wan3']])
    assert.equal(readFileSync(join(lab.directory, 'mine.yaml'), 'utf8'), seen.config)
  })

  test('what it wrote is right, is kept by a second look, and spreads connections', async () => {
    const { written, config } = await init('--yes')
    assert.equal(written, lab.daemonPaths.config)
    assert.equal(readFileSync(lab.daemonPaths.config, 'utf8'), config)
    assert.equal((await lab.command(['check'])).code, 0)
    assert.match((await init('--yes')).conclusion, /says just this already/)

    await lab.startDaemon({})
    const { failed, lines } = await lab.load({ connections: 60 })
    assert.equal(failed, 0)
    assert.deepEqual(
      Object.keys(lines).filter((name) => (lines[name]?.connections ?? 0) > 0),
      ['fiber', 'lte'],
    )
  })

  test('beside a daemon that runs it sees the same lines, and writes beside the file that is there', async () => {
    await lab.restore('dead')
    await eventually(
      () => init(),
      (seen) => looks(seen, 'wan2')[0] === 'yes, N ms',
      { what: 'wan2 reaches the Internet' },
    )
    const seen = await init('--yes')
    assert.deepEqual(taken(seen), ['wan1', 'wan2', 'wan3'])
    assert.equal(seen.written, `${lab.daemonPaths.config}.new`)
    assert.match(seen.remarks.join('\n'), /^multihomed is at work here already/)
    assert.equal((await lab.command(['check', `${lab.daemonPaths.config}.new`])).code, 0)
  })
})
