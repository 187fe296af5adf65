/** A line that is dialled: its device comes with the call and goes when somebody hangs up. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, closeSync, constants, openSync } from 'node:fs'
import { join } from 'node:path'
import * as libc from '../../kernel/ffi.ts'
import { inNamespace } from '../namespace.ts'
import type { Namespace } from '../namespace.ts'
import { ROUTER } from '../index.ts'
import type { Lab } from '../index.ts'
import { ip } from './tunnel.ts'

const TUN = '/dev/net/tun'
/** From linux/if_tun.h */
const TUNSETIFF = 0x4004_54ca
const IFF_TUN = 0x1
const IFF_NO_PI = 0x1000
const INTERFACE_REQUEST_BYTES = 40

/** @returns why this machine lets nobody dial; `undefined`: it does */
export function whyNoDialling(): string | undefined {
  try {
    accessSync(TUN, constants.R_OK | constants.W_OK)
    return undefined
  } catch (cause) {
    return `${TUN} is closed to us: ${(cause as NodeJS.ErrnoException).code}`
  }
}

export interface Call {
  /** The device goes, with all that was on it. */
  hangUp(): Promise<void>
}

/** As pppd leaves it: address with its peer, and a default route without a gateway. */
export async function dial(
  lab: Lab,
  line: string,
  { device, address }: { device: string; address: string },
): Promise<Call> {
  const { gateway, host } = lab.line(line)
  const near = openTun(lab.host(ROUTER), device)
  const far = openTun(lab.host(host), 'call')
  const pump = spawn(process.execPath, [join(import.meta.dirname, '../fixtures/pump.ts')], {
    stdio: ['ignore', 'inherit', 'inherit', near, far],
  })
  closeSync(near)
  closeSync(far)
  await lab.must(host, ['ip', '-batch', '-'], {
    input: `address add ${gateway} peer ${address} dev call\nlink set call up\n`,
  })
  await ip(
    lab,
    `address add ${address} peer ${gateway} dev ${device}`,
    `link set ${device} up`,
    `route add default dev ${device} metric 4096`,
  )
  return {
    async hangUp() {
      const gone = once(pump, 'close')
      pump.kill('SIGKILL')
      await gone
    },
  }
}

/** The device lives as long as somebody holds the descriptor. */
function openTun(host: Namespace, device: string): number {
  const request = Buffer.alloc(INTERFACE_REQUEST_BYTES)
  request.write(device)
  request.writeUInt16LE(IFF_TUN | IFF_NO_PI, 16)
  return inNamespace(host, () => {
    const fd = openSync(TUN, 'r+')
    libc.ioctl(fd, TUNSETIFF, request)
    return fd
  })
}
