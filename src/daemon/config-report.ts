import { ok } from '../model/index.ts'
import { whyNotWritable } from './config-file.ts'
import { fingerprintOf, type ConfigHistory } from './config-history.ts'
import type { ConfigReport, FormerConfigs, Trial } from './control.ts'
import { readText } from './read-config.ts'

/** What is configured: in the file, and in force. */
export async function configReport(
  file: string,
  running: { readonly text: string; readonly sinceMs: number },
  trial: Trial | undefined,
): Promise<ConfigReport> {
  const [there, unwritable] = await Promise.all([readText(file), whyNotWritable(file)])
  return {
    file,
    inFile: there.ok ? ok(versioned({ text: there.value })) : there,
    ...(unwritable !== undefined && { unwritable }),
    running: versioned(running),
    ...(trial !== undefined && { trial }),
  }
}

export const formerConfigs = ({ accepted, tried }: ConfigHistory): FormerConfigs => ({
  accepted: accepted.map(versioned),
  tried: tried.map(versioned),
})

const versioned = <Entry extends { readonly text: string }>(entry: Entry) => ({
  ...entry,
  version: fingerprintOf(entry.text),
})
