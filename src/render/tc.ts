import type { Shaper } from '../model/index.ts'

/** Words of one command, the program first. */
export type Command = readonly string[]

/** 222, our number everywhere: by this handle a queue is known for ours, and by the preference a filter. */
export const OUR_HANDLE = 'de:'
export const OUR_PREFERENCE = 222

/**
 * Several ways to hold packets back, the best first; a kernel that does not know one takes the next. Each is whole and
 * may be done twice.
 *
 * `cake` shares the line among hosts and their connections and needs nothing else. `tbf` holds back; with `fq_codel` in
 * it connections take turns, without it they wait in one short queue.
 */
export const setShaper = (shaper: Shaper): readonly (readonly Command[])[] =>
  (['cake', 'fq_codel', 'fifo'] as const).map((kind) =>
    shaper.direction === 'up'
      ? queue(kind, shaper, shaper.dev)
      : [...leadThrough(shaper, queue(kind, shaper, shaper.through))],
  )

/** What comes in cannot wait: it is led through an interface of ours, as if it left by that. */
function leadThrough({ dev, through }: Shaper, queueCommands: readonly Command[]): readonly Command[] {
  return [
    // First what fails when the device is gone.
    words(`tc qdisc replace dev ${dev} handle ffff: ingress`),
    words(`ip link add name ${through} type ifb`),
    // In this order, or it gets an address of IPv6 and speaks.
    words(`ip link set dev ${through} addrgenmode none`),
    words(`ip link set dev ${through} up`),
    ...queueCommands,
    words(
      `tc filter replace dev ${dev} parent ffff: protocol all pref ${OUR_PREFERENCE} handle 800::800 u32 match u32 0 0 action mirred egress redirect dev ${through}`,
    ),
  ]
}

export const deleteShaper = ({ dev, direction, through }: Shaper): readonly Command[] =>
  direction === 'up'
    ? [words(`tc qdisc del dev ${dev} root handle ${OUR_HANDLE}`)]
    : [words(`tc qdisc del dev ${dev} ingress`), words(`ip link del dev ${through}`)]

function queue(
  kind: 'cake' | 'fq_codel' | 'fifo',
  { bitsPerSecond, direction }: Shaper,
  dev: string,
): readonly Command[] {
  const root = `tc qdisc replace dev ${dev} root handle ${OUR_HANDLE}`
  // Behind the translation of addresses only `nat` knows whose packets they are.
  if (kind === 'cake')
    return [words(`${root} cake bandwidth ${bitsPerSecond}bit nat${direction === 'down' ? ' ingress' : ''}`)]
  const burstBytes = Math.max(LEAST_BURST_BYTES, Math.ceil((bitsPerSecond / 8) * BURST_S))
  return [
    words(`${root} tbf rate ${bitsPerSecond}bit burst ${burstBytes} latency ${LATENCY_MS}ms`),
    ...(kind === 'fq_codel' ? [words(`tc qdisc replace dev ${dev} parent ${OUR_HANDLE}1 fq_codel`)] : []),
  ]
}

/** Some packets, and as much as goes out between two ticks of a slow clock. */
const LEAST_BURST_BYTES = 16_000
const BURST_S = 0.004
/** In the one queue that is left where there is nothing better. */
const LATENCY_MS = 50

const words = (text: string): Command => text.split(' ')
