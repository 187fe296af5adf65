import { fail, ok, type Result } from '../model/index.ts'
import { parseConfig } from './parse.ts'

/** What somebody chose for a first configuration. */
export interface FirstChoices {
  readonly lines: readonly FirstLine[]
  readonly lan: readonly string[]
}

export interface FirstLine {
  readonly name: string
  readonly interface: string
  readonly weight: number
  readonly address?: string
  /** Of a line that is not taken also a word in its place. */
  readonly gateway?: string
  /** For the reader of the file: what was found there. */
  readonly found: string
  /** Its volume costs money. */
  readonly byVolume?: boolean
  /** Written as a comment only. */
  readonly taken: boolean
}

/** A line that costs by volume is a backup where another does not. */
export const standsIn = (line: FirstLine, lines: readonly FirstLine[]): boolean =>
  line.byVolume === true && lines.some((other) => other.taken && other.byVolume !== true)

/**
 * A configuration file with comments, for somebody who has never seen one.
 * @returns what the reader of this room has against what was chosen, as a sentence without its end
 */
export function firstFile({ lines, lan }: FirstChoices): Result<string, string> {
  const text = [
    '# Several Internet lines at once. Is this file right: multihome check.',
    '# What a key means: multihome explain weight. All keys: man multihomed.yaml.',
    '',
    ...lanPart(lan),
    '',
    '# New connections are shared by weight: 3 and 1 give 75 and 25 of a hundred.',
    ...(lines.some(isFollowed) ? FOLLOWED : []),
    'lines:',
    ...lines.flatMap((line) => linePart(line, standsIn(line, lines))),
    '',
    '# A client and a server keep meeting on one line: a bank wants one address.',
    '# connection would spread most evenly.',
    'affinity: pair',
    '',
  ].join('\n')
  const read = parseConfig(text, 'config.yaml')
  if (read.ok) return ok(text)
  const errors = read.error.filter((problem) => problem.severity === 'error')
  return fail(errors.map((problem) => problem.message).join('; '))
}

const isFollowed = ({ taken, gateway, address }: FirstLine): boolean =>
  taken && gateway === undefined && address !== 'dhcp'

const FOLLOWED = [
  '# Address and gateway are those that DHCP or you have put on the interface; when',
  '# they change, that is followed.',
]

const lanPart = (lan: readonly string[]): string[] =>
  lan.length === 0
    ? ['# Only connections of this box itself are spread. Others too:', '# lan:', '#   interfaces: [lan0]']
    : [
        '# Whose connections are spread, besides those of this box itself.',
        'lan:',
        `  interfaces: [${lan.map(scalar).join(', ')}]`,
      ]

function linePart(line: FirstLine, isBackup: boolean): string[] {
  const keys = [
    `interface: ${scalar(line.interface)}`,
    isBackup ? 'role: backup # only while no other line works' : `weight: ${line.weight}`,
    ...(line.byVolume === true ? ['metered: true # it costs by volume: watched sparingly'] : []),
    ...(line.address === undefined ? [] : [`address: ${line.address}`]),
    ...(line.gateway === undefined ? [] : [`gateway: ${line.gateway}`]),
  ]
  const text = [`${scalar(line.name)}: # ${line.found}`, ...keys.map((key) => `  ${key}`)]
  return text.map((one) => `${line.taken ? '  ' : '  # '}${one}`)
}

/** YAML takes some names for something else: no, null, 1e3. In quotes none is. */
const scalar = (text: string): string => (PLAIN.test(text) && !TAKEN.test(text) ? text : JSON.stringify(text))

const PLAIN = /^[A-Za-z][A-Za-z0-9_.-]*$/
const TAKEN = /^(null|true|false|yes|no|on|off|y|n)$/i
