import type { Kernel } from '../kernel/index.ts'
import { fail, ok, type Move, type Result } from '../model/index.ts'
import {
  desiredWhenDown,
  diff,
  lowerLinks,
  lowerLinksKeys,
  shapedDevices,
  type Memory,
} from '../plan/index.ts'
import { commandsOf } from '../render/index.ts'
import type { DownReport } from './control.ts'
import { farewellCommands } from './farewell.ts'

/**
 * Takes everything of ours out of the kernel and puts back what was before: needs no configuration, only the
 * kernel and what was remembered. Goes on where something is gone already. What was told to others is reported with
 * it, and whoever calls takes it back: a running daemon has its own ways.
 */
export async function takeDown(
  kernel: Kernel,
  memory: Memory,
  dryRun: boolean,
): Promise<Result<DownReport, string>> {
  const reading = await kernel.observe(
    [...memory.originals.sysctls.map((sysctl) => sysctl.key), ...lowerLinksKeys(memory.originals)],
    [],
    shapedDevices({ lines: [] }, memory),
  )
  if (!reading.ok) return fail(`${reading.error.what}: ${reading.error.said}`)
  // Open connections go on as well as they can without us: nothing is ended that need not end.
  const wanted = diff(reading.value, desiredWhenDown(reading.value, memory), memory.originals).filter(
    (move) => move.do !== 'end-connections',
  )
  // Addresses of others in the network of one of ours would go with it.
  const isPromotion = (move: Move): boolean =>
    move.do === 'set-sysctl' && move.to.key.endsWith('/promote_secondaries')
  // The table goes after the rules: a connection that begins in between still gets its address translated.
  const isTable = (move: Move): boolean => move.do === 'change-ruleset'
  const moves = [
    ...wanted.filter((move) => !isTable(move) && !isPromotion(move)),
    ...wanted.filter(isTable),
    ...wanted.filter(isPromotion),
    ...lowerLinks(reading.value, memory.originals),
  ]
  const refused: string[] = []
  for (const move of dryRun ? [] : moves) {
    const result = await kernel.apply(move)
    if (!result.ok && result.error.code !== 'not-found')
      refused.push(`${result.error.what}: ${result.error.said}`)
  }
  if (refused.length > 0) return fail(`not everything could be taken away:\n${refused.join('\n')}`)
  const count = (kind: Move['do']): number => moves.filter((move) => move.do === kind).length
  return ok({
    commands: [...moves.flatMap(commandsOf), ...farewellCommands(memory)],
    removed: {
      rules: count('delete-rule'),
      routes: count('delete-route'),
      nexthops: count('delete-nexthop'),
      addresses: count('delete-address'),
      tables: count('change-ruleset'),
      queues: count('delete-shaper'),
    },
    loweredLinks: count('set-link'),
    restoredSysctls: wanted.filter((move) => move.do === 'set-sysctl').length,
    restoredMtus: count('set-mtu'),
    leftHosts: Object.keys(memory.advertised),
    ...(memory.told === undefined ? {} : { resolversBack: memory.told.is }),
    dryRun,
  })
}
