/** What the daemon adds to what `doctor` sees by itself. */
import type { Client, ClientError } from '../api/client.ts'
import type { NotifyDocument, StatusDocument, TokensDocument } from '../api/contract.ts'
import type { DaemonSees, DoctorFinding, RunningDaemon } from '../api/documents.ts'
import { clockTime, legName } from '../model/index.ts'
import { counted } from './amounts.ts'
import { formatDuration } from './duration.ts'
import { clientFailure } from './failure.ts'
import { printable } from './printable.ts'
import type { Surroundings } from './surroundings.ts'

export type DaemonAnswer =
  | {
      readonly is: 'answers'
      readonly status: StatusDocument
      /** Absent where the daemon is of a version that does not tell, or does not answer any more. */
      readonly notify?: NotifyDocument
      readonly tokens?: TokensDocument
    }
  | { readonly is: 'silent'; readonly error: ClientError }

export async function askDaemon(client: Pick<Client, 'status' | 'notify' | 'tokens'>): Promise<DaemonAnswer> {
  const status = await client.status()
  if (!status.ok) return { is: 'silent', error: status.error }
  const [notify, tokens] = await Promise.all([client.notify(), client.tokens()])
  return {
    is: 'answers',
    status: status.value,
    ...(notify.ok && { notify: notify.value }),
    ...(tokens.ok && { tokens: tokens.value }),
  }
}

export const runningDaemon = ({ pid, lines, notes }: StatusDocument): RunningDaemon => ({
  pid,
  isDoorShut: notes.some(({ name }) => name === 'api-shut'),
  deadLegs: lines
    .flatMap(({ name, state, ipv6 }) => [
      { leg: name, is: state },
      ...(ipv6 === undefined ? [] : [{ leg: legName(name, 'ipv6'), is: ipv6.state }]),
    ])
    .filter(({ is }) => is === 'down'),
})

export function daemonSees(
  daemon: DaemonAnswer,
  surroundings: Pick<Surroundings, 'hasServiceUnit' | 'version'>,
): DaemonSees {
  if (daemon.is === 'silent') return silence(daemon.error, surroundings)
  const { status, notify, tokens } = daemon
  return {
    notes: status.notes,
    findings: [
      ...kernelFindings(status),
      ...versionFindings(status, surroundings.version),
      ...(notify === undefined ? [] : messageFindings(notify)),
      ...(tokens === undefined ? [] : tokenFindings(tokens)),
    ],
    unseen: [],
  }
}

/** That none runs is a finding of the box: whether that is bad depends on what stands in the kernel. */
function silence(error: ClientError, surroundings: Pick<Surroundings, 'hasServiceUnit'>): DaemonSees {
  const unseen = (why: string) => [`how the lines are, whether messages wait, and who has tokens: ${why}`]
  if (error.is === 'not-reachable') return { notes: [], findings: [], unseen: unseen('no daemon answers') }
  if (error.is === 'not-allowed')
    return { notes: [], findings: [], unseen: unseen('that takes root, or the group multihomed') }
  const { message, help } = clientFailure(error, surroundings)
  const text = printable(message)
  return {
    notes: [],
    findings: [{ severity: 'fix', name: 'daemon', text, ...(help !== undefined && { help }) }],
    unseen: [],
  }
}

function kernelFindings({
  matches,
  trouble,
  startedAt,
  time,
  version,
  verdict,
  lines: all,
}: StatusDocument): DoctorFinding[] {
  const age = formatDuration(Date.parse(time) - Date.parse(startedAt))
  const kernel: DoctorFinding = matches
    ? {
        severity: 'ok',
        name: 'daemon',
        text: `multihomed ${version} runs for ${age}, and the kernel is as the file wishes`,
      }
    : {
        severity: 'fix',
        name: 'daemon',
        text: `the kernel is not as the file wishes: ${trouble ?? 'it is being worked on'}`,
        help: 'it is tried again by itself; multihome plan shows what is missing',
      }
  // Weather, and no fault of the box.
  const out = all.find(({ state }) => state !== 'up')
  const lines: DoctorFinding[] =
    verdict.level === 'all'
      ? []
      : [
          {
            severity: 'note',
            name: 'lines',
            text: verdict.text,
            help: `multihome probe ${out?.name ?? 'LINE'}`,
          },
        ]
  return [kernel, ...lines]
}

const versionFindings = ({ version }: StatusDocument, own: string): DoctorFinding[] =>
  version === own
    ? []
    : [
        {
          severity: 'note',
          name: 'version',
          text: `the daemon is multihomed ${version}, this command is of ${own}`,
          help: 'restart the daemon: not a packet is lost by that',
        },
      ]

/** That some wait for their turn is no trouble; that one was tried and did not arrive is. */
function messageFindings({ channels, time }: NotifyDocument): DoctorFinding[] {
  if (channels.length === 0) return []
  const nowMs = Date.parse(time)
  const troubled = channels.filter(({ failures, waiting, last }) => failures > 0 || (waiting === 0 && last?.delivered === false)) // prettier-ignore
  const well = channels.filter((channel) => !troubled.includes(channel))
  return [
    ...troubled.map((channel) => troubleFinding(channel, nowMs)),
    ...(well.length === 0
      ? []
      : [{ severity: 'ok' as const, name: 'messages', text: waitingText(well, nowMs) }]),
  ]
}

type ChannelDocument = NotifyDocument['channels'][number]

function troubleFinding(
  { name, waiting, failures, nextAt, last }: ChannelDocument,
  nowMs: number,
): DoctorFinding {
  const again = nextAt === undefined ? 'it is tried again over a line that works' : `it is tried again at ${clockTime(Date.parse(nextAt), nowMs)}` // prettier-ignore
  const what =
    waiting === 0
      ? `the last message by ${name} was lost`
      : `${counted(waiting, 'message')} ${waiting === 1 ? 'does' : 'do'} not reach ${name}: ${failures === 1 ? 'a try' : `${failures} tries`} failed, ${again}`
  const answer = last === undefined || last.delivered ? '' : `; the last answer was: ${last.answer}`
  return {
    severity: 'note',
    name: 'messages',
    text: `${what}${answer}`,
    help: `another one, now: multihome notify test ${name}`,
  }
}

function waitingText(channels: readonly ChannelDocument[], nowMs: number): string {
  const waiting = channels.filter((channel) => channel.waiting > 0)
  const names = channels.map(({ name }) => name).join(', ')
  if (waiting.length === 0) return `no message waits: ${names}`
  const each = waiting.map(({ name, waiting: count, nextAt }) => {
    const until =
      nextAt === undefined ? 'for a line that works' : `until ${clockTime(Date.parse(nextAt), nowMs)}`
    return `${name} ${count} ${until}`
  })
  return `messages wait for their turn, by limits and quiet hours: ${each.join(', ')}`
}

const RIGHTS = { read: 'may look', change: 'may change' } as const

const tokenFindings = ({ tokens }: TokensDocument): DoctorFinding[] =>
  tokens.length === 0
    ? []
    : [
        {
          severity: 'ok',
          name: 'tokens',
          text: `${counted(tokens.length, 'token')}: ${tokens.map(({ name, right }) => `${name} (${RIGHTS[right]})`).join(', ')}`,
        },
      ]
