import {
  containsAddress,
  mark,
  type Config,
  type Mark,
  type RouteQuestion,
  type Ruleset,
} from '../model/index.ts'
import { desired, type Situation } from './desired.ts'
import { legsIn, type LineFacts } from './lines.ts'
import type { Surroundings } from './nft-rule.ts'
import { numbersOf, type Numbers } from './numbers.ts'
import { lookUp, routingOf, type RouteAnswer, type Routing } from './route-lookup.ts'

/** A box as a pass would leave it: what packets on paper are sent through. */
export interface World {
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

export function worldOf(situation: Situation): World {
  const { config, observed } = situation
  const { state, lines: legs } = desired(situation)
  const lines = legsIn('ipv4', legs)
  if (state.ruleset === undefined) throw new Error('a configuration without a ruleset')
  const numbers = numbersOf(config.marks.mask, config.rulePriorityBase)
  const routing = routingOf(observed, state)
  const answers = new Map<string, RouteAnswer>()
  /** Asked in every turn alike. */
  const remembered = (question: RouteQuestion): RouteAnswer => {
    const key = JSON.stringify(question)
    const answer = answers.get(key) ?? lookUp(routing, question)
    answers.set(key, answer)
    return answer
  }
  const addresses = [...state.addresses, ...observed.addresses].filter(({ family }) => family === 'ipv4')
  return {
    config,
    lines,
    numbers,
    routing,
    ruleset: state.ruleset,
    surroundings: {
      // As if it came from the box itself (Linux, net/ipv4/netfilter/nft_fib_ipv4.c).
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
      return (held.find((address) => containsAddress(address, neighbour)) ?? held[0])?.address
    },
    lineOfMark: (carried) => lines.find(({ id }) => numbers.markOf(id) === mark(carried & numbers.mask)),
  }
}
