/** What a lab looks like from outside, in words. Pure. */
import type { LabPicture } from './control.ts'
import { ownName } from './own-name.ts'
import { doorLine } from './shown-door.ts'

export const pictureText = ({
  pid,
  lines,
  hosts,
  dashboard,
  dashboardNote,
  daemonAnswers,
}: LabPicture): string =>
  [
    `A lab is up (pid ${pid}).`,
    ...(dashboard === undefined && dashboardNote === undefined
      ? [] // nobody wanted one
      : [doorLine({ url: dashboard, note: dashboardNote })]),
    ...(daemonAnswers ? [] : [NO_DAEMON, `To start it: ${startsDaemon()}`]),
    ...columns(lines.map(({ name, state, device, address }) => [name, state, device, address])),
    `Hosts: ${hostList(Object.keys(hosts))}`,
  ].join('\n')

export const NO_DAEMON = 'The daemon is not running: traffic flows as it was, and nobody watches.'

export const startsDaemon = (): string => `${ownName()} lab exec router multihome run`

/** Each as wide as its widest, but for the last. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const width = (at: number): number => Math.max(...rows.map((row) => row[at]?.length ?? 0))
  return rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(width(at))).join('  ')}`.trimEnd())
}

/** `router, client-1 … client-17`: hosts that count up are named by the first and the last. */
export function hostList(hosts: readonly string[]): string {
  const clients = hosts.filter((host) => CLIENT.test(host))
  if (clients.length < 4) return hosts.join(', ')
  const others = hosts.filter((host) => !CLIENT.test(host))
  return [...others, `${clients[0]} … ${clients.at(-1)}`].join(', ')
}

const CLIENT = /^client-\d+$/
