import {
  BUSY_MEMORY_SAMPLES,
  BUSY_PACKETS,
  LIFE_LIVELY_SAMPLES,
  LIFE_SAMPLES,
  STREAM_LIVELY_SAMPLES,
  STREAM_SAMPLES,
  STREAM_SILENT_SAMPLES,
} from './constants.ts'

/** What a line's counters counted since the last sample. Packets; no probes of ours. */
export interface Sample {
  /** Out of the line, expecting an answer: no pure ACKs. */
  readonly sent: number
  /** Replies of established flows, from beyond the gateway. */
  readonly life: number
  /** SYN-ACKs among those: they prove both ways. */
  readonly handshakes: number
}

const KEPT = STREAM_SAMPLES + STREAM_SILENT_SAMPLES

/** What the users' own packets tell of a line, for nothing. */
export class Traffic {
  /** Whether there was life, in the last samples, oldest first. */
  readonly #lively: boolean[] = []
  readonly #times: number[] = []
  #recentPackets = 0
  #streamStopped = false
  #unansweredSinceMs: number | undefined
  #unanswered = 0
  lastLifeMs = Number.NEGATIVE_INFINITY
  packetsSinceProbe = 0

  sample({ sent, life }: Sample, nowMs: number): void {
    this.#lively.push(life > 0)
    this.#times.push(nowMs)
    if (this.#lively.length > KEPT) {
      this.#lively.shift()
      this.#times.shift()
    }
    this.#recentPackets += sent + life - this.#recentPackets / BUSY_MEMORY_SAMPLES
    this.packetsSinceProbe += sent + life
    if (life > 0) {
      this.lastLifeMs = nowMs
      this.settled()
    } else if (sent > 0) {
      this.#unansweredSinceMs ??= nowMs
      this.#unanswered += sent
    }
    if (this.#stopsNow()) this.#streamStopped = true
  }

  /** Something proved that the line lives: whatever hung before says nothing any more. */
  settled(): void {
    this.#streamStopped = false
    this.#unansweredSinceMs = undefined
    this.#unanswered = 0
  }

  /** The sums of an outage are no stream that stops. */
  forget(): void {
    this.settled()
    this.#lively.length = 0
    this.#times.length = 0
    this.#recentPackets = 0
  }

  get busy(): boolean {
    return this.#recentPackets >= BUSY_PACKETS
  }

  /** There was a steady stream, and now nothing. */
  get streamStopped(): boolean {
    return this.#streamStopped
  }

  /** The first packet that expects an answer and heard nothing left then. */
  get unansweredSinceMs(): number | undefined {
    return this.#unansweredSinceMs
  }

  /** How many of those hang since then. */
  get unanswered(): number {
    return this.#unanswered
  }

  get lifeNow(): boolean {
    return this.#lively.at(-1) ?? false
  }

  /** More than a lone repeat came in after that moment. */
  livelySince(sinceMs: number): boolean {
    let lively = 0
    const oldest = Math.max(0, this.#lively.length - LIFE_SAMPLES)
    for (let i = this.#lively.length - 1; i >= oldest && (this.#times[i] ?? 0) > sinceMs; i--) {
      if (this.#lively[i]) lively++
    }
    return lively >= LIFE_LIVELY_SAMPLES
  }

  #stopsNow(): boolean {
    const length = this.#lively.length
    for (let i = Math.max(0, length - STREAM_SILENT_SAMPLES); i < length; i++) {
      if (this.#lively[i]) return false
    }
    // Just now: later on the stream is no longer within the last samples, and was asked about.
    if (!this.#lively[length - STREAM_SILENT_SAMPLES - 1]) return false
    let lively = 0
    for (let i = 0; i < length - STREAM_SILENT_SAMPLES; i++) if (this.#lively[i]) lively++
    return lively >= STREAM_LIVELY_SAMPLES
  }
}
