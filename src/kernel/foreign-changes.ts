/** What the kernel's own notifications tell of changes, beyond what `ip monitor` and `nft monitor` print: by whom. */
import { OUR_PROTOCOL, OUR_TABLE, tableId, thingOf, type Thing } from '../model/index.ts'
import { attribute, messagesIn, type NetlinkMessage } from './netlink.ts'
import { printable } from './port-owner.ts'
import type { KernelEvent } from './port.ts'

export interface RouteChange {
  readonly about: KernelEvent['about']
  readonly thing: Thing
  readonly portId: number
}

/** linux/rtnetlink.h */
const RTM = { delAddress: 21, newRoute: 24, delRoute: 25, delRule: 33, delNexthop: 105 } as const
const NLM_F_REPLACE = 0x100
const AF_INET = 2

/** Rules, routes, nexthops and addresses that went, as far as they can be ours; and routes put in the place of others. */
export const routeChangesIn = (bytes: Buffer): RouteChange[] =>
  messagesIn(bytes).flatMap((message) => routeChange(message) ?? [])

function routeChange({ type, flags, portId, body }: NetlinkMessage): RouteChange | undefined {
  if (body[0] !== AF_INET && type !== RTM.delNexthop) return undefined
  switch (type) {
    case RTM.delRule: {
      const attributes = body.subarray(12)
      if (attribute(attributes, FRA_PROTOCOL)?.[0] !== OUR_PROTOCOL) return undefined
      const priority = attribute(attributes, FRA_PRIORITY)?.readUInt32LE() ?? 0
      return { about: 'rule', thing: thingOf.rule({ priority }), portId }
    }
    case RTM.delRoute:
    case RTM.newRoute: {
      // `struct rtmsg`: family, length of the destination, of the source, TOS, table, protocol, …
      const [, length = 0, , , shortTable = 0, protocol] = body
      const went = type === RTM.delRoute && protocol === OUR_PROTOCOL
      const wasReplaced = type === RTM.newRoute && (flags & NLM_F_REPLACE) !== 0 && protocol !== OUR_PROTOCOL
      if (!went && !wasReplaced) return undefined
      const attributes = body.subarray(12)
      const table = tableId(attribute(attributes, RTA_TABLE)?.readUInt32LE() ?? shortTable)
      const address = attribute(attributes, RTA_DST)?.join('.') ?? '0.0.0.0'
      return {
        about: 'route',
        thing: thingOf.route({ table, destination: { family: 'ipv4', address, length } }),
        portId,
      }
    }
    case RTM.delNexthop: {
      if (body[2] !== OUR_PROTOCOL) return undefined
      const id = attribute(body.subarray(8), NHA_ID)?.readUInt32LE() ?? 0
      return { about: 'nexthop', thing: thingOf.nexthop({ id }), portId }
    }
    case RTM.delAddress: {
      const address = attribute(body.subarray(8), IFA_LOCAL)?.join('.') ?? ''
      return { about: 'address', thing: thingOf.address({ address, length: body[1] ?? 0 }), portId }
    }
    default:
      return undefined
  }
}

const FRA_PRIORITY = 6
const FRA_PROTOCOL = 21
const RTA_DST = 1
const RTA_TABLE = 15
const NHA_ID = 1
const IFA_LOCAL = 2

/** Who committed a transaction; the pid is the machine's, also where we live in a pid namespace of our own. */
export interface NftAuthor {
  readonly pid: number
  readonly name: string
}

/** linux/netfilter/nf_tables.h */
const NFNL_SUBSYS_NFTABLES = 10
const NFT_MSG_NEWGEN = 15
const NFPROTO_INET = 1
const NFTA_TABLE = 1
const NFTA_GEN_PROC_PID = 2
const NFTA_GEN_PROC_NAME = 3

/** Reads the changes of one transaction after the other; its author comes last. */
export class NftAuthors {
  /** The transaction under way touched our table. */
  #touchesOurs = false

  /** Notifications were lost: whose transaction it was that touched our table, the next end of one does not tell. */
  forget(): void {
    this.#touchesOurs = false
  }

  /** @returns the authors of transactions that touched our table */
  read(bytes: Buffer): NftAuthor[] {
    return messagesIn(bytes).flatMap(({ type, body }) => {
      if (type >> 8 !== NFNL_SUBSYS_NFTABLES) return []
      const attributes = body.subarray(4)
      if ((type & 0xff) !== NFT_MSG_NEWGEN) {
        this.#touchesOurs ||=
          body[0] === NFPROTO_INET && textOf(attribute(attributes, NFTA_TABLE)) === OUR_NAME
        return []
      }
      const touched = this.#touchesOurs
      this.#touchesOurs = false
      const pid = attribute(attributes, NFTA_GEN_PROC_PID)?.readUInt32BE() ?? 0
      return touched ? [{ pid, name: printable(textOf(attribute(attributes, NFTA_GEN_PROC_NAME))) }] : []
    })
  }
}

const OUR_NAME = OUR_TABLE.split(' ')[1]

const textOf = (bytes: Buffer | undefined): string => bytes?.toString('latin1').replace(/\0.*$/s, '') ?? ''
