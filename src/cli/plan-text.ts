import type { PlanDocument } from '../api/contract.ts'
import { counted } from './amounts.ts'
import { notesText } from './notes-text.ts'
import { summary } from './plan-summary.ts'
import type { Screen } from './screen.ts'
import type { Role } from './style.ts'
import { wrap } from './wrap.ts'

type Group = PlanDocument['groups'][number]
type Step = Group['steps'][number]

/** `short`: effects, no commands. `some`: long steps cut. `all`: every word of every command. */
export type Detail = 'short' | 'some' | 'all'

/** More lines of one step than this say little to a reader; `--all` and `--json` have them. */
const LINES_OF_A_STEP = 12

/** Effect first, then the commands, each with its reason, and last what the operator should know. */
export function planText(
  plan: Pick<PlanDocument, 'stepCount' | 'groups' | 'besides' | 'notes'>,
  screen: Screen,
  detail: Detail,
): string {
  return [
    wrap(`${summary(plan)}.`, screen.columns),
    plan.groups.map((group) => groupText(group, screen, detail)).join('\n'),
    besidesText(plan, screen),
    notesText(plan.notes, screen),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** What the daemon alone does otherwise. */
export const besidesText = (
  { stepCount, besides }: Pick<PlanDocument, 'stepCount' | 'besides'>,
  screen: Screen,
): string =>
  [
    ...(stepCount > 0 && besides.length > 0 ? ['Besides, without a step:'] : []),
    ...besides.map((one) => wrap(`  ${one}`, screen.columns, 4)),
  ].join('\n')

const NAME_COLUMNS = 9

function groupText(group: Group, screen: Screen, detail: Detail): string {
  const row = (title: string, text: string) => wrap(`    ${title.padEnd(6)}  ${text}`, screen.columns, 12)
  const head = wrap(`${group.sign} ${group.subject.padEnd(NAME_COLUMNS)}  ${group.title}`, screen.columns, 13)
  return [
    screen.paint(ROLES[group.sign], head.slice(0, 1)) + head.slice(1),
    ...group.why.map((why, i) => row(i === 0 ? 'why' : '', why)),
    ...(group.effect === '' ? [] : [row('effect', group.effect)]),
    ...(detail === 'short' ? [] : stepLines(group, screen, detail)),
  ].join('\n')
}

const ROLES: Readonly<Record<Group['sign'], Role>> = {
  '+': 'up',
  '~': 'suspect',
  '-': 'down',
  '!': 'suspect',
}

/** A reason stands once above all the steps it caused, and not at all when the group's own says the same. */
function stepLines(group: Group, screen: Screen, detail: Detail): string[] {
  let said: string | undefined = group.why.join('; ')
  return group.steps.flatMap((step) => {
    const reason =
      step.why === said ? [] : [screen.paint('quiet', wrap(`    # ${step.why}`, screen.columns, 6))]
    said = step.why
    return [...reason, ...commandLines(step, detail)]
  })
}

/** Commands are there to be copied, so they are never wrapped. One nft transaction is one step of many commands. */
function commandLines(step: Step, detail: Detail): string[] {
  const lines = step.commands.flatMap((command) =>
    command
      .trimEnd()
      .split('\n')
      .map((line, i) => `    ${i === 0 ? step.sign : ' '} ${line}`),
  )
  if (detail === 'all' || lines.length <= LINES_OF_A_STEP) return lines
  const left = lines.length - LINES_OF_A_STEP
  return [...lines.slice(0, LINES_OF_A_STEP), `      … ${counted(left, 'more line')}: --all`]
}
