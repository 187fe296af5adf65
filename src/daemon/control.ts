import type {
  Capabilities,
  ChannelKind,
  Config,
  Family,
  LineReport,
  LineRole,
  Month,
  ProbeTarget,
  Result,
  Sysctl,
} from '../model/index.ts'
import type { ClientSum, LineMonth, Outage, Series, SeriesQuestion } from '../history/index.ts'
import type { ConnectionsQuestion, ConnectionsReport } from './connections.ts'
import type { JournalEntry, JournalQuestion } from './journal.ts'
import type { Tokens } from './tokens.ts'
import type { Volume } from './volume-watch.ts'
import type { Drain, Finding, Note, PlanReport, TraceReport } from '../plan/index.ts'

export type { EventPlace } from './hooks.ts'
export type { ClientConnections, Connection, ConnectionsQuestion, ConnectionsReport } from './connections.ts'
export type { LegReport, LineMonth, Outage, Point, SeriesQuestion, Spread } from '../history/index.ts'
export type { JournalEntry } from './journal.ts'
export type { AddTokenOutcome, RemoveTokenOutcome, Token, TokenRight } from './tokens.ts'

export type LineStateName = 'absent' | 'unknown' | 'up' | 'suspect' | 'down' | 'draining'

/** A line in one family as the daemon sees it now. Times are milliseconds since 1970. */
export interface LegStatus {
  readonly state: LineStateName
  /** The cause in a few words; absent when up. */
  readonly why?: string
  readonly sinceMs: number
  readonly address?: string
  readonly gateway?: string
  /** What is known of it beyond what the kernel says, in wall times; absent: nobody watches it. */
  readonly health?: LineReport
  /** What became of its connections when it went down last; absent: nothing did. */
  readonly released?: Released
  /** Share of new connections of the family it should get now (0-1); 0 while it gets none. */
  readonly wantedShare: number
  /** Share it got (0-1) of those within `Status.shareWindowMs`; absent while nothing was chosen in that time. */
  readonly newShare?: number
}

/** One line; what it is in IPv4, or in the only family that it has. */
export interface LineStatus extends LegStatus {
  readonly name: string
  readonly id: number
  /** Where it has both families. */
  readonly ipv6?: LegStatus
  /** The operator wants no new connections on it, whatever its state; see `Drain`. */
  readonly drain?: Drain
  readonly interface: string
  /** Other lines on it; bytes and rates are those of all of them together. Absent: none. */
  readonly sharesInterfaceWith?: readonly string[]
  readonly weight: number
  /** Absent: as in the file. */
  readonly weightInFile?: number
  readonly role: LineRole
  /** Its volume costs money. */
  readonly metered: boolean
  /** A backup that works, and gets nothing because better lines do. */
  readonly inReserve: boolean
  /** Chosen for it since the table exists. */
  readonly newConnections: number
  /** Open entries of connection tracking on this line; absent where they could not be read. */
  readonly openConnections?: number
  readonly receivedBytes: number
  readonly sentBytes: number
  /** Since its month began, both ways; absent: nothing is remembered. */
  readonly volume?: Volume
  readonly downBitsPerSecond?: number
  readonly upBitsPerSecond?: number
}

/** Connections that were ended because their line carries them no more; whatever had no answer began anew elsewhere. */
export interface Released {
  readonly atMs: number
  /** Both ends of these were told. */
  readonly told: number
  /** Of the box itself. */
  readonly ended: number
}

export interface Status {
  readonly version: string
  readonly pid: number
  readonly hostname: string
  readonly startedAtMs: number
  readonly configFile: string
  readonly configAppliedAtMs: number
  /** Does the kernel match the configuration now? When not, `trouble` says why. */
  readonly matches: boolean
  readonly trouble?: string
  /** While a change waits to be confirmed. */
  readonly trial?: Trial
  /** The last change was undone, and nothing was applied since. */
  readonly undone?: UndoReport
  readonly shareWindowMs: number
  /** In the order of the file. */
  readonly lines: readonly LineStatus[]
  readonly notes: readonly Note[]
}

/** Whether the Internet answered over a line when it was asked once. */
export interface LineMeasure {
  /** In one family: `fiber`, `fiber/ipv6`. */
  readonly line: string
  readonly works: boolean
  /** Of the quickest answer. */
  readonly delayMs?: number
  /** Why it does not work. */
  readonly why?: string
}

/** A change that is undone unless somebody confirms it. Times are wall times. */
export interface Trial {
  readonly sinceMs: number
  readonly undoAtMs: number
  /** When the configuration was accepted that would come back. */
  readonly formerAtMs: number
}

