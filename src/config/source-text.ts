import { fail, ok } from '../model/index.ts'
import type { Result } from '../model/index.ts'
import { problem, wholeFile } from './problem.ts'
import type { Problem } from './problem.ts'

/** Far more than 240 lines need; what is larger is another file. */
const MAX_BYTES = 1024 * 1024

/** The text to point into, whatever the bytes are; without a byte order mark. */
export function textOf(source: string | Uint8Array): string {
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source)
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

/** @returns the text of a config file, or why it is none: too large, or not UTF-8 */
export function decodeSource(source: string | Uint8Array, file: string): Result<string, Problem> {
  const sizeBytes = typeof source === 'string' ? Buffer.byteLength(source) : source.byteLength
  if (sizeBytes > MAX_BYTES) {
    return fail(
      problem(
        'MH103',
        wholeFile(file),
        `the file has ${(sizeBytes / MAX_BYTES).toFixed(1)} MiB; 1 MiB is the limit`,
        {
          help: 'a config has a few dozen lines: is this the right file?',
        },
      ),
    )
  }
  if (typeof source !== 'string') {
    const encoding = otherEncoding(source)
    if (encoding !== undefined) {
      return fail(
        problem('MH102', wholeFile(file), `the file is ${encoding}, not UTF-8`, { help: 'save it as UTF-8' }),
      )
    }
    const badAt = firstBadCharacter(source)
    if (badAt !== undefined) {
      const help = `save it as UTF-8 (iconv -f latin1 -t utf-8 converts an old file)`
      return fail(problem('MH102', { file, ...badAt, length: 1 }, 'the file is not UTF-8 here', { help }))
    }
  }
  return ok(textOf(source))
}

function otherEncoding(bytes: Uint8Array): string | undefined {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return 'UTF-16'
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'compressed (gzip)'
  return undefined
}

function firstBadCharacter(bytes: Uint8Array): { line: number; column: number } | undefined {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return undefined
  } catch {
    const before = textOf(bytes).split('\ufffd', 1)[0] ?? ''
    const lineStart = before.lastIndexOf('\n') + 1
    return { line: before.split('\n').length, column: before.length - lineStart + 1 }
  }
}
