import type { DownDocument } from '../api/contract.ts'
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
  const summary = wrap(
    `Would ${tell(down, ['remove', 'switch off', 'put back', 'tell', 'give'])}.${left(down)}${ends}`,
    screen.columns,
  )
  return [summary, '', ...down.commands.map(indented)].join('\n')
}

function didDo(down: DownDocument, daemon: boolean): string {
  const ends = daemon ? ' The daemon has ended.' : ''
  if (down.commands.length === 0) return `${CLEAN}${ends}`
  const nothing = down.settingsLeft === undefined ? ' Nothing of ours is left.' : ''
  return `${capital(tell(down, ['removed', 'switched off', 'put back', 'told', 'gave']))}.${nothing}${untold(down)}${left(down)}${ends}`
}

const untold = (down: DownDocument): string => (down.untold ?? []).map((text) => ` Yet ${text}.`).join('')

/** What cannot be put back, because nobody remembers how it was. */
function left({ settingsLeft }: DownDocument): string {
  if (settingsLeft === undefined) return ''
  const settings = settingsLeft.map(({ key, value }) => `${key.replaceAll('/', '.')} = ${value}`)
  return (
    ' How the box was before is not known here (neither --state-dir nor the folder of --socket remembers it): ' +
    `${listed(settings)} ${settings.length === 1 ? 'stays' : 'stay'}, and so do addresses that were put on ` +
    'and interfaces that were switched on.'
  )
}

const listed = (parts: readonly string[]): string =>
  [parts.slice(0, -1).join(', '), ...parts.slice(-1)].filter((part) => part !== '').join(' and ')

const CLEAN = 'Nothing of multihomed is on this box.'

type Verbs = readonly [remove: string, lower: string, restore: string, tell: string, give: string]

function tell(down: DownDocument, [remove, lower, restore, say, give]: Verbs): string {
  const { rules, routes, nexthops, addresses, tables, queues } = down.removed
  const things = [
    ...some(rules, 'rule'),
    ...some(routes, 'route'),
    ...some(nexthops, 'nexthop'),
    ...some(addresses, 'address', 'addresses'),
    ...some(tables, 'nft table'),
    ...some(queues, 'queue'),
  ]
  const told = [
    ...(things.length === 0 ? [] : [`${remove} ${things.join(', ')}`]),
    ...some(down.loweredLinks, 'interface').map((interfaces) => `${lower} ${interfaces}`),
    ...[...some(down.restoredSysctls, 'sysctl'), ...some(down.restoredMtus, 'MTU')].map(
      (settings) => `${restore} ${settings}`,
    ),
    ...(down.leftHosts.length === 0
      ? []
      : [`${say} hosts on ${listed(down.leftHosts)} to look for another router`]),
    ...(down.resolversBack === undefined
      ? []
      : [`${give} ${PROGRAMS[down.resolversBack]} its resolvers back`]),
  ]
  return told.length === 0 ? `${remove} what is listed` : told.join('; ')
}

const PROGRAMS = { resolved: 'systemd-resolved', unbound: 'unbound' } as const

const some = (count: number, noun: string, plural = `${noun}s`): string[] =>
  count === 0 ? [] : [count === 1 ? `1 ${noun}` : `${count} ${plural}`]

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const indented = (command: string): string => `  ${command.trimEnd().replaceAll('\n', '\n  ')}`
