/** A virtual machine. */
import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

/** `tcg` emulates the processor: slow, and works everywhere. */
export type Acceleration = 'kvm' | 'tcg'

export interface Boot {
  readonly acceleration: Acceleration
  readonly kernel: string
  readonly initramfs: string
  /** What the kernel is told besides. */
  readonly words?: string
  /** vda, vdb, … */
  readonly disks?: readonly string[]
  /** A file for the kernel's own words. */
  readonly kernelLog: string
}

const MEMORY_MB = 1280
const PROCESSORS = 2
const KERNEL_WORDS =
  'console=ttyS0 quiet loglevel=4 panic=-1 random.trust_cpu=on mitigations=off systemd.journald.forward_to_console=1'

const MACHINE: Readonly<Record<Acceleration, readonly string[]>> = {
  kvm: ['-accel', 'kvm', '-cpu', 'host'],
  tcg: ['-accel', 'tcg,thread=multi', '-cpu', 'max'],
}

const DIES_WITH_US = ['--pdeathsig', 'KILL', '--']
const NOTHING_BESIDES = '-machine pc -nodefaults -no-user-config -no-reboot -display none -nic none'.split(
  ' ',
)
const PORT_FOR_WORDS = [
  ['-device', 'virtio-serial-pci'],
  ['-chardev', 'stdio,id=words,signal=off'],
  ['-device', 'virtserialport,chardev=words,name=words'],
].flat()

/** Its stdout has what the guest writes to the port `words`. It dies with us, whatever we die of. */
export function startGuest({
  acceleration,
  kernel,
  initramfs,
  words = '',
  disks = [],
  kernelLog,
}: Boot): ChildProcessByStdio<Writable, Readable, null> {
  return spawn(
    'setpriv',
    [
      ...DIES_WITH_US,
      'qemu-system-x86_64',
      ...MACHINE[acceleration],
      ...NOTHING_BESIDES,
      ...`-smp ${PROCESSORS} -m ${MEMORY_MB}`.split(' '),
      '-kernel',
      kernel,
      '-initrd',
      initramfs,
      '-append',
      `${KERNEL_WORDS} ${words}`,
      ...disks.flatMap((disk) => ['-drive', `if=virtio,format=raw,readonly=on,file=${disk}`]),
      '-serial',
      `file:${kernelLog}`,
      ...PORT_FOR_WORDS,
    ],
    // Its stdin stays open: while that has ended, the port counts as unplugged and whoever writes to it waits.
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
}
