import type { NftChain, NftRule, Ruleset } from '../model/index.ts'
import type { PretendPacket, Surroundings } from './nft-questions.ts'
import { evaluate } from './nft-rule.ts'

/** A rule that was asked on the way. */
export interface Asked {
  readonly chain: string
  readonly rule: NftRule
  readonly matched: boolean
  /** As it was when asked. */
  readonly packet: PretendPacket
}

export interface Walk {
  readonly packet: PretendPacket
  readonly asked: readonly Asked[]
  /** `unknowable`: at the last rule of `asked`. */
  readonly end: 'accept' | 'drop' | 'reject' | 'unknowable'
  /** Source address by a NAT rule; absent `to`: that of the interface. */
  readonly snat?: { readonly to?: string }
}

/** A packet on paper through all chains of our table at one hook, as a kernel would take it. */
export function walkHook(
  ruleset: Ruleset,
  hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting',
  packet: PretendPacket,
  surroundings: Omit<Surroundings, 'maps'>,
): Walk {
  const walker = new Walker(ruleset, surroundings)
  const chains = ruleset.chains
    .filter((chain) => chain.hook?.includes(` hook ${hook} `) === true)
    .toSorted((a, b) => priorityOf(a) - priorityOf(b))
  let now = packet
  for (const chain of chains) {
    const result = walker.run(chain.name, now)
    now = result.packet
    if (result.end === 'drop' || result.end === 'reject' || result.end === 'unknowable')
      return { ...walker.told, packet: now, end: result.end }
  }
  return { ...walker.told, packet: now, end: 'accept' }
}

/** `more`: nothing was decided, whoever jumped here goes on. */
type Passage = { readonly packet: PretendPacket; readonly end: Walk['end'] | 'more' }

class Walker {
  readonly #ruleset: Ruleset
  readonly #surroundings: Surroundings
  readonly #asked: Asked[] = []
  #snat: Walk['snat']

  constructor(ruleset: Ruleset, surroundings: Omit<Surroundings, 'maps'>) {
    this.#ruleset = ruleset
    this.#surroundings = { ...surroundings, maps: ruleset.maps }
  }

  get told(): Pick<Walk, 'asked' | 'snat'> {
    return { asked: this.#asked, ...(this.#snat === undefined ? {} : { snat: this.#snat }) }
  }

  run(name: string, packet: PretendPacket): Passage {
    const chain = this.#ruleset.chains.find((candidate) => candidate.name === name)
    let now = packet
    for (const rule of chain?.rules ?? []) {
      const outcome = evaluate(rule.text, now, this.#surroundings)
      if (outcome.is === 'not-asked') continue
      this.#asked.push({ chain: name, rule, matched: outcome.is === 'match', packet: now })
      if (outcome.is !== 'match') {
        if (outcome.is === 'unknowable') return { packet: now, end: 'unknowable' }
        continue
      }
      now = outcome.packet
      const { verdict } = outcome
      if (verdict === undefined) continue
      switch (verdict.do) {
        case 'return':
          return { packet: now, end: 'more' }
        case 'goto':
          return this.run(verdict.chain, now)
        case 'jump': {
          const passage = this.run(verdict.chain, now)
          if (passage.end !== 'more') return passage
          now = passage.packet
          break
        }
        case 'snat':
          this.#snat = verdict
          return { packet: now, end: 'accept' }
        default:
          return { packet: now, end: verdict.do }
      }
    }
    return { packet: now, end: 'more' }
  }
}

/** `priority mangle`, `srcnat - 5`, `-400`: nft's names for an inet table. */
function priorityOf({ hook = '' }: NftChain): number {
  const [, word = '', sign = '+', by = '0'] = /priority (-?\w+)(?: ([+-]) (\d+))?/.exec(hook) ?? []
  const base = NAMED_PRIORITIES[word] ?? Number(word)
  return sign === '-' ? base - Number(by) : base + Number(by)
}

const NAMED_PRIORITIES: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
}
