import type { ChildProcess } from 'node:child_process'
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe } from 'node:test'
import { eventually, INTERNET, ROUTER } from '../index.ts'
import type { Lab } from '../index.ts'
import { DIES_WITH_US, spawnIn } from '../run.ts'
import { FAR_END, testCarried } from './carried.ts'

/** @returns its fingerprint, by which the other end knows it */
async function certificate(lab: Lab, name: string): Promise<string> {
  const file = join(lab.directory, name)
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=${name} -days 9 -keyout ${file}.key -out ${file}.crt`
  execFileSync('openssl', words.split(' '), { stdio: 'pipe' })
  return new X509Certificate(await readFile(`${file}.crt`)).fingerprint256
}

describe('OpenVPN as a line, over two others', () => {
  const programs: ChildProcess[] = []
  after(() => programs.forEach((program) => program.kill('SIGKILL')))

  async function start(lab: Lab, host: string, name: string, words: readonly string[]): Promise<void> {
    const file = join(lab.directory, `${name}.conf`)
    await writeFile(
      file,
      `${[...words, 'dev tun0', `cert ${name}.crt`, `key ${name}.key`, 'verb 1'].join('\n')}\n`,
    )
    programs.push(
      spawnIn(lab.host(host), [...DIES_WITH_US, 'openvpn', '--cd', lab.directory, '--config', file], {
        stdio: ['ignore', 'ignore', 'inherit'],
      }),
    )
    await eventually(
      () => lab.run(host, ['ip', '-4', 'address', 'show', 'dev', 'tun0']),
      ({ stdout }) => stdout.includes('inet '),
      { what: `OpenVPN on ${host} has its address`, timeoutMs: 20_000 },
    )
  }

  /** A server that wants to be everybody's default route, and the client of docs/lines.md. */
  async function dig(lab: Lab): Promise<void> {
    if (!existsSync('/dev/net/tun')) execFileSync('modprobe', ['tun'])
    const [server, client] = [await certificate(lab, 'server'), await certificate(lab, 'client')]
    await start(lab, INTERNET, 'server', [
      `local ${FAR_END}`,
      'port 1194',
      'server 10.99.0.0 255.255.255.0',
      'topology subnet',
      'push "redirect-gateway def1"',
      'dh none',
      `peer-fingerprint ${client}`,
    ])
    // Somebody has to lead there before the lines are: the first of them.
    const { device, addressWithLength, gateway } = lab.line('fiber')
    await lab.must(ROUTER, ['ip', '-batch', '-'], {
      input: `address add ${addressWithLength} dev ${device}\nlink set ${device} up\nroute add default via ${gateway}\n`,
    })
    await start(lab, ROUTER, 'client', [
      'client',
      `remote ${FAR_END} 1194 udp`,
      'route-nopull',
      `peer-fingerprint ${server}`,
    ])
  }

  testCarried({ dig, line: { interface: 'tun0', endpoint: FAR_END } })
})
