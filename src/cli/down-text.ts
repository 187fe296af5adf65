import type { DownDocument } from '../api/contract.ts'
import { counted } from './amounts.ts'
import type { Screen } from './screen.ts'
import { wrap } from './wrap.ts'

/**
 * What was taken away, or would be; the commands only where somebody asks what would happen.
 * @param daemon whether a running daemon did it, which ends with it
 */
export function downText(down: DownDocument, screen: Screen, { daemon }: { daemon: boolean }): string {
  return down.dryRun ? wouldDo(down, screen, daemon) : wrap(didDo(down, daemon), screen.columns)
}

function wouldDo(down: DownDocument, screen: Screen, daemon: boolean): string {
  const ends = daemon ? ' The daemon would end.' : ''
  if (down.commands.length === 0) return `${CLEAN}${ends}`
  const summary = wrap(`Would ${tell(down, 'remove', 'put back')}.${ends}`, screen.columns)
  return [summary, '', ...down.commands.map(indented)].join('\n')
}

function didDo(down: DownDocument, daemon: boolean): string {
  const ends = daemon ? ' The daemon has ended.' : ''
  if (down.commands.length === 0) return `${CLEAN}${ends}`
  return `${capital(tell(down, 'removed', 'put back'))}. Nothing of ours is left.${ends}`
}

const CLEAN = 'Nothing of multihomed is on this box.'

function tell(down: DownDocument, removed: string, restored: string): string {
  const { rules, routes, nexthops, tables } = down.removed
  const things = [
    ...some(rules, 'rule'),
    ...some(routes, 'route'),
    ...some(nexthops, 'nexthop'),
    ...some(tables, 'nft table'),
  ]
  return [
    ...(things.length === 0 ? [] : [`${removed} ${things.join(', ')}`]),
    ...some(down.restoredSysctls, 'sysctl').map((sysctls) => `${restored} ${sysctls}`),
    ...(things.length === 0 && down.restoredSysctls === 0 ? [`${removed} what is listed`] : []),
  ].join('; ')
}

const some = (count: number, noun: string): string[] => (count === 0 ? [] : [counted(count, noun)])

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const indented = (command: string): string => `  ${command.trimEnd().replaceAll('\n', '\n  ')}`
