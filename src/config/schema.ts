import { z } from 'zod'
import {
  AFFINITIES,
  FILE_KEYS,
  FIREWALL_KEYS,
  HISTORY_KEYS,
  INBOUNDS,
  LAN_INTERFACE_KEYS,
  LAN_KEYS,
  MARKS_KEYS,
  MAX_RULE_PRIORITY_BASE,
  MAIN_DEFAULTS,
  OFFLOADS,
  VPN_ORDERS,
} from './keys.ts'
import { API_KEYS, TLS_KEYS } from './api-keys.ts'
import { amount, failback, health, hook, release } from './policy-schema.ts'
import { MSS_RANGE, MSS_WORDS, MTU_RANGE, SHAPE_KEYS } from './limit-keys.ts'
import { ROLES } from './policy-keys.ts'
import { FORWARD_KEYS } from './forward-keys.ts'
import { notify } from './notify-schema.ts'
import { documented, IPV4, IPV6, PORT } from './schema-parts.ts'
import { FAMILY_WORDS, LINE_KEYS, NAT_MODES, WEIGHT_RANGE } from './line-keys.ts'

// The shape of the file for editors and the reference. The parser does not load this: it stands on the same
// `keys.ts`, gives better messages, and is held against this schema by a test.

const interfaceName = z
  .string()
  .min(1)
  .max(15)
  .regex(/^(?!(?:lo|all|default)$)[A-Za-z0-9_][A-Za-z0-9._+-]*$/)

const address = z.string().regex(new RegExp(`^(${IPV4}|${IPV6})$`))
const addressWithLength = z
  .string()
  .regex(new RegExp(`^(${IPV4}/([89]|[12]\\d|3[0-2])|${IPV6}/(1[6-9]|[2-9]\\d|1[01]\\d|12[0-8]))$`))

const client = z.union([address, addressWithLength])

const oneOrMore = <Schema extends z.ZodType>(one: Schema): z.ZodUnion<[Schema, z.ZodArray<Schema>]> =>
  z.union([one, z.array(one)])

