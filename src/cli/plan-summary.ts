import type { PlanDocument } from '../api/contract.ts'
import { unreachable } from '../model/index.ts'
import { counted } from './amounts.ts'

type Changes = Pick<PlanDocument, 'stepCount' | 'groups' | 'besides'>

/** `1 new line, 2 changes: 8 steps` */
export function summary(plan: Changes): string {
  if (plan.stepCount === 0)
    return plan.besides.length === 0
      ? 'Nothing to do: this box is as the configuration wishes'
      : 'In the kernel nothing changes; what does is below'
  const nouns = plan.groups.map(nounOf)
  const parts = NOUNS.flatMap((noun) => {
    const found = nouns.filter((one) => one === noun).length
    return found === 0 ? [] : [counted(found, noun)]
  })
  return `${parts.join(', ')}: ${counted(plan.stepCount, 'step')}`
}

const NOUNS = ['new line', 'addition', 'change', 'removal', 'repair'] as const

function nounOf(group: Changes['groups'][number]): (typeof NOUNS)[number] {
  switch (group.sign) {
    case '+':
      return group.subject === 'router' ? 'addition' : 'new line'
    case '~':
      return 'change'
    case '-':
      return 'removal'
    case '!':
      return 'repair'
    default:
      return unreachable(group.sign)
  }
}
