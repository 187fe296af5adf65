import { spawn, type ChildProcess } from 'node:child_process'
import { IpAnswers, MARKER, type IpAnswer } from './ip-answers.ts'
import { OWN_GROUP, rememberOwn } from './own-processes.ts'
import { DEADLINE_MS } from './run-once.ts'

interface Waiting {
  readonly line: string
  readonly settle: (answer: IpAnswer) => void
  readonly reject: (error: Error) => void
}

/**
 * One `ip -force -batch -` that stays: 0.13 ms a command instead of 3 ms for a new process, and no fork from a
 * daemon whose memory has grown. `MARKER` behind every command marks where its answer ends.
 *
 * It lives in the network namespace where it was started. When it dies or falls silent, commands under way fail and
 * the next one starts a new one.
 */
export class IpChild {
  readonly #flags: readonly string[]
  readonly #deadlineMs: number
  #batch: Batch | undefined

  /**
   * @param flags for `ip`, before `-force -batch -`: `-json`, `-details`, …
   * @param deadlineMs how long it may say nothing while an answer is due
   */
  constructor(flags: readonly string[], deadlineMs = DEADLINE_MS) {
    this.#flags = flags
    this.#deadlineMs = deadlineMs
  }

  /**
   * @throws when `ip` cannot be started, died under way or does not answer; a command that the kernel refuses is an
   *   answer. What became of a command without an answer nobody knows: it may have been carried out
   */
  async run(line: string): Promise<IpAnswer> {
    const batch = (this.#batch ??= new Batch(this.#flags, this.#deadlineMs, () => {
      if (this.#batch === batch) this.#batch = undefined
    }))
    return batch.run(line)
  }

  /** What is under way is still answered; the next command starts a new child, which remembers nothing. */
  close(): void {
    this.#batch?.end()
    this.#batch = undefined
  }
}

/** One child with the commands it was given; a new one starts from nothing. */
class Batch {
  readonly #child: ChildProcess
  readonly #deadlineMs: number
  readonly #onEnd: () => void
  #deadline: NodeJS.Timeout | undefined
  #waiting: Waiting[] = []
  #answers = new IpAnswers()

  constructor(flags: readonly string[], deadlineMs: number, onEnd: () => void) {
    this.#deadlineMs = deadlineMs
    this.#onEnd = onEnd
    // Errors into the same pipe as answers, so that they arrive in order.
    const argv = ['-c', 'exec ip "$@" -force -batch - 2>&1', 'ip', ...flags]
    const child = spawn('/bin/sh', argv, { ...OWN_GROUP, stdio: ['pipe', 'pipe', 'pipe'] })
    rememberOwn(child.pid)
    // Without a descriptor left (EMFILE) there are no pipes; `error` tells.
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      for (const answer of this.#answers.take(text)) this.#waiting.shift()?.settle(answer)
      this.#expectAnswer()
    })
    child.stdin?.on('error', () => undefined) // told by `close`
    child.on('error', (error) => this.#fail(error))
    child.on('close', () => this.#fail(new Error('ip -batch ended')))
    this.#child = child
  }

  run(line: string): Promise<IpAnswer> {
    return new Promise((settle, reject) => {
      this.#waiting.push({ line, settle, reject })
      if (this.#waiting.length === 1) this.#expectAnswer()
      this.#say(`${line}\n${MARKER}\n`)
    })
  }

  end(): void {
    this.#child.stdin?.end()
  }

  /** What is asked at once is written at once. */
  #say(text: string): void {
    const { stdin } = this.#child
    stdin?.cork()
    stdin?.write(text)
    process.nextTick(() => stdin?.uncork())
  }

  /** From now on: a table that takes long to print is no silence. */
  #expectAnswer(): void {
    clearTimeout(this.#deadline)
    const next = this.#waiting[0]
    if (next === undefined) return
    this.#deadline = setTimeout(() => {
      this.#child.kill('SIGKILL')
      this.#answers = new IpAnswers()
      this.#fail(new Error(`ip did not answer within ${this.#deadlineMs} ms: ${next.line}`))
    }, this.#deadlineMs)
  }

  /** `ip` ends at words it finds wrong (a nexthop over a device that is not there), `-force` or not, and says why. */
  #fail(error: Error): void {
    clearTimeout(this.#deadline)
    this.#onEnd()
    const lost = this.#waiting
    const lastWords = this.#answers.unfinished().trim()
    this.#waiting = []
    this.#answers = new IpAnswers()
    if (lastWords !== '') lost.shift()?.settle({ output: '', error: lastWords })
    for (const { reject } of lost) reject(error)
  }
}