/** A former configuration that is in force again. */
export interface UndoReport {
  readonly atMs: number
  readonly why: string
  /** When that configuration had been accepted. */
  readonly formerAtMs: number
  /** Of ours in the kernel, as it was read after the undo, with nothing missing and nothing too many; absent: not yet. */
  readonly readBack?: {
    readonly rules: number
    readonly routes: number
    readonly nexthops: number
    readonly tables: number
  }
}

export interface ApplyOptions {
  /** Undone after this time unless confirmed, and at once when lines are worse than before. */
  readonly confirmMs?: number
}

/** The lines before a change and after it. */
export interface Measured {
  readonly before: readonly LineMeasure[]
  readonly after: readonly LineMeasure[]
}

interface Applied {
  readonly plan: PlanReport
  readonly tookMs: number
}

/** What came of reading the file again. Only `applied` changes anything for longer than some seconds. */
export type ApplyOutcome =
  | (Applied & { readonly is: 'applied'; readonly measured?: Measured; readonly trial?: Trial })
  /** Lines were worse than before. */
  | (Applied & { readonly is: 'undone'; readonly measured: Measured; readonly undo: UndoReport })
  | { readonly is: 'refused'; readonly text: string; readonly problems: readonly ConfigProblem[] }
  /** Another one waits to be confirmed. */
  | { readonly is: 'pending'; readonly trial: Trial }
  /** What would be gone back to cannot be written down; nothing was touched. */
  | { readonly is: 'unsafe'; readonly trouble: string }
  | { readonly is: 'failed'; readonly trouble: string }

/** A text that somebody wishes to be the configuration and the file. */
export interface TextWish extends ApplyOptions {
  readonly text: string
  /** Of the file from which it was made. */
  readonly version: string
}

/** Unless it is on trial or was undone, the file holds the text when this is told. */
export type ApplyTextOutcome =
  | ApplyOutcome
  /** The file is not the one from which the text was made; nothing is left of it. */
  | { readonly is: 'changed' }
  /** It has a program run or a file read that no configuration before had: that takes whoever may write the file. */
  | { readonly is: 'beyond'; readonly what: string }
  /** Nothing is left of it. */
  | ({ readonly is: 'unwritable' } & Unwritable)

/** Why the operator's file is not written: `why` is the end of a sentence, `help` what to do. */
export interface Unwritable {
  readonly why: string
  readonly help: string
}

/** A text by its version: another text has another one. */
export interface VersionedText {
  readonly text: string
  readonly version: string
}

/** What is configured, and where that stands. */
export interface ConfigReport {
  readonly file: string
  /** What the file holds now. @returns why it cannot be read, as the end of a sentence */
  readonly inFile: Result<VersionedText, string>
  /** Absent: a text could become the file. */
  readonly unwritable?: Unwritable
  readonly running: VersionedText & { readonly sinceMs: number }
  readonly trial?: Trial
}

/** Former configurations, newest first. */
export interface FormerConfigs {
  /** The first is what runs, unless something is on trial. */
  readonly accepted: readonly (VersionedText & { readonly atMs: number })[]
  /** Came by the API and were undone: they never came into the file. */
  readonly tried: readonly (VersionedText & { readonly atMs: number; readonly why: string })[]
}

/** What a text would come to that is not in the file. */
export interface CheckedText extends Omit<Checked, 'onlyFile' | 'config' | 'capabilities'> {
  /** Absent when the text is wrong or the box could not be looked at. */
  readonly plan?: PlanReport
}

/** `nothing` waits to be confirmed; `undone` tells of the last one when it was undone. */
export type ConfirmOutcome =
  | { readonly is: 'confirmed' }
  /** It cannot be written down, and a restart would undo it; it stays on trial. */
  | { readonly is: 'unsafe'; readonly trouble: string; readonly trial: Trial }
  /** Somebody wrote to the file that it was to replace; it stays on trial. */
  | { readonly is: 'changed'; readonly trial: Trial }
  /** It cannot become the file; it stays on trial. */
  | ({ readonly is: 'unwritable'; readonly trial: Trial } & Unwritable)
  | { readonly is: 'nothing'; readonly undone?: { readonly atMs: number; readonly why: string } }

export type UndoOutcome =
  | { readonly is: 'undone'; readonly undo: UndoReport }
  | { readonly is: 'nothing' }
  /** It is tried again and again. */
  | { readonly is: 'failed'; readonly trouble: string }

