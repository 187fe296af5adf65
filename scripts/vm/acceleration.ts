/** Whether this machine can run guests on its own processor: a /dev/kvm may be there and hang all the same. */
import { accessSync, constants, readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import { startGuest } from './guest.ts'
import type { Acceleration, Boot } from './guest.ts'

/** A guest that works is there in a second or two. */
const TRIAL_MS = 8000

/** Tried by a guest that only says that it lives; what came of it holds until this machine boots anew. */
export async function chooseAcceleration(
  cache: string,
  boot: Pick<Boot, 'kernel' | 'initramfs'>,
  say: (text: string) => void,
): Promise<Acceleration> {
  const why = whyClosed()
  if (why !== undefined) {
    say(`emulating the processor: ${why}`)
    return 'tcg'
  }
  const thisBoot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  const known = join(cache, 'acceleration')
  const [boot_id, verdict] = (await readFile(known, 'utf8').catch(() => '')).split(' ')
  if (boot_id === thisBoot && (verdict === 'kvm' || verdict === 'tcg')) return verdict

  const works = await livesInTime(cache, boot)
  const chosen = works ? 'kvm' : 'tcg'
  if (!works) say(`emulating the processor: /dev/kvm is there, but a guest did not start with it within ${TRIAL_MS / 1000} s`) // prettier-ignore
  await writeFile(known, `${thisBoot} ${chosen}`)
  return chosen
}

function whyClosed(): string | undefined {
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK)
    return undefined
  } catch (cause) {
    return `/dev/kvm is closed to us (${(cause as NodeJS.ErrnoException).code})`
  }
}

async function livesInTime(cache: string, boot: Pick<Boot, 'kernel' | 'initramfs'>): Promise<boolean> {
  const kernelLog = join(cache, 'trial.log')
  await writeFile(kernelLog, '')
  const guest = startGuest({ ...boot, acceleration: 'kvm', words: 'vm.trial', kernelLog })
  const tooLate = setTimeout(() => guest.kill('SIGKILL'), TRIAL_MS)
  await once(guest, 'close')
  clearTimeout(tooLate)
  return (await readFile(kernelLog, 'utf8')).includes('alive')
}
