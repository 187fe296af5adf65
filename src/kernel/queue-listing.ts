/** Queues and filters as the kernel lists them (linux/rtnetlink.h, linux/pkt_sched.h). */
import { OUR_PREFERENCE } from '../render/index.ts'
import { attribute, messageBytes, NLM_F_DUMP, NLM_F_REQUEST, type NetlinkMessage } from './netlink.ts'
import { NetlinkSocket } from './netlink-socket.ts'
import { isEntrance, type Queue } from './read-queues.ts'

export interface QueueListing {
  readonly queues: readonly Queue[]
  /** Interfaces with a filter of ours. */
  readonly led: ReadonlySet<string>
}

/**
 * @param links names of interfaces by their index; of others nothing is told
 * @throws {SystemError}
 */
export function listQueues(links: ReadonlyMap<number, string>): QueueListing {
  const socket = new NetlinkSocket('route')
  try {
    const queues: Queue[] = []
    const entrances = new Map<number, string>()
    socket.dumpAtOnce(question(RTM_GETQDISC), (message) => {
      const index = indexIn(message)
      const dev = links.get(index)
      const queue = dev === undefined ? undefined : queueIn(message, dev)
      if (queue === undefined) return
      queues.push(queue)
      if (isEntrance(queue)) entrances.set(index, queue.dev)
    })
    const led = new Set<string>()
    for (const [index, dev] of entrances)
      socket.dumpAtOnce(question(RTM_GETTFILTER, index, TC_H_INGRESS), ({ body }) => {
        if (body.readUInt32LE(INFO_AT) >>> 16 === OUR_PREFERENCE) led.add(dev)
      })
    return { queues, led }
  } finally {
    socket.close()
  }
}

/** `struct tcmsg` */
function question(type: number, index = 0, parent = 0): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeInt32LE(index, INDEX_AT)
  header.writeUInt32LE(parent, PARENT_AT)
  return messageBytes(type, NLM_F_REQUEST | NLM_F_DUMP, header)
}

const indexIn = ({ body }: NetlinkMessage): number => body.readInt32LE(INDEX_AT)

export function queueIn({ body }: Pick<NetlinkMessage, 'body'>, dev: string): Queue | undefined {
  const attributes = body.subarray(HEADER_BYTES)
  const kind = attribute(attributes, TCA_KIND)?.toString('latin1').replace(/\0.*$/s, '')
  if (kind === undefined) return undefined
  const options = attribute(attributes, TCA_OPTIONS)
  const bytesPerSecond = options && RATES[kind]?.(options)
  return {
    dev,
    kind,
    handle: `${(body.readUInt32LE(HANDLE_AT) >>> 16).toString(16)}:`,
    isRoot: body.readUInt32LE(PARENT_AT) === TC_H_ROOT,
    ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
  }
}

/** Of those that we set. */
const RATES: Readonly<Record<string, (options: Buffer) => number | undefined>> = {
  tbf: (options) =>
    wide(attribute(options, TCA_TBF_RATE64)) ??
    attribute(options, TCA_TBF_PARMS)?.readUInt32LE(RATE_IN_RATESPEC),
  cake: (options) => wide(attribute(options, TCA_CAKE_BASE_RATE64)),
}

const wide = (bytes: Buffer | undefined): number | undefined => bytes && Number(bytes.readBigUInt64LE())

const RTM_GETQDISC = 38
const RTM_GETTFILTER = 46
const HEADER_BYTES = 20
const INDEX_AT = 4
const HANDLE_AT = 8
const PARENT_AT = 12
/** Of a filter: its preference, and the protocol. */
const INFO_AT = 16
const TC_H_ROOT = 0xffff_ffff
/** What comes in, with `ingress` as with `clsact`; as `tc filter show … ingress` asks. */
const TC_H_INGRESS = 0xffff_fff2
const TCA_KIND = 1
const TCA_OPTIONS = 2
const TCA_TBF_PARMS = 1
const TCA_TBF_RATE64 = 4
const TCA_CAKE_BASE_RATE64 = 2
/** `struct tc_ratespec`, with which the parameters of `tbf` begin. */
const RATE_IN_RATESPEC = 8
