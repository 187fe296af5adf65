/** Runs a program from a list of arguments. */
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'

export interface RunOptions {
  /** What it reads. */
  readonly input?: string
  /** A file that it reads. */
  readonly from?: string
  /** A file for what it prints, which else is returned. */
  readonly into?: string
}

/**
 * What it says on stderr is shown only when it fails.
 * @throws {Error} with its last words
 */
export async function run(
  [program, ...args]: readonly [string, ...string[]],
  { input, from, into }: RunOptions = {},
): Promise<string> {
  const files = [from && openSync(from, 'r'), into && openSync(into, 'w')] as const
  const child = spawn(program, args, { stdio: [files[0] || 'pipe', files[1] || 'pipe', 'pipe'] })
  for (const file of files) if (typeof file === 'number') closeSync(file)
  const out: Buffer[] = []
  const complaints: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => complaints.push(chunk))
  child.stdin?.on('error', () => {}) // it may end before it has read all
  child.stdin?.end(input)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (code !== 0) throw new Error(`${program} failed (exit code ${code}):\n${lastLines(complaints)}`)
  return Buffer.concat(out).toString()
}

const lastLines = (chunks: readonly Buffer[]): string =>
  Buffer.concat(chunks).toString().trimEnd().split('\n').slice(-15).join('\n')
