/** IPv6 beside the lab, which has none of its own yet: addresses by hand, and programs that ask by them. */
import assert from 'node:assert/strict'
import { eventually, INTERNET, LAN, ROUTER } from '../index.ts'
import type { Lab } from '../index.ts'

/** The router at both lines, a client, and somebody in the internet. */
export const V6 = {
  fiber: '2001:db8:1::2',
  dsl: '2001:db8:2::2',
  lan: '2001:db8:a::1',
  client: '2001:db8:a::11',
  server: '2001:db8:f::10',
} as const

/** Everybody routes to everybody; the router's own way out is the first line. */
export async function plugIpv6(lab: Lab): Promise<void> {
  const type = (host: string, ...commands: readonly string[]): Promise<string> =>
    lab.must(host, ['ip', '-6', '-batch', '-'], { input: `${commands.join('\n')}\n` })
  const forwards = (host: string): Promise<string> =>
    lab.must(host, ['sysctl', '-qw', 'net.ipv6.conf.all.forwarding=1'])
  await Promise.all([INTERNET, ROUTER, ...lab.topology.lines.map(({ host }) => host)].map(forwards))
  await type(INTERNET, `address add ${V6.server}/128 dev lo`)
  for (const { name, number, host, device, uplink } of lab.topology.lines) {
    await lab.assignAddresses(name, [`2001:db8:${number}::/64`, '2001:db8:a::/64'])
    await type(
      host,
      `address add 2001:db8:${number}::1/64 dev customer nodad`,
      `address add 2001:db8:${number}:1::2/64 dev uplink nodad`,
      `route add default via 2001:db8:${number}:1::1`,
      // As to a customer with a prefix of his own.
      `route add 2001:db8:a::/64 via 2001:db8:${number}::2`,
    )
    await type(
      INTERNET,
      `address add 2001:db8:${number}:1::1/64 dev ${uplink.internetDevice} nodad`,
      `route add 2001:db8:${number}::/64 via 2001:db8:${number}:1::2`,
    )
    await type(ROUTER, `address add 2001:db8:${number}::2/64 dev ${device} nodad`)
  }
  await type(INTERNET, 'route add 2001:db8:a::/64 via 2001:db8:1:1::2')
  await type(
    ROUTER,
    `address add ${V6.lan}/64 dev ${LAN.device} nodad`,
    'route add default via 2001:db8:1::1',
  )
  await type('client-1', `address add ${V6.client}/64 dev eth0 nodad`, `route add default via ${V6.lan}`)
  // Neighbours are asked from addresses of the link, which take a second to be everybody's.
  for (const host of [INTERNET, ROUTER, 'client-1', ...lab.topology.lines.map((line) => line.host)])
    await eventually(
      () => lab.must(host, ['ip', '-6', 'address', 'show', 'tentative']),
      (shown) => shown === '',
      { what: `no address of ${host} is in doubt` },
    )
}

/** Tries a TCP connection. `refused` is an answer too: nobody listens, but the packet arrived and came back. */
export async function tryTcp(
  lab: Lab,
  host: string,
  address: string,
  port: number,
  from?: string,
): Promise<'connected' | 'refused' | 'nothing'> {
  const options = { host: address, port, ...(from !== undefined && { localAddress: from }) }
  const script = `
    const socket = require('node:net').connect(${JSON.stringify(options)})
    const say = (word) => { console.log(word); process.exit() }
    socket.on('connect', () => say('connected')).on('error', ({ code }) => say(code === 'ECONNREFUSED' ? 'refused' : code))
    setTimeout(() => say('nothing'), 700)`
  const word = (await lab.must(host, [process.execPath, '-e', script])).trim()
  if (word === 'connected' || word === 'refused' || word === 'nothing') return word
  return assert.fail(`${host} to ${address}: ${word}`)
}

export const ping6 = async (
  lab: Lab,
  host: string,
  address: string,
  ...options: readonly string[]
): Promise<string> => {
  const { stdout, stderr } = await lab.run(host, ['ping', '-6', '-n', '-c1', '-W1', ...options, address])
  return stdout + stderr
}
