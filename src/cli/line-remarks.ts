/** What there is to say of a line beside its numbers and the cause of its state, which the verdict tells. Pure. */
import type { LegDocument, LineDocument } from '../api/contract.ts'
import { counted } from './amounts.ts'
import { formatDuration } from './duration.ts'
import type { Screen } from './screen.ts'
import { volumeWords } from './volume-words.ts'
import { wrap } from './wrap.ts'

/** A row for each line that there is something to say of; empty when all is quiet. @param nowMs when it was so */
export function remarksText(lines: readonly LineDocument[], nowMs: number, screen: Screen): string {
  const width = Math.max(...lines.map(({ name }) => name.length), 0)
  return lines
    .flatMap((line) => {
      const remarks = remarksOn(line, nowMs)
      const start = `! ${line.name.padEnd(width)}  `
      return remarks.length === 0 ? [] : [wrap(start + remarks.join('; '), screen.columns, start.length)]
    })
    .join('\n')
}

function remarksOn(line: LineDocument, nowMs: number): string[] {
  const { ipv6 } = line
  const ofIpv6 = ipv6 === undefined ? [] : failures(ipv6, nowMs).map((text) => `IPv6: ${text}`)
  const ofVolume = volume(line, nowMs)
  return line.inReserve
    ? ['in reserve: it takes over when no other line works', ...ofIpv6, ...ofVolume]
    : [...failures(line, nowMs), ...ofIpv6, ...ofVolume]
}

const volume = ({ volume: held }: LineDocument, nowMs: number): string[] =>
  held === undefined || held.quotaBytes === null ? [] : [volumeWords(held, nowMs)]

function failures({ health, released, state }: LegDocument, nowMs: number): string[] {
  if (state !== 'suspect' && state !== 'down') return []
  return [
    ...(released === undefined ? [] : endings(released)),
    ...(health?.nextProbeAt === undefined || health.state === 'up'
      ? []
      : [`asked again ${soon(Date.parse(health.nextProbeAt) - nowMs)}`]),
  ]
}

function endings({ told, ended }: NonNullable<LineDocument['released']>): string[] {
  if (told + ended === 0) return []
  const own = ended === 0 ? '' : `, ${ended} of them this box's own`
  return [`${counted(told + ended, 'connection')} ended${own}, so that programs connect anew`]
}

/** `in 4 s`, `several times a second` */
const soon = (ms: number): string => (ms < 1000 ? 'several times a second' : `in ${formatDuration(ms)}`)
