/** What was found out by asking over each line: its resolvers, and how large a packet may be. Pure. */
import { legWords, lineOfLeg, type PathMtu, type ProbeAnswer } from '../../model/index.ts'
import type { Finding } from '../../plan/index.ts'

export interface LineLook {
  readonly leg: string
  readonly interface: string
  readonly resolvers: readonly { readonly server: string; readonly answer: ProbeAnswer }[]
  readonly mtuBytes: number
  readonly path: PathMtu
}

export interface LinesFound {
  readonly findings: readonly Finding[]
  readonly unseen: readonly string[]
}

export function lineFindings(looks: readonly LineLook[]): LinesFound {
  const [names, sizes] = [looks.map(resolverFindings), looks.map(mtuFindings)]
  const found = [...names, ...sizes].flatMap(({ findings }) => findings)
  return {
    findings: [...found.filter(({ severity }) => severity !== 'ok'), ...inOne(found)],
    unseen: [...names, ...sizes].flatMap(({ unseen }) => unseen).concat(namesUnasked(looks)),
  }
}

/** Silence about them would look as if names were well. */
function namesUnasked(looks: readonly LineLook[]): string[] {
  const legs = looks.filter(({ resolvers }) => resolvers.length === 0).map(({ leg }) => legWords(leg))
  if (legs.length === 0) return []
  const lines = `${legs.slice(0, -1).join(', ')}${legs.length > 1 ? ' and ' : ''}${legs.at(-1) ?? ''}`
  return [
    `whether names are answered by ${lines}: no resolvers of ${legs.length === 1 ? 'it' : 'theirs'} are known (dns: of a line names them)`,
  ]
}

/** What is well on all lines is said once for each thing. */
function inOne(found: readonly Finding[]): Finding[] {
  const well = Map.groupBy(
    found.filter(({ severity }) => severity === 'ok'),
    ({ name }) => name,
  )
  return [...well].map(([name, ones]) => ({
    severity: 'ok',
    name,
    text: `${HEADS[name] ?? name}: ${ones.map(({ text }) => text).join(', ')}`,
  }))
}

const HEADS: Readonly<Record<string, string>> = {
  resolvers: 'resolvers answer by their own lines',
  mtu: 'packets of the full size pass',
}

/** One that does not answer is bad for whoever is told of it; a second one that does makes it bearable. */
function resolverFindings({ leg, resolvers }: LineLook): LinesFound {
  const word = legWords(leg)
  const unasked = resolvers.flatMap(({ answer }) =>
    !answer.answered && answer.unasked === true ? [answer.why] : [],
  )
  const [why] = unasked
  if (why !== undefined && unasked.length === resolvers.length)
    return { findings: [], unseen: [`whether the resolvers of ${word} answer: ${why}`] }
  const living = resolvers.filter(({ answer }) => answer.answered)
  const silent = resolvers.filter(({ answer }) => !answer.answered && answer.unasked !== true)
  if (silent.length === 0) {
    if (living.length === 0) return { findings: [], unseen: [] }
    const text = `${word} ${living.map(({ server }) => server).join(' ')}`
    return { findings: [{ severity: 'ok', name: 'resolvers', text }], unseen: [] }
  }
  const names = silent.map(({ server }) => server).join(' and ')
  const rest = living.map(({ server }) => server).join(' and ')
  const does = silent.length === 1 ? 'does' : 'do'
  const text =
    living.length > 0
      ? `${names} ${does} not answer for names by ${word}; ${rest} ${living.length === 1 ? 'does' : 'do'}`
      : `no resolver of ${word} answers by it (${names}): names fail for whoever is told of it`
  const line = lineOfLeg(leg)
  return {
    findings: [
      {
        severity: living.length > 0 ? 'note' : 'fix',
        name: 'resolvers',
        text,
        help: `ask it in every way: multihome probe ${line} ${silent[0]?.server ?? ''}; or name others: lines: { ${line}: { dns: [9.9.9.9, 1.1.1.1] } }`,
      },
    ],
    unseen: [],
  }
}

function mtuFindings({ leg, interface: dev, mtuBytes, path }: LineLook): LinesFound {
  const word = legWords(leg)
  switch (path.is) {
    case 'unasked':
      return { findings: [], unseen: [`how large packets by ${word} may be: ${path.why}`] }
    case 'silent':
      return { findings: [], unseen: [`how large packets by ${word} may be: nobody answered by it`] }
    default: {
      const { bytes, isTold } = path
      if (bytes >= mtuBytes) {
        const text = `${word} ${mtuBytes}`
        return { findings: [{ severity: 'ok', name: 'mtu', text }], unseen: [] }
      }
      const fits = `by ${word} packets of ${bytes} bytes pass, not those of ${mtuBytes} that ${dev} takes`
      const lower = `lines: { ${lineOfLeg(leg)}: { mtu: ${bytes} } }, which fits the TCP of the LAN to it as well`
      return {
        findings: [
          isTold
            ? {
                severity: 'note',
                name: 'mtu',
                text: `${fits}; the way says so, and programs that heed it get through`,
                help: `it costs each connection a try: ${lower}`,
              }
            : {
                severity: 'fix',
                name: 'mtu',
                text: `${fits}; larger ones vanish without a word: pages begin to load and hang, uploads and VPNs stand still`,
                help: lower,
              },
        ],
        unseen: [],
      }
    }
  }
}
