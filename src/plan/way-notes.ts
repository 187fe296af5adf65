import type { LineFacts } from './lines.ts'
import type { Note } from './report.ts'

/** What somebody should know whose lines are tunnels. */
export const wayNotes = (lines: readonly LineFacts[]): Note[] => [
  ...lines.flatMap(foundWay),
  ...lines.flatMap(unknownWay),
  ...contestedWays(lines),
]

function foundWay({ config: { name }, way }: LineFacts): Note[] {
  if (way?.isFound !== true) return []
  return [
    {
      code: 'way-found',
      severity: 'note',
      text: `${name} is a tunnel, and the file does not say by which line its own packets leave: by ${way.carrier} now, the first that works`,
      help: `write via: ${way.carrier} at ${name}, or a list of lines`,
    },
  ]
}

function unknownWay({ config: { name, interface: dev, endpoints }, way, presence }: LineFacts): Note[] {
  // Without its interface nobody can know, and an interface that is missing is told as such.
  if (way === undefined || way.signs.length > 0 || presence.is === 'absent') return []
  return [
    {
      code: 'way-unknown',
      severity: 'warning',
      text: `nobody knows where ${dev} sends the own packets of ${name}: they are not kept on ${way.carrier}`,
      ...(endpoints === undefined && {
        help: `write endpoint: ADDRESS at ${name}, the address of its other end`,
      }),
    },
  ]
}

/** The kernel takes the first rule of several. */
function contestedWays(lines: readonly LineFacts[]): Note[] {
  const known = lines.flatMap(({ config: { name }, way }) =>
    (way?.signs ?? []).flatMap((sign) => ('to' in sign ? [{ name, to: sign.to, by: way?.carrier }] : [])),
  )
  return known.flatMap((one, i) => {
    const first = known.slice(0, i).find(({ to, by }) => to === one.to && by !== one.by)
    if (first === undefined) return []
    return [
      {
        code: 'way-contested',
        severity: 'warning',
        text: `${first.name} and ${one.name} are tunnels to ${one.to}, by ${first.by} and by ${one.by}; their own packets cannot be told apart, and all leave by ${first.by}`,
        help: 'give the server a second address',
      },
    ]
  })
}