/** What came of the operator's wish about one line. Unless `done` nothing has changed. */
export type WishOutcome =
  | { readonly is: 'done'; readonly status: Status; readonly line: LineStatus }
  /** There is no such line, but these. */
  | { readonly is: 'unknown'; readonly lines: readonly LineStatus[] }
  | { readonly is: 'failed'; readonly trouble: string }

export type DrainOutcome =
  | WishOutcome
  | {
      /** No other line works. */
      readonly is: 'last-line'
      /** This one does; else it is used because there is nothing to lose. */
      readonly works: boolean
      readonly others: readonly LineStatus[]
    }

/** A problem of the file on its way to the wire; `line` and `column` count from 1. */
export interface ConfigProblem {
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly file: string
  readonly line: number
  readonly column: number
  /** What was expected there, or the nearest right spelling. */
  readonly hint?: string
  readonly why?: string
  readonly help?: string
}

/** What it costs to watch a line, and what that gives. */
export interface LineWatching {
  readonly line: string
  /** Those it is asked in. */
  readonly families: readonly Family[]
  /** Of our questions and their answers, while nobody uses the line; and in daily use. */
  readonly idleBytesPerMonth: number
  readonly busyBytesPerMonth: number
  /** A sentence without its end: how soon a line is noticed that falls silent. */
  readonly noticed: string
}

/** What `check` came to. */
export interface Checked {
  readonly ok: boolean
  /** The problems of the file with their pictures. */
  readonly text: string
  readonly problems: readonly ConfigProblem[]
  readonly notes: readonly Note[]
  /** Of every line, in the order of the file; none of a file that is wrong. */
  readonly watching: readonly LineWatching[]
  /** Nothing but the file was judged: we may not look at the box. */
  readonly onlyFile: boolean
  /** Absent when the file is wrong. */
  readonly config?: Config
  /** Absent when the box was not looked at. */
  readonly capabilities?: Capabilities
  /** Why the box could not be looked at although we may. */
  readonly trouble?: string
}

/** What a report of a fault is made of, besides what the daemon and the doctor say. */
export interface ReportMatter {
  /** The file as it is, or why it cannot be read. */
  readonly config: Result<string, string>
  /** Texts of configurations of before: what is secret in them may still stand in a log. */
  readonly former: readonly string[]
  /** What lies in the files that the configuration names, as far as we may read them: to be looked for, never told. */
  readonly secrets: readonly string[]
  readonly distribution: string
  readonly listings: readonly Listing[]
}

/** What a command printed, as somebody could have typed it. */
export interface Listing {
  readonly command: string
  readonly output: string
  /** Why it printed nothing. */
  readonly trouble?: string
}

/** What whoever looks at the box as a whole has to know of a daemon that runs. */
export interface RunningDaemon {
  readonly pid: number
  /** The door by TCP is shut, and why is told elsewhere. */
  readonly isDoorShut: boolean
  /** Lines that are not to be asked over, and how they are: `down`. */
  readonly deadLegs: readonly { readonly leg: string; readonly is: string }[]
}

/** What somebody finds who looks at the box as a whole. */
export interface Examination {
  readonly problems: readonly ConfigProblem[]
  readonly notes: readonly Note[]
  readonly findings: readonly Finding[]
  /** What could not be looked at, and why. */
  readonly unseen: readonly string[]
}

export interface DownReport {
  /** The commands, as an operator could type them, in their order. */
  readonly commands: readonly string[]
  readonly removed: {
    readonly rules: number
    readonly routes: number
    readonly nexthops: number
    readonly addresses: number
    readonly tables: number
    readonly queues: number
  }
  /** Interfaces that we had switched on. */
  readonly loweredLinks: number
  readonly restoredSysctls: number
  readonly restoredMtus: number
  /** Interfaces with hosts that were told to look for another router. */
  readonly leftHosts: readonly string[]
  /** Who answers for names with its own resolvers again; absent: nobody was told of ours. */
  readonly resolversBack?: 'resolved' | 'unbound'
  /** Who of these could not be told, and why; absent: all were. */
  readonly untold?: readonly string[]
  /** Settings that keep the values we give them, because nothing is remembered of theirs before; else absent. */
  readonly settingsLeft?: readonly Sysctl[]
  readonly dryRun: boolean
}

/** As it was typed: `from` may be `me`, both may be names. */
export interface TraceRequest {
  readonly from: string
  readonly to: string
  /** Lines that are taken to be without carrier. */
  readonly without?: readonly string[]
  readonly port?: number
  readonly protocol?: 'tcp' | 'udp'
}

