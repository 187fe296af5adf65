/**
 * Sockets that block, for load: one call into the kernel each, nothing of Node's event loop, so that the packets'
 * way weighs more than their maker.
 */
import { openSync } from 'node:fs'
import koffi from 'koffi'
import * as libc from '../../src/kernel/ffi.ts'

const c = koffi.load(null)
const cConnect = c.func('int connect(int, const uint8_t*, uint32_t)') as (
  fd: number,
  address: Uint8Array,
  bytes: number,
) => number
const cAccept = c.func('int accept(int, void*, void*)') as (fd: number, address: null, bytes: null) => number

/** @throws {libc.SystemError} */
export function connect(fd: number, address: Uint8Array): void {
  if (cConnect(fd, address, address.length) < 0) throw new libc.SystemError('connect', koffi.errno())
}

/** @throws {libc.SystemError} */
export function accept(fd: number): number {
  const connection = cAccept(fd, null, null)
  if (connection < 0) throw new libc.SystemError('accept', koffi.errno())
  return connection
}

/** From linux/sched.h */
const CLONE_NEWNET = 0x4000_0000

/** Sockets of this process are made there from now on. @param name as `ip netns` knows it */
export function enter(name: string): void {
  let fd = entered.get(name)
  if (fd === undefined) entered.set(name, (fd = openSync(`/run/netns/${name}`, 'r')))
  libc.setns(fd, CLONE_NEWNET)
}
const entered = new Map<string, number>()
