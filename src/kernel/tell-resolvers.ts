/** Programs of the box that answer for names are told whom to ask. */
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { messageOf, unreachable, type ResolverDriver } from '../model/index.ts'
import { runOnce, type RunOutcome } from './run-once.ts'

/** What they should know. */
export interface ResolverNews {
  /** Of lines in use, best first; never empty. */
  readonly servers: readonly string[]
  /** The interfaces of lines that are there, for whoever thinks in interfaces. */
  readonly interfaces: readonly ResolverInterface[]
}

export interface ResolverInterface {
  readonly name: string
  /** Of a line in use. */
  readonly isUsed: boolean
  /** Those that nobody else tells it; empty: it knows better. */
  readonly servers: readonly string[]
}

/** Why somebody could not be told. */
export interface ResolverTrouble {
  /** `missing`: its program is not on this box. `forbidden`: it does not listen to who we are. */
  readonly is: 'missing' | 'forbidden' | 'other'
  /** A sentence without its end. */
  readonly text: string
}

/** Takes back what the program was told; absent news: it is as if we had never been there. */
export type TellResolvers = (
  driver: ResolverDriver,
  news: ResolverNews | undefined,
  interfaces: readonly string[],
) => Promise<ResolverTrouble | undefined>

/** @returns why it could not be told; never rejects */
export const tellResolvers: TellResolvers = async (driver, news, interfaces) => {
  const trouble = await tell(driver, news, interfaces)
  // What it was told went with the program.
  return news === undefined && trouble?.is === 'missing' ? undefined : trouble
}

const tell: TellResolvers = async (driver, news, interfaces) => {
  switch (driver.is) {
    case 'off':
      return undefined
    case 'file':
      // Whoever reads it would stand there without a resolver: the last list stays.
      return news === undefined ? undefined : replaceFile(driver.path, resolvConf(news.servers))
    case 'resolved':
      return news === undefined ? revertAll(interfaces) : runAll(resolvedCommands(news.interfaces))
    case 'unbound':
      return runAll([
        ['unbound-control', ...(news === undefined ? ['reload'] : ['forward', ...news.servers])],
      ])
    default:
      return unreachable(driver)
  }
}

/** @returns what will stand in the way on this box, as far as that can be told before it is tried */
export async function foreseenResolverTrouble({ is }: ResolverDriver): Promise<ResolverTrouble | undefined> {
  if (is !== 'resolved' && is !== 'unbound') return undefined
  const [program, ...argv] = { resolved: ['resolvectl', '--version'], unbound: ['unbound-control', '-h'] }[is]
  return program === undefined ? undefined : whyMissing(program, await runOnce(program, argv))
}

const resolvConf = (servers: readonly string[]): string =>
  ['# The resolvers of the lines in use, written by multihomed with every change.', ...servers.map((server) => `nameserver ${server}`), ''].join('\n') // prettier-ignore

/** At once: whoever reads it meets the old file or the new one, and never half of one. */
async function replaceFile(path: string, text: string): Promise<ResolverTrouble | undefined> {
  const draft = `${path}.multihomed`
  try {
    await makeDirectory(dirname(path))
    await writeFile(draft, text, { mode: 0o644 })
    await rename(draft, path)
    return undefined
  } catch (cause) {
    return { is: 'other', text: `${path} cannot be written: ${messageOf(cause)}` }
  }
}

/** The last one of the path alone: below /proc Node would try for ever to make those above (`recursive`). */
async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause
  }
}

/** Those in use first, so that there is always one; and no answer of a dead line's resolver is kept. */
const resolvedCommands = (interfaces: readonly ResolverInterface[]): string[][] => [
  ...interfaces
    .toSorted((a, b) => Number(b.isUsed) - Number(a.isUsed))
    .flatMap(({ name, isUsed, servers }) => [
      ...(servers.length === 0 ? [] : [['resolvectl', 'dns', name, ...servers]]),
      ['resolvectl', 'default-route', name, isUsed ? 'yes' : 'no'],
    ]),
  ['resolvectl', 'flush-caches'],
]

/**
 * Each for itself: what was told of an interface that is gone went with it. What NetworkManager had told of them is
 * gone by that too, so where there is one it is asked to say it again.
 */
async function revertAll(interfaces: readonly string[]): Promise<ResolverTrouble | undefined> {
  const refusals: ResolverTrouble[] = []
  for (const name of interfaces) {
    const refusal = await runAll([['resolvectl', 'revert', name]])
    if (refusal !== undefined && !/No such device/.test(refusal.text)) refusals.push(refusal)
  }
  if (interfaces.length > 0) await runOnce('nmcli', ['general', 'reload', 'dns-full'])
  return refusals[0]
}

async function runAll(commands: readonly (readonly string[])[]): Promise<ResolverTrouble | undefined> {
  for (const [program = '', ...argv] of commands) {
    const done = await runOnce(program, argv)
    if (done.ok) continue
    const said = done.error.trim().replace(/\.$/, '')
    const text = `${[program, ...argv].join(' ')}: ${said}`
    return whyMissing(program, done) ?? { is: FORBIDDEN.test(said) ? 'forbidden' : 'other', text }
  }
  return undefined
}

const whyMissing = (program: string, { error }: RunOutcome): ResolverTrouble | undefined =>
  error.startsWith(`${program} cannot be started`) && error.includes('ENOENT')
    ? { is: 'missing', text: `${program} is not installed` }
    : undefined

/** Of polkit, with it and without; of a socket or a key that is not for our user. */
const FORBIDDEN = /authentication required|access denied|permission denied|not permitted/i