const lineName = z
  .string()
  .regex(/^(?!\d+$|(?:main|local|default|unspec|all)$)[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/)

const lanInterface = z.strictObject({
  name: interfaceName.meta(documented(LAN_INTERFACE_KEYS.name)),
  address: oneOrMore(addressWithLength).optional().meta(documented(LAN_INTERFACE_KEYS.address)),
  advertise: z.boolean().optional().meta(documented(LAN_INTERFACE_KEYS.advertise)),
})

const lan = z.strictObject({
  interfaces: z
    .array(z.union([interfaceName, lanInterface]))
    .min(1)
    .meta(documented(LAN_KEYS.interfaces)),
  networks: z
    .array(addressWithLength)
    .default([...LAN_KEYS.networks.default])
    .meta(documented(LAN_KEYS.networks)),
})

/** IPv6 in any of its spellings; the parser looks closer. */
const resolver = z.union([address, z.string().regex(/^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$/)])
const speed = z.string().regex(/^\d{1,12}(\.\d{1,6})? ?(kbit|Mbit|Gbit)$/)
const shape = z.union([
  speed,
  z
    .strictObject({
      up: speed.optional().meta(documented(SHAPE_KEYS.up)),
      down: speed.optional().meta(documented(SHAPE_KEYS.down)),
    })
    .refine(({ up, down }) => up !== undefined || down !== undefined)
    .meta({ minProperties: 1 }),
])

const line = z.strictObject({
  interface: interfaceName.meta(documented(LINE_KEYS.interface)),
  weight: z
    .number()
    .min(WEIGHT_RANGE.min)
    .max(WEIGHT_RANGE.max)
    .default(LINE_KEYS.weight.default)
    .meta(documented(LINE_KEYS.weight)),
  address: oneOrMore(addressWithLength).optional().meta(documented(LINE_KEYS.address)),
  gateway: oneOrMore(address).optional().meta(documented(LINE_KEYS.gateway)),
  networks: oneOrMore(addressWithLength)
    .default([...LINE_KEYS.networks.default])
    .meta(documented(LINE_KEYS.networks)),
  sources: z.record(client, address).optional().meta(documented(LINE_KEYS.sources)),
  families: z.enum(FAMILY_WORDS).default(LINE_KEYS.families.default).meta(documented(LINE_KEYS.families)),
  via: z
    .union([lineName, z.array(lineName).min(1)])
    .optional()
    .meta(documented(LINE_KEYS.via)),
  endpoint: z
    .union([address, z.array(address).min(1)])
    .optional()
    .meta(documented(LINE_KEYS.endpoint)),
  nat: z.enum(NAT_MODES).default(LINE_KEYS.nat.default).meta(documented(LINE_KEYS.nat)),
  mss: z
    .union([z.enum(MSS_WORDS), z.int().min(MSS_RANGE.min).max(MSS_RANGE.max)])
    .default(LINE_KEYS.mss.default)
    .meta(documented(LINE_KEYS.mss)),
  dns: z
    .union([z.enum(['auto', 'off', 'none']), resolver, z.array(resolver).min(1).max(8)])
    .default(LINE_KEYS.dns.default)
    .meta(documented(LINE_KEYS.dns)),
  mtu: z.int().min(MTU_RANGE.min).max(MTU_RANGE.max).optional().meta(documented(LINE_KEYS.mtu)),
  shape: shape.optional().meta(documented(LINE_KEYS.shape)),
  role: z.enum(ROLES).default(LINE_KEYS.role.default).meta(documented(LINE_KEYS.role)),
  metered: z.union([z.boolean(), amount]).optional().meta(documented(LINE_KEYS.metered)),
  quota: amount.optional().meta(documented(LINE_KEYS.quota)),
  billingDay: z
    .int()
    .min(1)
    .max(31)
    .default(LINE_KEYS.billingDay.default)
    .meta(documented(LINE_KEYS.billingDay)),
  health: health.optional().meta(documented(LINE_KEYS.health)),
  release: release.optional().meta(documented(LINE_KEYS.release)),
  failback: failback.optional().meta(documented(LINE_KEYS.failback)),
})

/** Roughly: the parser is exact. */
const PORTS = `:${PORT}(-${PORT})?`

const openPort = z.string().regex(new RegExp(`^(tcp|udp)/${PORT}(-${PORT})?$`))

const firewall = z.strictObject({
  inbound: z.enum(INBOUNDS).default(FIREWALL_KEYS.inbound.default).meta(documented(FIREWALL_KEYS.inbound)),
  open: z
    .array(openPort)
    .default([...FIREWALL_KEYS.open.default])
    .meta(documented(FIREWALL_KEYS.open)),
})

const forward = z.strictObject({
  line: z
    .union([lineName, z.array(lineName).min(1)])
    .optional()
    .meta(documented(FORWARD_KEYS.line)),
  address: z
    .string()
    .regex(new RegExp(`^(${IPV4}|${IPV6})$`))
    .optional()
    .meta(documented(FORWARD_KEYS.address)),
  port: z.union([openPort, z.array(openPort).min(1)]).meta(documented(FORWARD_KEYS.port)),
  to: z
    .string()
    .regex(new RegExp(`^(${IPV4}(${PORTS})?|${IPV6}|\\[${IPV6}\\](${PORTS})?)$`))
    .meta(documented(FORWARD_KEYS.to)),
})

const listen = z.string().regex(new RegExp(`^(localhost|${IPV4}|\\[${IPV6}\\]):${PORT}$`))

const hostName = z.string().regex(/^[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?$/)

const pemFile = z.string().regex(/^\/.*[^/]$/)

const api = z.strictObject({
  listen: listen.default(API_KEYS.listen.default).meta(documented(API_KEYS.listen)),
  names: z
    .union([hostName, z.array(hostName)])
    .default([...API_KEYS.names.default])
    .meta(documented(API_KEYS.names)),
  tls: z
    .strictObject({
      certificate: pemFile.meta(documented(TLS_KEYS.certificate)),
      key: pemFile.meta(documented(TLS_KEYS.key)),
    })
    .optional()
    .meta(documented(API_KEYS.tls)),
})

const marks = z.strictObject({
  mask: z.int().min(0b11).max(0x3fff_ffff).default(MARKS_KEYS.mask.default).meta(documented(MARKS_KEYS.mask)),
})

export const configSchema = z.strictObject({
  lan: lan.optional().meta(documented(FILE_KEYS.lan)),
  lines: z
    .record(lineName, line)
    .refine((lines) => Object.keys(lines).length > 0)
    .meta({ ...documented(FILE_KEYS.lines), minProperties: 1 }),
  affinity: z.enum(AFFINITIES).default(FILE_KEYS.affinity.default).meta(documented(FILE_KEYS.affinity)),
  firewall: firewall.optional().meta(documented(FILE_KEYS.firewall)),
  forward: z
    .array(forward)
    .default([...FILE_KEYS.forward.default])
    .meta(documented(FILE_KEYS.forward)),
  vpn: z.enum(VPN_ORDERS).optional().meta(documented(FILE_KEYS.vpn)),
  mainDefault: z
    .enum(MAIN_DEFAULTS)
    .default(FILE_KEYS.mainDefault.default)
    .meta(documented(FILE_KEYS.mainDefault)),
  offload: z.enum(OFFLOADS).default(FILE_KEYS.offload.default).meta(documented(FILE_KEYS.offload)),
  dns: z
    .union([z.enum(['off', 'resolved', 'unbound']), z.string().regex(/^\/\S*[^\s/]$/)])
    .default(FILE_KEYS.dns.default)
    .meta(documented(FILE_KEYS.dns)),
  health: health.optional().meta(documented(FILE_KEYS.health)),
  release: release.optional().meta(documented(FILE_KEYS.release)),
  failback: failback.optional().meta(documented(FILE_KEYS.failback)),
  hooks: z
    .array(hook)
    .default([...FILE_KEYS.hooks.default])
    .meta(documented(FILE_KEYS.hooks)),
  api: z
    .union([z.literal('off'), listen, api])
    .default(FILE_KEYS.api.default)
    .meta(documented(FILE_KEYS.api)),
  history: z
    .union([
      z.literal('off'),
      z.strictObject({
        size: amount.optional().meta(documented(HISTORY_KEYS.size)),
        clients: z.boolean().default(HISTORY_KEYS.clients.default).meta(documented(HISTORY_KEYS.clients)),
      }),
    ])
    .optional()
    .meta(documented(FILE_KEYS.history)),
  notify: notify.optional().meta(documented(FILE_KEYS.notify)),
  marks: marks.optional().meta(documented(FILE_KEYS.marks)),
  rulePriorityBase: z
    .int()
    .min(0)
    .max(MAX_RULE_PRIORITY_BASE)
    .default(FILE_KEYS.rulePriorityBase.default)
    .meta(documented(FILE_KEYS.rulePriorityBase)),
})
