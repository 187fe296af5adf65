import type {
  Checked,
  ConfigProblem,
  DownReport,
  Examination,
  PlanReport,
  Proposal,
  ReportMatter,
  RunningDaemon,
} from '../api/documents.ts'
import type { Command } from 'commander'
import type { Result } from '../model/index.ts'
import type { Live } from './candidates.ts'
import type { Interruption } from './interruption.ts'
import type { Person } from './person.ts'
import type { Sink } from './screen.ts'
import type { Terminal } from './terminal.ts'

/** All that the command gets from outside; `main.ts` hands in the real things, tests their own. */
export interface Surroundings {
  /** What was typed behind the program's name. */
  readonly argv: readonly string[]
  readonly env: NodeJS.ProcessEnv
  /** What is typed while the command runs. */
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stdout: Sink
  readonly stderr: Sink
  readonly version: string
  nowMs(): number
  /** Loaded only by the commands that need no daemon: they bring the whole engine along. */
  offline(): Promise<Offline>
  /** The daemon in the foreground. @returns its exit code */
  run(options: RunOptions): Promise<number>
  /** The lab, which reads its own arguments. @returns its exit code */
  lab(argv: readonly string[]): Promise<number>
  /** Somebody's screen and keys, where there are any. */
  terminal(): Promise<Terminal | undefined>
  /** Somebody who can be asked, where there is one. */
  person(): Promise<Person | undefined>
  /** What the lab's own commands are, and who is in a running one. */
  labCompletion(): Promise<{ readonly program: Command; readonly live: Live }>
  configSchema(): Promise<object>
  /** A group of processes whose packets the kernel can tell from all others. */
  makeControlGroup(): Promise<Result<ControlGroup, NoControlGroup>>
  interruption(): Interruption
  /** Whether systemd knows a multihomed.service, so that advice can name it. */
  hasServiceUnit(): boolean
}

/** The shape of `kernel/control-group.ts`. */
export interface ControlGroup {
  /** Below /sys/fs/cgroup. */
  readonly path: string
  run(command: readonly string[]): Promise<number>
  isEmpty(): boolean
  remove(): void
}

export interface NoControlGroup {
  readonly is: 'not-permitted' | 'none-here'
  readonly said: string
}

export interface RunOptions {
  readonly configFile: string
  readonly stateDir: string
  readonly socketPath: string
  readonly logFormat?: 'text' | 'json'
}

/** What can be done without a daemon: the shape of `daemon/offline.ts`. */
export interface Offline {
  readonly checkOffline: (options: OfflinePlaces & { configFile: string }) => Promise<Checked>
  readonly examineOffline: (
    options: OfflinePlaces & { configFile: string; running?: RunningDaemon | undefined },
  ) => Promise<Examination>
  readonly planOffline: (
    options: OfflinePlaces & { configFile: string },
  ) => Promise<Result<PlanReport, OfflineFailure>>
  readonly downOffline: (
    options: OfflinePlaces & { dryRun: boolean },
  ) => Promise<Result<DownReport, OfflineFailure>>
  readonly gatherReport: (options: { configFile: string; stateDir: string }) => Promise<ReportMatter>
  readonly lookAround: () => Promise<Result<Proposal, OfflineFailure>>
  readonly whereToWrite: (file: string, text: string) => Promise<NewFile>
  readonly writeNew: (path: string, text: string) => Promise<Result<void, string>>
}

/** What would become of a text that is to be the file. */
export type NewFile =
  /** `beside`: the file is there already, and the path is its name with `.new` behind it. */
  | { readonly is: 'writable'; readonly path: string; readonly beside: boolean }
  /** The file says the same already. */
  | { readonly is: 'there' }
  | { readonly is: 'taken'; readonly path: string }
  | { readonly is: 'not-permitted' }
  | { readonly is: 'impossible'; readonly why: string }

/** Where the daemon keeps what must not be forgotten: in the state directory, and a copy beside its socket. */
interface OfflinePlaces {
  readonly stateDir: string
  readonly socketPath: string
}

export type OfflineFailure =
  | { readonly code: 'config'; readonly text: string; readonly problems: readonly ConfigProblem[] }
  | { readonly code: 'not-permitted'; readonly text: string }
  | { readonly code: 'kernel'; readonly text: string }
