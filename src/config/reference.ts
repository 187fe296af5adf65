import { PROBLEM_ADVICE } from './advice.ts'
import type { Advice } from './advice.ts'
import { API_KEYS, TLS_KEYS } from './api-keys.ts'
import { CODES } from './codes.ts'
import type { ProblemCode, Severity } from './codes.ts'
import { FORWARD_KEYS } from './forward-keys.ts'
import { FILE_KEYS, FIREWALL_KEYS, HISTORY_KEYS, LAN_INTERFACE_KEYS, LAN_KEYS, MARKS_KEYS } from './keys.ts'
import { LINE_KEYS } from './line-keys.ts'
import type { KeyDoc } from './keys.ts'
import { CHANNEL_KEYS, NOTIFY_KEYS } from './notify-keys.ts'
import { DNS_TARGET_KEYS, HEALTH_KEYS, HOOK_KEYS, PAGE_TARGET_KEYS, RELEASE_KEYS } from './policy-keys.ts'

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

A line that costs by volume and stands in for another, and what shall happen when one dies:

\`\`\`yaml
lan:
  interfaces: [lan0]
lines:
  fiber:
    interface: wan1
    health: { lossy: 10%, degraded: none } # avoided while a tenth is lost
  lte:
    interface: wwan0
    role: backup # takes connections only while fiber does not work
    metered: true # our questions cost 10 MB a month at most, and what is left is ended 10 minutes after fiber is back
    health: { suspicion: 800ms } # a radio line has short gaps
release: 3s # then connections that hang on a dead line are ended, so that they begin anew
hooks:
  - { run: [/usr/local/bin/tell, admin], on: [down, up] }
\`\`\`

\`multihome check\` reads it without doing anything. A file with an error is refused as a whole, and what is running goes on as it was. Keys that are not listed here are errors, and so are YAML aliases (\`*name\`).

[\`config.schema.json\`](config.schema.json) is the JSON Schema (also \`multihome config schema\`). Editors with a YAML language server complete and check with it when the file begins with \`# yaml-language-server: $schema=PATH\`.`

/** A key as one looks for it and as one reads of it. */
export interface KeyEntry {
  /** `lines.NAME.weight`, `lan.interfaces[].name` */
  readonly path: string
  readonly name: string
  readonly means: string
  readonly expects: string
  /** What holds then, in Markdown. */
  readonly leftOut: string
  /** As it stands in the file: `weight: 3`. */
  readonly example: string
  readonly elsewhere: readonly string[]
  /** Where the reference tells of it. */
  readonly page: string
}

/** Every key, in the order of the reference. */
export const keyEntries = (): KeyEntry[] => SECTIONS.flatMap(entriesOf)

/** A code of the file, with what it means, why, and what to do. */
export interface ProblemEntry extends Advice {
  readonly code: ProblemCode
  readonly severity: Severity
  readonly means: string
}

export const problemEntries = (): ProblemEntry[] =>
  (Object.keys(CODES) as ProblemCode[]).map((code) => ({ code, ...CODES[code], ...PROBLEM_ADVICE[code] })) // its own keys

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
  { title: '`health`, of the file or of a line', prefix: 'health.', keys: HEALTH_KEYS, required: [] },
  {
    title: 'A target that asks a resolver, written as a map',
    prefix: 'health.targets[].',
    keys: DNS_TARGET_KEYS,
    required: ['dns'],
  },
  {
    title: 'A target that is a page, written as a map',
    prefix: 'health.targets[].',
    keys: PAGE_TARGET_KEYS,
    required: ['url'],
  },
  { title: '`release`, of the file or of a line', prefix: 'release.', keys: RELEASE_KEYS, required: [] },
  { title: 'A hook', prefix: 'hooks[].', keys: HOOK_KEYS, required: ['run'] },
  { title: '`notify`', prefix: 'notify.', keys: NOTIFY_KEYS, required: ['channels'] },
  { title: 'A channel', prefix: 'notify.channels.NAME.', keys: CHANNEL_KEYS, required: ['kind'] },
  { title: '`firewall`', prefix: 'firewall.', keys: FIREWALL_KEYS, required: [] },
  { title: 'A forward', prefix: 'forward[].', keys: FORWARD_KEYS, required: ['port', 'to'] },
  { title: '`api`', prefix: 'api.', keys: API_KEYS, required: [] },
  { title: '`api.tls`', prefix: 'api.tls.', keys: TLS_KEYS, required: ['certificate', 'key'] },
  { title: '`history`', prefix: 'history.', keys: HISTORY_KEYS, required: [] },
  { title: '`marks`', prefix: 'marks.', keys: MARKS_KEYS, required: [] },
]

const entriesOf = ({ prefix, keys, required }: Section): KeyEntry[] =>
  Object.entries(keys).map(([name, doc]) => ({
    path: prefix + name,
    name,
    means: doc.means,
    expects: doc.expects,
    leftOut: required.includes(name) ? 'an error' : leftOut(doc),
    example: `${name}: ${inline(doc.example)}`,
    elsewhere: doc.elsewhere ?? [],
    page: `config.md#${(prefix + name).toLowerCase().replace(/[^a-z]/g, '')}`,
  }))

function section(of: Section): string {
  const entries = entriesOf(of).map((key) =>
    [
      `### \`${key.path}\``,
      key.means,
      [
        `- Expected: ${escaped(key.expects)}`,
        `- Left out: ${key.leftOut}`,
        `- Example: \`${key.example}\``,
      ].join('\n'),
    ].join('\n\n'),
  )
  return [`## ${of.title}`, ...entries].join('\n\n')
}

function leftOut(doc: KeyDoc): string {
  if (doc.leftOut !== undefined) return doc.leftOut
  return doc.default === undefined ? 'the defaults of its keys' : `\`${inline(doc.default)}\``
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
  const rows = problemEntries().map(
    ({ code, severity, means }) => `- \`${code}\`${severity === 'warning' ? ' (warning)' : ''}: ${means}`,
  )
  return [
    '## Errors and warnings',
    'The codes are stable; `multihome explain MH203` tells more of one.',
    rows.join('\n'),
  ].join('\n\n')
}

const escaped = (text: string): string => text.replace(/[[\]*_]/g, '\\$&')
