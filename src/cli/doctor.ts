import type { DoctorDocument } from '../api/contract.ts'
import { doctorDocument } from '../api/documents.ts'
import { told } from './answer.ts'
import type { Answer } from './answer.ts'
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
      'Looks at the file, at what this kernel can do, and for other programs that have a hand in the network: what each does beside us, who wins, and what to set. Nothing is changed; no daemon is needed.',
    )
    .addHelpText(
      'after',
      examples('sudo multihome doctor', 'multihome doctor --json', 'multihome doctor || echo "to fix"'),
    )
    .action(() => answer(doctor))
}

async function doctor({ settings, surroundings }: Job): Promise<Answer> {
  const { examineOffline } = await surroundings.offline()
  const document = doctorDocument(await examineOffline(settings), surroundings.nowMs())
  return told(document.toFix > 0 ? EXIT.somethingToFix : EXIT.done, document, doctorText)
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
