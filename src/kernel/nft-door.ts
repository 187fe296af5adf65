import { OUR_TABLE, fail, ok, type KernelError, type Result, type Ruleset } from '../model/index.ts'
import type { NftLibrary } from './ffi.ts'
import type { LineCounters } from './line-counters.ts'
import { ourTable, ownedMaps, readCounters, readRuleset } from './nft-listing.ts'
import { runOnce, type RunOutcome } from './run-once.ts'

/**
 * After a boot the first ruleset has the kernel fetch a dozen modules from a disk that everybody wants something of;
 * Linux 6.1 asks for all the earlier ones again with each (docs/vm.md).
 */
const DEADLINE_MS = 30_000

/** nft text into the kernel and back: through libnftables in our process, or a spawned `nft` where that is missing. */
export class NftDoor {
  readonly #library: NftLibrary | undefined
  readonly #knownForms = new Set<string>()
  /** From the first time that they are asked for. */
  #counters: Promise<LineCounters | undefined> | undefined

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
      const checked = await this.check(lines)
      if (!checked.ok) return checked
      for (const form of unseen) this.#knownForms.add(form)
    }
    return toResult(text, this.#library.run(text))
  }

  /** Whether text would be taken; nothing is changed. */
  async check(lines: readonly string[]): Promise<Result<void, KernelError>> {
    const text = `${lines.join('\n')}\n`
    return toResult(text, await spawnNft(['-c', '-f', '-'], text))
  }

  /** @returns our table as it is, `undefined` when there is none */
  async read(): Promise<Result<Ruleset | undefined, KernelError>> {
    const all = await this.#list(LIST_ALL, true)
    if (!all.ok) return fail(errorOf(LIST_ALL, all))
    const terse = ourTable(all.output)
    if (terse === undefined) return ok(undefined)
    const elements = new Map<string, string>()
    for (const { kind, name } of ownedMaps(terse)) {
      const listing = await this.#list(`list ${kind} ${OUR_TABLE} ${name}`, false)
      // Gone between two readings: the comparison will find it missing.
      if (listing.ok) elements.set(name, listing.output)
    }
    return ok(readRuleset(terse, elements))
  }

  /** Packets counted by our named counters, by name. */
  async counters(): Promise<ReadonlyMap<string, number>> {
    this.#counters ??= openedCounters()
    const counters = await this.#counters
    if (counters !== undefined) return counters.read()
    const { output } = await this.#list(LIST_ALL, true)
    return readCounters(ourTable(output) ?? '')
  }

  close(): void {
    this.#library?.close()
    void this.#counters?.then((counters) => counters?.close())
  }

  async #list(text: string, terse: boolean): Promise<RunOutcome> {
    if (this.#library !== undefined) return this.#library.run(text, terse)
    return runOnce('nft', [...(terse ? ['-t'] : []), ...text.split(' ')])
  }
}

/** By netlink, which takes a tenth of the time of a listing; not without FFI. */
async function openedCounters(): Promise<LineCounters | undefined> {
  const door = await import('./line-counters.ts').catch(() => undefined)
  const opened = door?.openCounters()
  return opened?.ok === true ? opened.value : undefined
}

/**
 * Not `list table`: for that, and for `list counters`, nft 1.0.6 fetches the elements of all maps, `-t` or not, and
 * stands still for half a second when the affinity map is full.
 */
const LIST_ALL = 'list ruleset inet'

const isAboutElements = (line: string): boolean =>
  /^(?:add element|delete element|flush map|flush set) /.test(line)

/** What remains of a command without its numbers, names and addresses. */
const formOf = (line: string): string =>
  line
    .replaceAll(/"[^"]*"/g, '"')
    .replaceAll(/\d[\w.:/-]*/g, '0')
    .replaceAll(/_\w+/g, '_')

const toResult = (text: string, answer: RunOutcome): Result<void, KernelError> =>
  answer.ok ? ok(undefined) : fail(errorOf(text, answer))

function errorOf(text: string, answer: RunOutcome): KernelError {
  const said = answer.error.trim() === '' ? 'nft said no without a reason' : answer.error.trim()
  const what = `nft: ${text.trim().split('\n')[0] ?? ''}`
  if (/Operation not permitted|you must be root/i.test(said)) {
    return { code: 'not-permitted', what, said, needs: 'CAP_NET_ADMIN' }
  }
  if (/No such file or directory/.test(said)) return { code: 'not-found', what, said }
  if (/File exists/.test(said)) return { code: 'exists', what, said }
  if (/Resource busy/i.test(said)) return { code: 'busy', what, said }
  if (/not supported/i.test(said)) return { code: 'unsupported', what, said }
  return { code: 'refused', what, said }
}

const spawnNft = (argv: readonly string[], input: string): Promise<RunOutcome> =>
  runOnce('nft', argv, { input, deadlineMs: DEADLINE_MS })