/** One end of a traced connection. */
export interface TraceEnd {
  readonly asked: string
  /** Absent: this box, which has several. */
  readonly address?: string
  /** Further addresses of that name, which were not traced. */
  readonly others: readonly string[]
}

export interface TraceAnswer {
  readonly from: TraceEnd
  readonly to: TraceEnd
  readonly without?: readonly string[]
  readonly port?: number
  readonly protocol?: 'tcp' | 'udp'
  readonly report: TraceReport
  readonly kernel: KernelVerdict
}

/**
 * `same`: as it says itself. `told`: nothing of ours to compare with. `not-asked`: it takes no such question, as about
 * a line that is only taken to be gone.
 */
export interface KernelVerdict {
  readonly is: 'same' | 'different' | 'told' | 'not-asked'
  readonly answers: readonly { readonly command: string; readonly says: string; readonly agrees: boolean }[]
}

export type TraceTrouble =
  | { readonly is: 'no-such-name'; readonly name: string; readonly said: string }
  /** Nothing can go from an IPv4 address to an IPv6 one. */
  /** There is no such line, but these. */
  | {
      readonly is: 'no-such-line'
      readonly name: string
      readonly lines: readonly { readonly name: string }[]
    }
  | { readonly is: 'two-families'; readonly from: string; readonly to: string }
  | { readonly is: 'kernel'; readonly text: string }

/** One thing that was found out about a line, just now. */
export interface Evidence {
  readonly about: 'link' | 'address' | 'gateway' | 'internet' | 'dns' | 'page' | 'host'
  /** Absent: of the line as a whole. */
  readonly family?: Family
  /** Who was asked; absent: the kernel knows. */
  readonly target?: ProbeTarget
  /** An interface, an address. */
  readonly what?: string
  /** `false`: somebody answered in the target's name. `unasked`: the question never left this box. */
  readonly is: 'good' | 'bad' | 'false' | 'unasked'
  readonly delayMs?: number
  /** Why not, or what came instead. */
  readonly said?: string
}

export type ProbeOutcome =
  | {
      readonly is: 'done'
      readonly line: string
      /** The host that was asked for; with addresses of both families, the first. */
      readonly host?: { readonly asked: string; readonly address: string }
      readonly evidence: readonly Evidence[]
    }
  /** There is no such line, but these. */
  | { readonly is: 'unknown'; readonly lines: readonly { readonly name: string }[] }
  | { readonly is: 'no-such-name'; readonly name: string; readonly said: string }

/** A way to reach a person, and what it did last. */
export interface ChannelStatus {
  readonly name: string
  readonly kind: ChannelKind
  /** Messages that were not sent yet. */
  readonly waiting: number
  /** Wall time when the next of them is due by limits and quiet hours, or tried again; absent: now, over a line that works. */
  readonly nextAtMs?: number
  /** Tries in a row that failed, since something was delivered. */
  readonly failures: number
  /** Absent: nothing since the start. */
  readonly last?: {
    /** Wall time. */
    readonly atMs: number
    readonly title: string
    /** Absent: over none of the lines. */
    readonly line?: string
    readonly isDelivered: boolean
    /** In words. */
    readonly answer: string
  }
}

/** What came of a message that was sent to try a channel. */
export interface TestedChannel {
  readonly name: string
  readonly kind: ChannelKind
  readonly title: string
  readonly body: string
  readonly line?: string
  readonly isDelivered: boolean
  readonly answer: string
  readonly tookMs: number
}

export type TestOutcome =
  | { readonly is: 'done'; readonly channels: readonly TestedChannel[] }
  /** There is no such channel, but these. */
  | { readonly is: 'unknown'; readonly channels: readonly string[] }

/** Something that happened in this run or an earlier one, whose release may have had other kinds. */
export interface ToldEntry extends Omit<JournalEntry, 'kind'> {
  readonly kind: string
  /** To which `id` and `because` belong. */
  readonly run: string
}

/** What happened, as far as it is kept. */
export interface Happened {
  /** This one; another after each start, because ids begin anew. */
  readonly run: string
  readonly entries: readonly ToldEntry[]
  /** Older ones that were asked for are left out. */
  readonly isCut: boolean
}

/** What a line did over a time, and when it was down. */
export interface PastOfLeg extends Series {
  readonly outages: readonly Outage[]
}

/** `nothing`: nothing is remembered, as the file wishes or because of the disk. */
export type Remembered<Value> =
  | (Value & { readonly is: 'done' })
  | { readonly is: 'unknown'; readonly lines: readonly { readonly name: string }[] }
  | { readonly is: 'nothing'; readonly why: string }

