import type { FoundShaper, OtherQueue, ShapedDevice } from '../model/index.ts'
import { OUR_HANDLE, OUR_PREFERENCE } from '../render/index.ts'
import { list, number, object, string, type Json } from './ip-json.ts'

export interface Queues {
  readonly shapers: readonly FoundShaper[]
  readonly otherQueues: readonly OtherQueue[]
}

/** One that is not there is not asked about. */
export const queueQuestions = (devices: readonly ShapedDevice[]): string =>
  ['qdisc show', ...devices.map(({ dev }) => `filter show dev ${dev} ingress`), ''].join('\n')

/**
 * What `tc -json` prints for `queueQuestions`: an answer a line, in their order.
 * @param links names of interfaces that are there
 */
export function readQueues(
  text: string,
  devices: readonly ShapedDevice[],
  links: ReadonlySet<string>,
): Queues {
  const [queues = [], ...filters] = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(list)
  const asked = devices.filter(({ dev }) => links.has(dev))
  const found = devices.flatMap((device) => [
    outwards(device, queues),
    inwards(device, queues, filters[asked.indexOf(device)] ?? [], links.has(device.through)),
  ])
  return {
    shapers: found.filter((one): one is FoundShaper => one !== undefined && 'by' in one),
    otherQueues: found.filter((one): one is OtherQueue => one !== undefined && 'called' in one),
  }
}

function outwards(
  { dev, through }: ShapedDevice,
  queues: readonly Json[],
): FoundShaper | OtherQueue | undefined {
  const root = rootOf(dev, queues)
  const handle = string(root?.['handle']) ?? NOBODYS
  const direction = 'up'
  if (root === undefined || handle === NOBODYS) return undefined
  return handle === OUR_HANDLE
    ? { dev, direction, through, ...speedOf(root) }
    : { dev, direction, called: nameOf(root) }
}

/** What the kernel itself gives a device. */
const NOBODYS = '0:'

function inwards(
  { dev, through }: ShapedDevice,
  queues: readonly Json[],
  filters: readonly Json[],
  isThroughThere: boolean,
): FoundShaper | OtherQueue | undefined {
  const entrance = queues.find((queue) => queue['dev'] === dev && ENTRANCES.has(string(queue['kind']) ?? ''))
  // Also where the interface that it leads to is gone, for then nothing comes in any more.
  const isLed = filters.some((filter) => number(filter['pref']) === OUR_PREFERENCE)
  const direction = 'down'
  if (entrance !== undefined && !isLed && !isThroughThere) return { dev, direction, called: nameOf(entrance) }
  if (!isLed && !isThroughThere) return undefined
  const root = rootOf(through, queues)
  const speed =
    isLed && root?.['handle'] === OUR_HANDLE ? speedOf(root) : { bitsPerSecond: 0, by: 'nothing yet' }
  return { dev, direction, through, ...speed }
}

const ENTRANCES = new Set(['ingress', 'clsact'])

const rootOf = (dev: string, queues: readonly Json[]): Json | undefined =>
  queues.find((queue) => queue['dev'] === dev && queue['root'] === true)

/** `tc` tells bytes in a second. */
function speedOf(queue: Json): Pick<FoundShaper, 'bitsPerSecond' | 'by'> {
  const { rate, bandwidth } = object(queue['options'])
  return { bitsPerSecond: (number(rate ?? bandwidth) ?? 0) * 8, by: string(queue['kind']) ?? '' }
}

const nameOf = (queue: Json): string => `${string(queue['kind']) ?? ''} ${string(queue['handle']) ?? ''}`
