/** Every sentence that a message is made of. */
import { familyOfLeg } from '../model/index.ts'
import { isDown, type Incident, type Picture } from './incidents.ts'
import type { Message } from './message.ts'
import type { ClockOf, Outage } from './watched.ts'

export type Said = Pick<Message, 'title' | 'body' | 'tone'>

/** `lte is down` · `Since 14:02:11: no answer from 6 of 6 targets. fiber and starlink carry everything.` */
export function downText(incident: Incident, { lines }: Picture, clock: ClockOf): Said {
  const { line = '', leg, why, sinceMs } = incident
  const isHalf = incident.kind === 'half-down'
  const working = lines.filter((one) => one.name !== line && isDown(one) === false && !one.isDrained)
  const others = isHalf
    ? [`${line} works over ${familyOfLeg(leg ?? '') === 'ipv6' ? 'IPv4' : 'IPv6'}.`]
    : working.length === 0
      ? []
      : [
          `${named(working.map(({ name }) => name))} ${working.length === 1 ? 'carries' : 'carry'} everything.`,
        ]
  return {
    title: `${subject(incident)} is down`,
    body: [`Since ${clock(sinceMs)}${why === undefined ? '' : `: ${why}`}.`, ...others].join(' '),
    tone: 'bad',
  }
}

/** `lte is back after 1 h 4 m` · `Third outage this week, 2 h 10 m in all.` */
export function backText(incident: Incident, endedAtMs: number, outages: readonly Outage[]): Said {
  const own = incident.kind === 'down' ? outages.filter(({ line }) => line === incident.line) : []
  const allMs = own.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
  return {
    title: `${subject(incident)} is back after ${span(endedAtMs - incident.sinceMs)}`,
    body:
      own.length < 2
        ? 'It takes new connections again.'
        : `${ordinal(own.length)} outage this week, ${span(allMs)} in all.`,
    tone: 'good',
  }
}

/** Somebody took it out of the file while it was down. */
export const goneText = (incident: Incident): Said => ({
  title: `${subject(incident)} is a line no more`,
  body: 'It was down when it was taken out of the configuration.',
  tone: 'news',
})

/** `You were offline 14:02:11-14:09:40` · `7 m 29 s. fiber came back first, lte 0.4 s later.` */
export function offlineText(
  { sinceMs, backs = [] }: Incident,
  endedAtMs: number,
  { lines }: Picture,
  clock: ClockOf,
): Said {
  const [first, ...later] = backs
  const came =
    first === undefined
      ? []
      : [`${first.line} came back first`, ...later.map(({ line, atMs }) => `${line} ${span(atMs - first.atMs)} later`)] // prettier-ignore
  const down = lines.filter((line) => isDown(line) === true).map(({ name }) => name)
  const still = down.length === 0 ? [] : [`${named(down)} ${down.length === 1 ? 'is' : 'are'} still down.`]
  return {
    title: `You were offline ${clock(sinceMs)}-${clock(endedAtMs)}`,
    body: [`${span(endedAtMs - sinceMs)}.`, ...(came.length === 0 ? [] : [`${came.join(', ')}.`]), ...still].join(' '), // prettier-ignore
    tone: 'bad',
  }
}

export const flappingText = (line: string, changes: number): Said => ({
  title: `${line} comes and goes`,
  body: `${changes} changes in 10 min. Single ones are not told until it has been quiet for 10 min.`,
  tone: 'bad',
})

/** @param text `NetworkManager keeps removing our rules: 5 times in 1 min; …` */
export function foughtText(text: string): Said {
  const [title = '', ...rest] = text.split(': ')
  return { title, body: `${capital(rest.join(': '))}.`, tone: 'bad' }
}

export const undoneText = (why: string): Said => ({
  title: 'Change undone',
  body: `${capital(why)}; the former configuration is in force again.`,
  tone: 'bad',
})

export const refusedText = (text: string): Said => ({
  title: 'A changed configuration is refused',
  body: `${capital(text)}. What runs goes on.`,
  tone: 'bad',
})

export const degradedText = (line: string, text: string): Said => ({
  title: `${line} works badly`,
  body: `${capital(text)}.`,
  tone: 'bad',
})

/** @param text `75 % of 50 GB is used on day 12 of 30; at this pace it ends on day 16` */
export function quotaText(line: string, text: string): Said {
  const [title = '', pace] = text.split('; ')
  return {
    title: `${line}: ${title}`,
    body: pace === undefined ? 'What goes through now may cost more.' : `${capital(pace)}.`,
    tone: 'news',
  }
}

export const restartText = (text: string): Said => ({ title: 'multihomed was started', body: `${text}.`, tone: 'news' }) // prettier-ignore

export const testText = (host: string): Said => ({
  title: 'A test of multihomed',
  body: `Whoever reads this hears from ${host} when something must be known.`,
  tone: 'news',
})

/** `lte`, `lte over IPv6` */
const subject = ({ kind, line = '', leg }: Incident): string =>
  kind === 'half-down' ? `${line} over ${familyOfLeg(leg ?? '') === 'ipv6' ? 'IPv6' : 'IPv4'}` : line

/** `fiber`, `fiber and dsl`, `fiber, dsl and lte` */
export const named = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

/** `0.4 s`, `12 s`, `7 m 29 s`, `1 h 4 m`, `2 d 3 h` */
export function span(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (ms < 10_000) return `${Math.round(ms / 100) / 10} s`
  if (seconds < 60) return `${seconds} s`
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3600)]
  if (hours === 0) return two(minutes, 'm', seconds % 60, 's')
  return hours < 24 ? two(hours, 'h', minutes % 60, 'm') : two(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

const two = (more: number, unit: string, less: number, lesser: string): string =>
  `${more} ${unit}${less === 0 ? '' : ` ${less} ${lesser}`}`

const ORDINALS = ['', 'First', 'Second', 'Third', 'Fourth', 'Fifth', 'Sixth', 'Seventh', 'Eighth', 'Ninth']

const ordinal = (n: number): string => ORDINALS[n] ?? `${n}th`

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
