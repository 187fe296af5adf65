import { parsePrefix } from '../../model/index.ts'
import { resolversIn, type LeaseNote } from './note.ts'

/** Of a file of `dhclient` (dhclient.leases(5)): the last lease of each interface and family, which is the one that counts. */
export function dhclientLeases(text: string): LeaseNote[] {
  const last = new Map<string, LeaseNote>()
  for (const { kind, body } of blocksOf(text)) {
    const note = kind === 'lease6' ? lease6(body) : lease(body)
    if (note !== undefined) last.set(`${kind} ${note.of.name}`, note)
  }
  return [...last.values()]
}

type NamedNote = LeaseNote & { readonly of: { readonly name: string } }

function lease(body: string): NamedNote | undefined {
  const name = interfaceOf(body)
  if (name === undefined) return undefined
  const [gateway] = listOf(optionOf(body, 'routers'))
  const mtu = optionOf(body, 'interface-mtu')
  const validUntilMs = timeOf(/^\s*expire ([^;]*);/m.exec(body)?.[1])
  return {
    of: { name },
    source: 'dhclient',
    dns: resolversIn(listOf(optionOf(body, 'domain-name-servers'))),
    ...(gateway !== undefined && { gateway }),
    ...(mtu !== undefined && { mtuBytes: Number(mtu) }),
    ...(validUntilMs !== undefined && { validUntilMs }),
  }
}

/** It lasts as long as the longest life in it. */
function lease6(body: string): NamedNote | undefined {
  const name = interfaceOf(body)
  if (name === undefined) return undefined
  const prefixes = [...body.matchAll(/iaprefix (\S+) \{/g)].flatMap(
    ([, text = '']) => parsePrefix(text) ?? [],
  )
  const ends = [...body.matchAll(/starts (\d+);\s+preferred-life \d+;\s+max-life (\d+);/g)].map(
    ([, starts, life]) => (Number(starts) + Number(life)) * 1000,
  )
  return {
    of: { name },
    source: 'dhclient',
    dns: resolversIn(listOf(optionOf(body, 'dhcp6.name-servers'))),
    ...(prefixes.length > 0 && { prefixes }),
    ...(ends.length > 0 && { validUntilMs: Math.max(...ends) }),
  }
}

/** Blocks at the left margin; blocks within them are indented. A half-written last one is left out. */
const blocksOf = (text: string): { kind: string; body: string }[] =>
  [...text.matchAll(/^(lease6?) \{\n([^]*?)^\}/gm)].map(([, kind = '', body = '']) => ({ kind, body }))

const interfaceOf = (body: string): string | undefined => /^\s*interface "([^"]+)";/m.exec(body)?.[1]

function optionOf(body: string, name: string): string | undefined {
  const start = `option ${name} `
  const line = body.split('\n').find((one) => one.trimStart().startsWith(start))
  return line?.trim().slice(start.length).replace(/;$/, '')
}

const listOf = (value = ''): string[] => value.split(/[\s,]+/).filter((word) => word !== '')

/** `4 2026/11/26 05:37:02` in UTC, `epoch 1795671422; # …`, `never`. */
function timeOf(text = ''): number | undefined {
  const epoch = /^epoch (\d+)/.exec(text)?.[1]
  if (epoch !== undefined) return Number(epoch) * 1000
  const [, ...parts] = /^\d (\d+)\/(\d+)\/(\d+) (\d+):(\d+):(\d+)/.exec(text) ?? []
  const [year, month, day, hour, minute, second] = parts.map(Number)
  return year === undefined || month === undefined
    ? undefined
    : Date.UTC(year, month - 1, day, hour, minute, second)
}
