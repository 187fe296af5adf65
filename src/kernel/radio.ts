import { readFileSync } from 'node:fs'
import type { Radio } from '../model/index.ts'

const RADIO_TYPES: Readonly<Record<string, Radio>> = { wlan: 'wireless', wwan: 'mobile' }

/**
 * Whether an interface goes through the air. From sysfs, which is that of the network namespace in which it was
 * mounted: by its index one knows one's own.
 */
export function radioOf(name: string, index: number): Radio | undefined {
  const facts = readText(`/sys/class/net/${name}/uevent`) ?? ''
  if (!facts.includes(`IFINDEX=${index}\n`)) return undefined
  return RADIO_TYPES[/^DEVTYPE=(\w+)$/m.exec(facts)?.[1] ?? '']
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined // not on this kernel, or gone meanwhile
  }
}
