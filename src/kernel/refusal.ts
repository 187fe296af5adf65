import { getSystemErrorName } from 'node:util'
import type { KernelError } from '../model/index.ts'
import { ENODEV, EPERM } from './ffi.ts'

/** What the kernel said by a number, in the words of the port. */
export const refusal = (what: string, errno: number): KernelError =>
  errno === EPERM
    ? { code: 'not-permitted', what, said: 'Operation not permitted', needs: 'CAP_NET_ADMIN' }
    : { code: errno === ENODEV ? 'not-found' : 'refused', what, said: getSystemErrorName(-errno) }
