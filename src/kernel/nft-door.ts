import { spawn } from 'node:child_process'
import { fail, ok, type KernelError, type Result, type Ruleset } from '../model/index.ts'
import type { NftLibrary } from './ffi.ts'
import { ownedMaps, readRuleset } from './nft-listing.ts'

interface NftAnswer {
  readonly ok: boolean
  readonly output: string
  readonly error: string
}

/** nft text into the kernel and back: through libnftables in our process, or a spawned `nft` where that is missing. */
export class NftDoor {
  readonly #library: NftLibrary | undefined
  readonly #knownForms = new Set<string>()

  private constructor(library: NftLibrary | undefined) {
    this.#library = library
  }

  static async open(): Promise<NftDoor> {
    try {
      const { openNftLibrary } = await import('./ffi.ts')
      return new NftDoor(openNftLibrary())
    } catch {
      return new NftDoor(undefined) // no koffi for this machine: 20 ms instead of 1.5 ms a change
    }
  }

  get usesLibrary(): boolean {
    return this.#library !== undefined
  }

  /**
   * Carries out nft text as one transaction.
   *
   * nftables 1.0.6 aborts on some text that it should refuse, and within our process that would be our end. So a
   * form of text that was not seen before is first checked by a child. Elements of our own maps are no such text:
   * a line that dies must not wait for a process to start.
   */
  async change(lines: readonly string[]): Promise<Result<void, KernelError>> {
    const text = `${lines.join('\n')}\n`
    if (this.#library === undefined) return toResult(text, await spawnNft(['-f', '-'], text))
    const unseen = [...new Set(lines.filter((line) => !isAboutElements(line)).map(formOf))].filter(
      (form) => !this.#knownForms.has(form),
    )
    if (unseen.length > 0) {
      const checked = await spawnNft(['-c', '-f', '-'], text)
      if (!checked.ok) return toResult(text, checked)
      for (const form of unseen) this.#knownForms.add(form)
    }
    return toResult(text, this.#library.run(text))
  }

  /** @returns our table as it is, `undefined` when there is none */
  async read(): Promise<Result<Ruleset | undefined, KernelError>> {
    const terse = await this.#list('list table inet multihomed', true)
    if (!terse.ok) {
      const result = toResult('list table inet multihomed', terse)
      return !result.ok && result.error.code === 'not-found'
        ? ok(undefined)
        : (result as Result<undefined, KernelError>)
    }
    const elements = new Map<string, string>()
    for (const { kind, name } of ownedMaps(terse.output)) {
      const listing = await this.#list(`list ${kind} inet multihomed ${name}`, false)
      // Gone between two readings: the comparison will find it missing.
      if (listing.ok) elements.set(name, listing.output)
    }
    return ok(readRuleset(terse.output, elements))
  }

  /** Packets counted by our named counters, by name. */
  async counters(): Promise<Map<string, number>> {
    const listing = await this.#list('list counters table inet multihomed', false)
    const counts = new Map<string, number>()
    for (const [, name = '', packets = ''] of listing.output.matchAll(/counter (\S+) \{\s*packets (\d+)/g)) {
      counts.set(name, Number(packets))
    }
    return counts
  }

  close(): void {
    this.#library?.close()
  }

  async #list(text: string, terse: boolean): Promise<NftAnswer> {
    if (this.#library !== undefined) return this.#library.run(text, terse)
    return spawnNft([...(terse ? ['-t'] : []), ...text.split(' ')], '')
  }
}

const isAboutElements = (line: string): boolean =>
  /^(?:add element|delete element|flush map|flush set) /.test(line)

/** What remains of a command without its numbers, names and addresses. */
const formOf = (line: string): string =>
  line
    .replaceAll(/"[^"]*"/g, '"')
    .replaceAll(/\d[\w.:/-]*/g, '0')
    .replaceAll(/_\w+/g, '_')

function toResult(text: string, answer: NftAnswer): Result<void, KernelError> {
  if (answer.ok) return ok(undefined)
  const said = answer.error.trim() === '' ? 'nft said no without a reason' : answer.error.trim()
  const what = `nft: ${text.trim().split('\n')[0] ?? ''}`
  if (/Operation not permitted|you must be root/i.test(said)) {
    return fail({ code: 'not-permitted', what, said, needs: 'CAP_NET_ADMIN' })
  }
  if (/No such file or directory/.test(said)) return fail({ code: 'not-found', what, said })
  if (/File exists/.test(said)) return fail({ code: 'exists', what, said })
  if (/Resource busy/i.test(said)) return fail({ code: 'busy', what, said })
  if (/not supported/i.test(said)) return fail({ code: 'unsupported', what, said })
  return fail({ code: 'refused', what, said })
}

function spawnNft(argv: readonly string[], input: string): Promise<NftAnswer> {
  return new Promise((resolve) => {
    const child = spawn('nft', argv, { stdio: ['pipe', 'pipe', 'pipe'] })
    let output = ''
    let error = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text))
    child.on('error', (cause) =>
      resolve({ ok: false, output, error: `nft cannot be started: ${cause.message}` }),
    )
    child.on('close', (code, signal) =>
      resolve({
        ok: code === 0,
        output,
        error: signal === null ? error : `${error}\nnft ended by ${signal}`,
      }),
    )
    child.stdin.on('error', () => undefined) // told by `close`
    child.stdin.end(input)
  })
}
