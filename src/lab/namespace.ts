import { closeSync, openSync } from 'node:fs'
import { setns } from '../kernel/ffi.ts'

/** A host of the lab. Its sockets and processes are made inside and belong to it for life. */
export interface Namespace {
  readonly name: string
  /** Keeps the namespace open, even after its name is gone. */
  readonly fd: number
}

/** From linux/sched.h */
const CLONE_NEWNET = 0x4000_0000

/** @param name as `ip netns` knows it */
export const openNamespace = (name: string): Namespace => ({ name, fd: openSync(`/run/netns/${name}`, 'r') })
export const closeNamespace = (namespace: Namespace): void => closeSync(namespace.fd)

let home: number | undefined
let whereWeAre: number | undefined

/**
 * Does `work` while this thread is in the namespace. A namespace belongs to a thread, and all of our program shares
 * one: what is awaited would run somewhere else, so `work` must be done when it returns. A socket, a child process
 * and a file below /proc/sys/net belong to the namespace in which they were made or opened.
 */
export function inNamespace<T>(
  namespace: Namespace,
  work: () => T extends PromiseLike<unknown> ? never : T,
): T {
  home ??= openSync('/proc/thread-self/ns/net', 'r')
  const before = whereWeAre ?? home
  setns(namespace.fd, CLONE_NEWNET)
  whereWeAre = namespace.fd
  try {
    return work()
  } finally {
    setns(before, CLONE_NEWNET)
    whereWeAre = before
  }
}
