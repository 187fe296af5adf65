import type { FoundShaper, OtherQueue, ShapedDevice } from '../model/index.ts'
import { OUR_HANDLE } from '../render/index.ts'

export interface Queues {
  readonly shapers: readonly FoundShaper[]
  readonly otherQueues: readonly OtherQueue[]
}

/** One queue of a device, in the words of `tc`. */
export interface Queue {
  readonly dev: string
  readonly kind: string
  /** `de:` */
  readonly handle: string
  readonly isRoot: boolean
  /** To which it holds back; absent: to nothing. */
  readonly bytesPerSecond?: number
}

/**
 * What is ours of the queues that the kernel listed, and what of others stands in the place of ours.
 * @param led interfaces with a filter of ours: what comes in by them is led elsewhere
 * @param links names of interfaces that are there
 */
export function readQueues(
  queues: readonly Queue[],
  led: ReadonlySet<string>,
  devices: readonly ShapedDevice[],
  links: ReadonlySet<string>,
): Queues {
  const found = devices.flatMap((device) => [
    outwards(device, queues),
    inwards(device, queues, led.has(device.dev), links.has(device.through)),
  ])
  return {
    shapers: found.filter((one): one is FoundShaper => one !== undefined && 'by' in one),
    otherQueues: found.filter((one): one is OtherQueue => one !== undefined && 'called' in one),
  }
}

function outwards(
  { dev, through }: ShapedDevice,
  queues: readonly Queue[],
): FoundShaper | OtherQueue | undefined {
  const root = rootOf(dev, queues)
  const direction = 'up'
  if (root === undefined || root.handle === NOBODYS) return undefined
  return root.handle === OUR_HANDLE
    ? { dev, direction, through, ...speedOf(root) }
    : { dev, direction, called: nameOf(root) }
}

/** What the kernel itself gives a device. */
const NOBODYS = '0:'

function inwards(
  { dev, through }: ShapedDevice,
  queues: readonly Queue[],
  /** Also where the interface that it leads to is gone, for then nothing comes in any more. */
  isLed: boolean,
  isThroughThere: boolean,
): FoundShaper | OtherQueue | undefined {
  const entrance = queues.find((queue) => queue.dev === dev && isEntrance(queue))
  const direction = 'down'
  if (entrance !== undefined && !isLed && !isThroughThere) return { dev, direction, called: nameOf(entrance) }
  if (!isLed && !isThroughThere) return undefined
  const root = rootOf(through, queues)
  const speed = isLed && root?.handle === OUR_HANDLE ? speedOf(root) : { bitsPerSecond: 0, by: 'nothing yet' }
  return { dev, direction, through, ...speed }
}

/** Where what comes in meets filters. */
export const isEntrance = ({ kind }: Queue): boolean => kind === 'ingress' || kind === 'clsact'

const rootOf = (dev: string, queues: readonly Queue[]): Queue | undefined =>
  queues.find((queue) => queue.dev === dev && queue.isRoot)

const speedOf = ({ bytesPerSecond = 0, kind }: Queue): Pick<FoundShaper, 'bitsPerSecond' | 'by'> => ({
  bitsPerSecond: bytesPerSecond * 8,
  by: kind,
})

const nameOf = ({ kind, handle }: Queue): string => `${kind} ${handle}`
