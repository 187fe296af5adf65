import type { DoctorDocument } from '../api/contract.ts'
import { doctorDocument } from '../api/documents.ts'
import { createClient } from '../api/client.ts'
import { told } from './answer.ts'
import type { Answer } from './answer.ts'
import { askDaemon, daemonSees, runningDaemon } from './doctor-daemon.ts'
import { EXIT } from './exit-codes.ts'
import type { Screen } from './screen.ts'
import { examples } from './shell.ts'
import type { Job, Shell } from './shell.ts'
import type { Role } from './style.ts'
import { wrap } from './wrap.ts'

export function addDoctor({ program, answer }: Shell): void {
  program
    .command('doctor')
    .summary('what usually goes wrong, and who else is on the box')
    .description(
      'Looks at the file, the tools, the kernel and the clock, for other programs that have a hand in the network, at the resolvers of each line and how large its packets may be, and at the daemon, where one runs: what each finding means, and what to do. Nothing is changed; it takes a few seconds.',
    )
    .addHelpText(
      'after',
      examples('sudo multihome doctor', 'multihome doctor --json', 'multihome doctor || echo "to fix"'),
    )
    .action(() => answer(doctor))
}

async function doctor(job: Job): Promise<Answer> {
  const document = await examined(job)
  return told(document.toFix > 0 ? EXIT.somethingToFix : EXIT.done, document, doctorText)
}

/** What the daemon says comes first: it knows which lines need not be asked over. */
export async function examined({ settings, surroundings }: Job): Promise<DoctorDocument> {
  const [{ examineOffline }, daemon] = await Promise.all([
    surroundings.offline(),
    // A daemon that hangs is a finding, and not one to wait for.
    askDaemon(createClient(settings.socketPath, { askTimeoutMs: 1500 })),
  ])
  const running = daemon.is === 'answers' ? runningDaemon(daemon.status) : undefined
  const examination = await examineOffline({ ...settings, running })
  return doctorDocument(examination, surroundings.nowMs(), daemonSees(daemon, surroundings))
}

/** A row for each finding, what was not seen, and what it comes to. */
export function doctorText({ findings, unseen, toFix, notes }: DoctorDocument, screen: Screen): string {
  const missed = unseen.map((what) => wrap(`Not seen: ${what}.`, screen.columns, 2))
  return [
    findings.map((finding) => findingText(finding, screen)).join('\n'),
    missed.join('\n'),
    `${summary(toFix, notes)} Nothing was changed.`,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function findingText({ severity, text, help }: DoctorDocument['findings'][number], screen: Screen): string {
  const { word, role } = SIGNS[severity]
  const body = wrap(`${word.padEnd(WIDTH)}${text}`, screen.columns, WIDTH)
  return [
    role === undefined ? body : screen.paint(role, word) + body.slice(word.length),
    ...(help === undefined ? [] : [wrap(`${' '.repeat(WIDTH)}→ ${help}`, screen.columns, WIDTH + 2)]),
  ].join('\n')
}

const SIGNS: Readonly<
  Record<DoctorDocument['findings'][number]['severity'], { readonly word: string; readonly role?: Role }>
> = {
  fix: { word: 'FIX', role: 'down' },
  note: { word: 'note', role: 'suspect' },
  ok: { word: 'ok', role: 'up' },
}
const WIDTH = 6

function summary(toFix: number, notes: number): string {
  const noted = notes === 0 ? '' : `, ${notes} ${notes === 1 ? 'note' : 'notes'}`
  return `${toFix === 0 ? 'Nothing to fix' : `${toFix} to fix`}${noted}.`
}
