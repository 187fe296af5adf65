import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe } from 'node:test'
import { eventually, INTERNET, ROUTER } from '../index.ts'
import type { Lab } from '../index.ts'
import { DIES_WITH_US, spawnIn } from '../run.ts'
import { FAR_END, INSIDE, testCarried } from './carried.ts'

/** With a key that both ends have; ours is the file of docs/lines.md, and what this kind of OpenVPN wants besides. */
async function dig(lab: Lab): Promise<void> {
  const key = join(lab.directory, 'static.key')
  execFileSync('modprobe', ['tun'])
  execFileSync('openvpn', ['--genkey', 'secret', key])
  const both = ['secret static.key', 'cipher AES-256-CBC', 'verb 1']
  await start(lab, INTERNET, 'server', [
    'dev tun0',
    'port 1194',
    `local ${FAR_END}`,
    'float', // it learns from where the other end speaks now; a server for many does so by itself
    `ifconfig ${INSIDE.far} ${INSIDE.near}`,
    ...both,
  ])
  await start(lab, ROUTER, 'client', [
    'dev tun0',
    `remote ${FAR_END} 1194 udp`,
    'route-nopull',
    'nobind',
    `ifconfig ${INSIDE.near} ${INSIDE.far}`,
    ...both,
  ])
}

async function start(lab: Lab, host: string, name: string, words: readonly string[]): Promise<void> {
  const file = join(lab.directory, `${name}.conf`)
  await writeFile(file, `${words.join('\n')}\n`)
  spawnIn(lab.host(host), [...DIES_WITH_US, 'openvpn', '--cd', lab.directory, '--config', file], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  await eventually(
    () => lab.run(host, ['ip', '-4', 'address', 'show', 'dev', 'tun0']),
    ({ stdout }) => stdout.includes('inet '),
    { what: `OpenVPN on ${host} has its address`, timeoutMs: 20_000 },
  )
}

describe('OpenVPN as a line, over two others', () => {
  testCarried({ dig, line: { interface: 'tun0', endpoint: FAR_END } })
})
