import { interfaceName, lineName } from '../config/index.ts'
import {
  SLOTS,
  isUseGroup,
  lineId,
  lineOfLeg,
  parseAddress,
  parseHostAddress,
  parsePrefix,
  formatPrefix,
  type InterfaceAddress,
  type Lease,
  type LineId,
  type LinkMtu,
  type Prefix,
  type Sysctl,
} from '../model/index.ts'
import type { Advertised, Drain, Memory, Source, ToldResolvers, WeightWish } from '../plan/index.ts'
import { fieldsOf, listOf, parseJson } from './json-values.ts'

const VERSION = 1

export interface BootMemory extends Memory {
  /** The boot it was written in. */
  readonly boot: string
  /** How often it was written before: of two copies the one with more is the newer, whatever the clock said. */
  readonly saves: number
}

export const memoryText = (memory: BootMemory): string =>
  `${JSON.stringify({ version: VERSION, ...memory }, undefined, 2)}\n`

/**
 * Nothing of it is taken on trust: `down` writes sysctls and takes addresses off by what stands here, as root.
 * @returns `undefined` when it is torn, of another version, or anything in it is not as we write it
 */
export function parseMemory(text: string): BootMemory | undefined {
  const file = fieldsOf(parseJson(text))
  const originals = fieldsOf(file?.['originals'])
  if (file === undefined || originals === undefined || file['version'] !== VERSION) return undefined
  const { boot } = file
  const saves = readCount(file['saves'])
  const ids = entriesOf(file['ids'], readId)
  const gateways = entriesOf(file['gateways'], readIp, isLeg)
  const sources = entriesOf(file['sources'], readSource, isLeg)
  const drains = entriesOf(file['drains'], readDrain)
  const uses = readUses(file['uses'])
  // Files of before do not know of it, nor of those below.
  const weights = entriesOf(file['weights'] ?? {}, readWeightWish)
  const leases = entriesOf(file['leases'] ?? {}, readLease)
  const asking = listOf(file['asking'] ?? [], readInterface)
  const advertised = entriesOf(file['advertised'] ?? {}, readAdvertised, isInterface)
  const told = file['told'] === undefined ? undefined : readTold(file['told'])
  const sysctls = listOf(originals['sysctls'], readSysctl)
  const addedAddresses = listOf(originals['addedAddresses'], readAddress)
  const linksRaised = listOf(originals['linksRaised'], readInterface)
  const mtus = listOf(originals['mtus'] ?? [], readMtu)
  const shaped = listOf(originals['shaped'] ?? [], readInterface)
  if (typeof boot !== 'string' || saves === undefined || ids === undefined) return undefined
  if (gateways === undefined || sources === undefined) return undefined
  if (drains === undefined || uses === undefined || leases === undefined) return undefined
  if (new Set(Object.values(ids)).size < Object.keys(ids).length) return undefined
  if (sysctls === undefined || addedAddresses === undefined || linksRaised === undefined) return undefined
  if (mtus === undefined || shaped === undefined) return undefined
  if (asking === undefined || weights === undefined) return undefined
  if (advertised === undefined || (told === undefined && file['told'] !== undefined)) return undefined
  return {
    boot,
    saves,
    ids,
    gateways,
    sources,
    drains,
    weights,
    uses,
    leases,
    asking,
    advertised,
    ...(told === undefined ? {} : { told }),
    originals: { sysctls, addedAddresses, linksRaised, mtus, shaped },
  }
}

const readId = (value: unknown): LineId | undefined =>
  Number.isSafeInteger(value) && Number(value) >= 1 ? lineId(Number(value)) : undefined

const readCount = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined

const readIp = (value: unknown): string | undefined =>
  typeof value === 'string' && parseAddress(value)?.address === value ? value : undefined

function readSource(value: unknown): Source | undefined {
  const { address, dev: name, kept: others = [] } = fieldsOf(value) ?? {}
  const [source, dev, kept] = [readIp(address), readInterface(name), listOf(others, readIp)]
  if (source === undefined || dev === undefined || kept === undefined) return undefined
  return { address: source, dev, ...(kept.length === 0 ? {} : { kept }) }
}

function readDrain(value: unknown): Drain | undefined {
  const { sinceMs, force } = fieldsOf(value) ?? {}
  return Number.isSafeInteger(sinceMs) && typeof force === 'boolean'
    ? { sinceMs: Number(sinceMs), force }
    : undefined
}

function readWeightWish(value: unknown): WeightWish | undefined {
  const { weight, insteadOf } = fieldsOf(value) ?? {}
  return isWeight(weight) && isWeight(insteadOf) ? { weight, insteadOf } : undefined
}

const isWeight = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= SLOTS