export interface PastOfLine {
  /** In the only family that it has, else in IPv4; what belongs to the line as a whole is here. */
  readonly main: PastOfLeg
  readonly ipv6?: PastOfLeg
}

export interface ReportedMonth {
  readonly report: LineMonth
  readonly interface: string
  readonly billingDay: number
  /** Of this box. */
  readonly hostname: string
}

export interface ReportedClients {
  readonly month: Month
  /** Where it ends for now. */
  readonly untilMs: number
  /** The file wishes it now. */
  readonly isCounted: boolean
  /** Those with the most first. `''`: those together that were too many. */
  readonly clients: readonly ClientSum[]
}

export interface EventsQuestion extends Omit<JournalQuestion, 'afterId'> {
  /** The newest so many. */
  readonly limit?: number
}

export interface DrainWish {
  /** Also when no other line works. */
  readonly force: boolean
  /** Open connections that were begun inside begin anew on other lines, if there are any for their family. */
  readonly now?: boolean
}

/** What the API may ask of the running daemon. */
export interface Control {
  status(): Promise<Status>
  /** The same, with the open connections as they were counted last: cheap enough to be asked all the time. */
  look(): Promise<Status>
  /** Open connections, counted by client and one by one. @returns why they cannot be read */
  connections(question: ConnectionsQuestion): Promise<Result<ConnectionsReport, string>>
  /** Calls back on everything that is told from now on. @returns ends it */
  onEvent(listener: (entry: JournalEntry) => void): () => void
  /** Calls back whenever `look` may say something else. @returns ends it */
  onChange(listener: () => void): () => void
  /** Who may ask by TCP. */
  readonly tokens: Pick<Tokens, 'list' | 'add' | 'remove' | 'rightOf'>
  /** Of this run. */
  events(question: JournalQuestion): Happened
  /** Of earlier runs as well, as far as they are remembered. */
  pastEvents(question: EventsQuestion): Promise<Happened>
  /** Where messages are sent, in the order of the file. */
  channels(): readonly ChannelStatus[]
  /** Sends a message to a channel, or to all of them. */
  testChannels(name?: string): Promise<TestOutcome>
  pastOf(line: string, question: SeriesQuestion): Promise<Remembered<PastOfLine>>
  /** @param month `2026-11`, `last`: the one before the current one; absent: the current one */
  monthOf(line: string, month?: string): Promise<Remembered<ReportedMonth>>
  clientsOf(line: string, month?: string): Promise<Remembered<ReportedClients>>
  apply(options?: ApplyOptions): Promise<ApplyOutcome>
  /** What is configured, as it stands in the file and as it runs. */
  configReport(): Promise<ConfigReport>
  formerConfigs(): FormerConfigs
  /** What `apply` would say to this text, and do. Touches nothing. */
  checkText(text: string): Promise<CheckedText>
  applyText(wish: TextWish): Promise<ApplyTextOutcome>
  /** Keeps what is on trial. */
  confirm(): Promise<ConfirmOutcome>
  /**
   * Ends a trial at once; without one: one accepted configuration back, unless `onlyTrial`: whoever saw a trial that
   * has ended since means nothing else.
   */
  undo(options?: { readonly onlyTrial?: boolean }): Promise<UndoOutcome>
  /** No new connections on a line; open ones stay, or begin anew elsewhere. */
  drain(name: string, wish: DrainWish): Promise<DrainOutcome>
  /** The reverse: it gets its share again. */
  undrain(name: string): Promise<WishOutcome>
  /** @param weight on the scale of `LineStatus.weight`; absent: what the file says */
  weigh(name: string, weight?: number): Promise<WishOutcome>
  /**
   * From now on what a control group of this box sends leaves by that line, whatever becomes of the line.
   * @param group its path below /sys/fs/cgroup
   */
  hold(line: string, group: string): Promise<WishOutcome>
  /** Ends that. */
  letGo(group: string): Promise<void>
  /**
   * Takes everything of ours away and ends the daemon afterwards (not with `dryRun`).
   * @returns what the kernel refused, in its words, when not all of it could go; the daemon then stays
   */
  down(options: { dryRun: boolean }): Promise<Result<DownReport, string>>
  /** What can be found out about a line now. @param host an address or a name, asked alone */
  probe(line: string, host?: string): Promise<ProbeOutcome>
  /** Which way would that packet go? Asks only. */
  trace(request: TraceRequest): Promise<Result<TraceAnswer, TraceTrouble>>
}
