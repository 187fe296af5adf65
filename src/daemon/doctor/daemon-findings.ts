/** What a running daemon costs, or what its absence means; what lies on the disk. Pure. */
import type { HistoryFile } from '../../history/index.ts'
import type { ProcessCost } from '../../kernel/index.ts'
import { bracketed, type Config } from '../../model/index.ts'
import type { Finding } from '../../plan/index.ts'

export interface DaemonFacts {
  /** Absent: none runs. */
  readonly running?: { readonly pid: number; readonly isDoorShut: boolean; readonly cost?: ProcessCost }
  /** A daemon left its rules in the kernel. */
  readonly isInKernel: boolean
  /** What it would take for the kernel to be as the file wishes; absent: that was not to be seen. */
  readonly stepCount?: number
  /** Absent when the file is wrong. */
  readonly config?: Config
  /** Absent: it was not to be seen. */
  readonly history?: HistoryFile
  /** Files of ours that others than us may read. */
  readonly openFiles: readonly string[]
}

export const daemonFindings = (facts: DaemonFacts): Finding[] => [
  ...(facts.running === undefined
    ? absenceFindings(facts)
    : [...costFindings(facts.running), ...doorFindings(facts)]),
  ...historyFindings(facts),
  ...facts.openFiles.map((file): Finding => ({
    severity: 'fix',
    name: 'state',
    text: `${file} is open to others than its owner, and holds what is secret`,
    help: `chmod 600 ${file}`,
  })),
]

/** What a daemon says of itself is told with its status; this is what is seen from outside. */
const MUCH_MEMORY_BYTES = 200e6
const MUCH_CPU = 0.05
/** To start takes half a second of a core, which says nothing of what comes. */
const SAYS_SOMETHING_AFTER_S = 60

function costFindings({ pid, cost }: NonNullable<DaemonFacts['running']>): Finding[] {
  if (cost === undefined) return []
  const { residentBytes, cpuRatio, livesS } = cost
  const isBusy = cpuRatio >= MUCH_CPU && livesS >= SAYS_SOMETHING_AFTER_S
  const text = `the daemon (pid ${pid}) takes ${Math.round(residentBytes / 1e6)} MB, and ${(cpuRatio * 100).toFixed(1)} % of a core since its start`
  if (residentBytes < MUCH_MEMORY_BYTES && !isBusy) return [{ severity: 'ok', name: 'cost', text }]
  return [
    {
      severity: 'note',
      name: 'cost',
      text: `${text}, which is much`,
      help: 'multihome bugreport, and tell us; a restart costs no packet',
    },
  ]
}

function doorFindings({ config, running }: DaemonFacts): Finding[] {
  if (running?.isDoorShut !== false || config?.api === undefined) return []
  const { address, port, tls } = config.api
  const text = `the API and the dashboard are at http${tls === undefined ? '' : 's'}://${bracketed(address)}:${port}`
  return [{ severity: 'ok', name: 'api', text }]
}

function absenceFindings({ isInKernel, stepCount, config }: DaemonFacts): Finding[] {
  const help = 'sudo systemctl start multihomed, or sudo multihome run'
  if (!isInKernel) {
    if (config === undefined || stepCount === undefined) return []
    const text = 'no daemon answers, and nothing of multihomed is in the kernel: no line is chosen by it'
    return [{ severity: 'note', name: 'daemon', text, help }]
  }
  const more =
    stepCount === undefined || stepCount === 0
      ? ''
      : `; ${stepCount} ${stepCount === 1 ? 'step is' : 'steps are'} missing to what the file wishes (multihome plan)`
  const text = `no daemon answers: what it set in the kernel goes on, and nobody notices a line that dies${more}`
  return [{ severity: 'fix', name: 'daemon', text, help }]
}

function historyFindings({ config, history, running }: DaemonFacts): Finding[] {
  const { path, bytes, trouble, aside } = history ?? {}
  const found: Finding[] = []
  if (trouble !== undefined) {
    found.push({
      severity: 'note',
      name: 'history',
      text: `${path} cannot be read: ${trouble}`,
      help: 'the daemon sets it aside at its next start, and begins a new one',
    })
  }
  // A running daemon says so itself while it matters.
  if (aside !== undefined && running === undefined) {
    found.push({
      severity: 'note',
      name: 'history',
      text: `${aside.path} is a history that nobody could read, set aside on ${new Date(aside.atMs).toISOString().slice(0, 10)} (${megabytes(aside.bytes)})`,
      help: 'remove it once nobody wants to look into it; it is replaced by the next one',
    })
  }
  if (found.length > 0 || config === undefined) return found
  if (config.history === undefined)
    return [{ severity: 'ok', name: 'history', text: 'history is off, as the file wishes' }]
  if (bytes === undefined) return []
  const text = `${path} has ${megabytes(bytes)} of ${megabytes(config.history.sizeBytes)}`
  return [{ severity: 'ok', name: 'history', text }]
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 9.95e6 ? 1 : 0)} MB`
