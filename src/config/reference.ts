import { CODES } from './codes.ts'
import { FILE_KEYS, LAN_INTERFACE_KEYS, LAN_KEYS, LINE_KEYS, MARKS_KEYS } from './keys.ts'
import type { KeyDoc } from './keys.ts'

/** The Markdown of docs/config.md. */
export function configReference(): string {
  return [INTRODUCTION, ...SECTIONS.map(section), problems()].join('\n\n') + '\n'
}

const INTRODUCTION = `<!-- Made from src/config by scripts/config-reference.ts; edit there. -->

# The configuration file

\`/etc/multihomed/config.yaml\`, YAML 1.2. Six lines are enough:

\`\`\`yaml
lan:
  interfaces: [lan0]
lines:
  fiber: { interface: wan1, weight: 3 }
  dsl: { interface: wan2 }
affinity: pair
\`\`\`

\`multihome check\` reads it without doing anything. A file with an error is refused as a whole, and what is running goes on as it was. Keys that are not listed here are errors, and so are YAML aliases (\`*name\`).

[\`config.schema.json\`](config.schema.json) is the JSON Schema (also \`multihome config schema\`). Editors with a YAML language server complete and check with it when the file begins with \`# yaml-language-server: $schema=PATH\`.`

interface Section {
  readonly title: string
  readonly prefix: string
  readonly keys: Readonly<Record<string, KeyDoc>>
  /** Keys that must be there. */
  readonly required: readonly string[]
}

const SECTIONS: readonly Section[] = [
  { title: 'The file', prefix: '', keys: FILE_KEYS, required: ['lines'] },
  { title: '`lan`', prefix: 'lan.', keys: LAN_KEYS, required: ['interfaces'] },
  {
    title: 'A LAN interface, written as a map',
    prefix: 'lan.interfaces[].',
    keys: LAN_INTERFACE_KEYS,
    required: ['name'],
  },
  { title: 'A line', prefix: 'lines.NAME.', keys: LINE_KEYS, required: ['interface'] },
  { title: '`marks`', prefix: 'marks.', keys: MARKS_KEYS, required: [] },
]

function section({ title, prefix, keys, required }: Section): string {
  const entries = Object.entries(keys).map(([name, doc]) =>
    [
      `### \`${prefix}${name}\``,
      doc.means,
      [
        `- Expected: ${escaped(doc.expects)}`,
        `- Left out: ${required.includes(name) ? 'an error' : leftOut(doc)}`,
        `- Example: \`${name}: ${inline(doc.example)}\``,
      ].join('\n'),
    ].join('\n\n'),
  )
  return [`## ${title}`, ...entries].join('\n\n')
}

function leftOut(doc: KeyDoc): string {
  if (doc.leftOut !== undefined) return doc.leftOut
  return doc.default === undefined ? 'the defaults below' : `\`${inline(doc.default)}\``
}

/** A value as one writes it in the file; a mask in hexadecimal. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((one) => inline(one)).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, inner]) => `${key}: ${inline(inner)}`)
    return `{ ${pairs.join(', ')} }`
  }
  return value === DEFAULT_MASK ? `0x${DEFAULT_MASK.toString(16)}` : String(value)
}

const DEFAULT_MASK = MARKS_KEYS.mask.default

function problems(): string {
  const rows = Object.entries(CODES).map(([code, { severity, means }]) =>
    severity === 'warning' ? `- \`${code}\` (warning): ${means}` : `- \`${code}\`: ${means}`,
  )
  return ['## Errors and warnings', 'The codes are stable.', rows.join('\n')].join('\n\n')
}

const escaped = (text: string): string => text.replace(/[[\]*_]/g, '\\$&')
