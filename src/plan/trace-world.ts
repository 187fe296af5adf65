import {
  containsAddress,
  isLinkLocal,
  mark,
  type Config,
  type Family,
  type Mark,
  type RouteQuestion,
  type Ruleset,
} from '../model/index.ts'
import { desired, type Situation } from './desired.ts'
import { legsIn, type LineFacts } from './lines.ts'
import type { Surroundings } from './nft-questions.ts'
import { numbersOf, type Numbers } from './numbers.ts'
import { lookUp, routingOf, type RouteAnswer, type Routing } from './route-lookup.ts'

/** A box as a pass would leave it, in one family: what packets on paper are sent through. */
export interface World {
  readonly family: Family
  readonly config: Config
  readonly lines: readonly LineFacts[]
  readonly numbers: Numbers
  readonly ruleset: Ruleset
  readonly routing: Routing
  readonly surroundings: Omit<Surroundings, 'maps'>
  /** The address with which this box speaks to that neighbour. */
  addressFacing(dev: string, neighbour: string): string | undefined
  lineOfMark(carried: Mark): LineFacts | undefined
}

export const NO_MARK = mark(0)

export function worldOf(situation: Situation, family: Family): World {
  const { config, observed } = situation
  const { state, lines: legs } = desired(situation)
  const lines = legsIn(family, legs)
  if (state.ruleset === undefined) throw new Error('a configuration without a ruleset')
  const numbers = numbersOf(config)
  const routing = routingOf(observed, state, family)
  const answers = new Map<string, RouteAnswer>()
  /** Asked in every turn alike. */
  const remembered = (question: RouteQuestion): RouteAnswer => {
    const key = JSON.stringify(question)
    const answer = answers.get(key) ?? lookUp(routing, question)
    answers.set(key, answer)
    return answer
  }
  const addresses = [...state.addresses, ...observed.addresses].filter((held) => held.family === family)
  return {
    family,
    config,
    lines,
    numbers,
    routing,
    ruleset: state.ruleset,
    surroundings: {
      // As if it came from the box itself (Linux, net/ipv4/netfilter/nft_fib_ipv4.c and nft_fib_ipv6.c).
      fibInterface(of, packet) {
        const question =
          of === 'daddr'
            ? { to: packet.to, from: packet.from, mark: packet.mark }
            : { to: packet.from, from: packet.to, mark: NO_MARK }
        const answer = remembered(question)
        return answer.is === 'hops' ? answer.hops[0]?.dev : undefined
      },
      isLocal: (address, onInterface) =>
        addresses.some(
          (held) => held.address === address && (onInterface === undefined || held.dev === onInterface),
        ),
    },
    addressFacing(dev, neighbour) {
      const held = addresses.filter((address) => address.dev === dev)
      // What is good on its link only is no source for anything else; that of a line is the one that it is known by.
      const wide = family === 'ipv4' ? held : held.filter(({ address }) => !isLinkLocal(address))
      const ofLine = family === 'ipv4' ? undefined : lines.find((line) => line.config.interface === dev)
      return (wide.find((address) => containsAddress(address, neighbour)) ?? ofLine?.address ?? wide[0])
        ?.address
    },
    lineOfMark: (carried) => lines.find(({ id }) => numbers.markOf(id) === mark(carried & numbers.mask)),
  }
}
