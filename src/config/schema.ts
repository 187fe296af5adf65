import { z } from 'zod'
import {
  AFFINITIES,
  FILE_KEYS,
  FIREWALL_KEYS,
  INBOUNDS,
  LAN_INTERFACE_KEYS,
  LAN_KEYS,
  LINE_KEYS,
  MARKS_KEYS,
  MAX_RULE_PRIORITY_BASE,
  NAT_MODES,
  MAIN_DEFAULTS,
  VPN_ORDERS,
  WEIGHT_RANGE,
} from './keys.ts'
import type { KeyDoc } from './keys.ts'

// The shape of the file for editors and the reference. The parser does not load this: it stands on the same
// `keys.ts`, gives better messages, and is held against this schema by a test.

const documented = (doc: KeyDoc): { description: string; examples: unknown[] } => ({
  description: doc.means + (doc.leftOut === undefined ? '' : ` Left out: ${doc.leftOut}.`),
  examples: [doc.example],
})

const interfaceName = z
  .string()
  .min(1)
  .max(15)
  .regex(/^(?!(?:lo|all|default)$)[A-Za-z0-9_][A-Za-z0-9._+-]*$/)

const OCTET = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const IPV4 = `${OCTET}(\\.${OCTET}){3}`
const address = z.string().regex(new RegExp(`^${IPV4}$`))
const addressWithLength = z.string().regex(new RegExp(`^${IPV4}/([89]|[12]\\d|3[0-2])$`))

const lineName = z
  .string()
  .regex(/^(?!\d+$|(?:main|local|default|unspec|all)$)[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/)

const lanInterface = z.strictObject({
  name: interfaceName.meta(documented(LAN_INTERFACE_KEYS.name)),
  address: addressWithLength.optional().meta(documented(LAN_INTERFACE_KEYS.address)),
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

const line = z.strictObject({
  interface: interfaceName.meta(documented(LINE_KEYS.interface)),
  weight: z
    .number()
    .min(WEIGHT_RANGE.min)
    .max(WEIGHT_RANGE.max)
    .default(LINE_KEYS.weight.default)
    .meta(documented(LINE_KEYS.weight)),
  address: addressWithLength.optional().meta(documented(LINE_KEYS.address)),
  gateway: address.optional().meta(documented(LINE_KEYS.gateway)),
  nat: z.enum(NAT_MODES).default(LINE_KEYS.nat.default).meta(documented(LINE_KEYS.nat)),
})

const PORT = '([1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])'
const openPort = z.string().regex(new RegExp(`^(tcp|udp)/${PORT}(-${PORT})?$`))

const firewall = z.strictObject({
  inbound: z.enum(INBOUNDS).default(FIREWALL_KEYS.inbound.default).meta(documented(FIREWALL_KEYS.inbound)),
  open: z
    .array(openPort)
    .default([...FIREWALL_KEYS.open.default])
    .meta(documented(FIREWALL_KEYS.open)),
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
  vpn: z.enum(VPN_ORDERS).optional().meta(documented(FILE_KEYS.vpn)),
  mainDefault: z
    .enum(MAIN_DEFAULTS)
    .default(FILE_KEYS.mainDefault.default)
    .meta(documented(FILE_KEYS.mainDefault)),
  marks: marks.optional().meta(documented(FILE_KEYS.marks)),
  rulePriorityBase: z
    .int()
    .min(0)
    .max(MAX_RULE_PRIORITY_BASE)
    .default(FILE_KEYS.rulePriorityBase.default)
    .meta(documented(FILE_KEYS.rulePriorityBase)),
})