const readInterface = (value: unknown): string | undefined =>
  typeof value === 'string' && interfaceName(value).ok ? value : undefined

function readMtu(value: unknown): LinkMtu | undefined {
  const { dev: name, mtuBytes } = fieldsOf(value) ?? {}
  const [dev, bytes] = [readInterface(name), readCount(mtuBytes)]
  return dev === undefined || bytes === undefined ? undefined : { dev, mtuBytes: bytes }
}

function readUses(value: unknown): Record<string, string> | undefined {
  const uses = Object.entries(fieldsOf(value) ?? { 'none of ours': '' })
  return uses.every(([group, name]) => isUseGroup(group) && typeof name === 'string' && lineName(name).ok)
    ? Object.fromEntries(uses.map(([group, name]) => [group, String(name)]))
    : undefined
}

function readSysctl(value: unknown): Sysctl | undefined {
  const { key, value: setting } = fieldsOf(value) ?? {}
  if (typeof key !== 'string' || typeof setting !== 'string') return undefined
  return isOurKindOfKey(key) && /^-?\d{1,10}$/.test(setting) ? { key, value: setting } : undefined
}

/** The key is a path below /proc/sys: it must not lead out of net/ipv4 and net/ipv6. */
function isOurKindOfKey(key: string): boolean {
  const [net, family = '', ...rest] = key.split('/')
  if (net !== 'net' || !['ipv4', 'ipv6'].includes(family) || rest.length === 0) return false
  return rest.every((part) => part !== '' && part !== '.' && part !== '..')
}

function readAddress(value: unknown): InterfaceAddress | undefined {
  const { address, length, family, dev: name } = fieldsOf(value) ?? {}
  const dev = readInterface(name)
  const parsed = parseHostAddress(`${String(address)}/${String(length)}`)
  if (dev === undefined || parsed === undefined) return undefined
  if (parsed.family !== family || parsed.address !== address) return undefined
  return { ...parsed, dev }
}

function readLease(value: unknown): Lease | undefined {
  const { dev, address: host, router, dns, mtuBytes, endsAtUptimeS } = fieldsOf(value) ?? {}
  const held = readAddress({ ...fieldsOf(host), dev })
  const servers = listOf(dns, readIp)
  if (held === undefined || servers === undefined) return undefined
  const { dev: name, ...address } = held
  const [gateway, bytes, endsAt] = [readIp(router), readCount(mtuBytes), readCount(endsAtUptimeS)]
  return {
    dev: name,
    address,
    dns: servers,
    ...(gateway === undefined ? {} : { router: gateway }),
    ...(bytes === undefined ? {} : { mtuBytes: bytes }),
    ...(endsAt === undefined ? {} : { endsAtUptimeS: endsAt }),
  }
}

function readAdvertised(value: unknown): Advertised | undefined {
  const { prefixes: list, resolvers: servers } = fieldsOf(value) ?? {}
  const prefixes = listOf(list, (one): Advertised['prefixes'][number] | undefined => {
    const { prefix: network, goneAtMs } = fieldsOf(one) ?? {}
    const [prefix, atMs] = [readPrefix(network), readCount(goneAtMs)]
    if (prefix === undefined || (atMs === undefined && goneAtMs !== undefined)) return undefined
    return { prefix, ...(atMs === undefined ? {} : { goneAtMs: atMs }) }
  })
  const resolvers = listOf(servers, readIp)
  return prefixes === undefined || resolvers === undefined ? undefined : { prefixes, resolvers }
}

function readPrefix(value: unknown): Prefix | undefined {
  const { family, address, length } = fieldsOf(value) ?? {}
  const written = `${String(address)}/${String(length)}`
  const parsed = parsePrefix(written)
  if (parsed === undefined || parsed.family !== family) return undefined
  return formatPrefix(parsed) === written ? parsed : undefined
}

function readTold(value: unknown): ToldResolvers | undefined {
  const { is, interfaces: names } = fieldsOf(value) ?? {}
  const interfaces = listOf(names, readInterface)
  return (is === 'resolved' || is === 'unbound') && interfaces !== undefined ? { is, interfaces } : undefined
}

const isInterface = (name: string): boolean => interfaceName(name).ok
const isLine = (name: string): boolean => lineName(name).ok
const isLeg = (name: string): boolean => isLine(lineOfLeg(name))

function entriesOf<T>(
  value: unknown,
  read: (one: unknown) => T | undefined,
  isName: (name: string) => boolean = isLine,
): Record<string, T> | undefined {
  const fields = fieldsOf(value)
  if (fields === undefined || !Object.keys(fields).every(isName)) return undefined
  const items = listOf(Object.values(fields), read)
  return items && Object.fromEntries(Object.keys(fields).map((name, i) => [name, items[i] as T]))
}
