export type { Counts, Kernel, KernelEvent } from './port.ts'
export { openLinuxKernel } from './linux.ts'
export { notifyServiceManager } from './notify-socket.ts'
export { probeOnce } from './probe-once.ts'
