import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Company } from '../model/index.ts'
import { readChains } from './chain-listing.ts'
import { runOnce } from './run-once.ts'

/**
 * Looks for other programs, as somebody who may have no rights at all.
 * @param root where the files of the system begin; another one in tests
 */
export async function seeCompany(root = '/'): Promise<Company> {
  const listing = await runOnce('nft', ['-j', 'list', 'chains'])
  return {
    ...(listing.ok && { chains: readChains(listing.output) }),
    programs: programsHere(join(root, 'proc')),
    flushesRuleset: flushesRuleset(root),
    foreignRulesKept: foreignRulesKept(root),
    radvdOn: radvdOn(root),
  }
}

/** Those of containers have a network of their own, and no hand in ours; only root is told whose it is. */
function programsHere(proc: string): string[] {
  const ours = linkOf(join(proc, 'self/ns/net'))
  const names = namesIn(proc)
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => [ours, undefined].includes(linkOf(join(proc, pid, 'ns/net'))))
    .map((pid) => textOf(join(proc, pid, 'comm'))?.trim())
  return [...new Set(names)].filter((name) => name !== undefined)
}

/** nftables.service of Debian, Ubuntu and Arch; the file is loaded only where the unit is switched on. */
function flushesRuleset(root: string): boolean {
  const wanted = namesIn(join(root, 'etc/systemd/system')).filter((name) => name.endsWith('.wants'))
  const isOn = wanted.some((folder) =>
    namesIn(join(root, 'etc/systemd/system', folder)).includes('nftables.service'),
  )
  return isOn && /^\s*flush ruleset/m.test(textOf(join(root, 'etc/nftables.conf')) ?? '')
}

/** In its own file or in one of the folders beside it. */
function foreignRulesKept(root: string): boolean {
  const folders = ['etc', 'run', 'usr/local/lib', 'usr/lib'].map((folder) =>
    join(root, folder, 'systemd/networkd.conf.d'),
  )
  const files = folders.flatMap((folder) => namesIn(folder).map((name) => join(folder, name)))
  return [join(root, 'etc/systemd/networkd.conf'), ...files].some((file) =>
    /^\s*ManageForeignRoutingPolicyRules\s*=\s*(no|false|off|0)\s*$/im.test(textOf(file) ?? ''),
  )
}

/** radvd.conf(5): `interface lan0 { … };` */
const radvdOn = (root: string): string[] =>
  [...(textOf(join(root, 'etc/radvd.conf')) ?? '').matchAll(/^\s*interface\s+([^\s{]+)/gm)].map(
    ([, name = '']) => name,
  )

/** Not there, gone meanwhile or not for us to read: then nothing is known. */
function orNothing<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
const namesIn = (folder: string): string[] => orNothing(() => readdirSync(folder)) ?? []
const textOf = (file: string): string | undefined => orNothing(() => readFileSync(file, 'utf8'))
const linkOf = (file: string): string | undefined => orNothing(() => readlinkSync(file))
