import type { KernelError } from '../model/index.ts'
import { runOnce } from './run-once.ts'

/** The commands we do not work without, as Debian and Ubuntu package them. */
const TOOLS = [
  { command: 'ip', debianPackage: 'iproute2' },
  // Also where libnftables is loaded: text it has not seen is checked by a child first.
  { command: 'nft', debianPackage: 'nftables' },
] as const

/** @returns `undefined` when all can be run, else which cannot and what to install */
export async function missingTool(): Promise<KernelError | undefined> {
  const outcomes = await Promise.all(TOOLS.map(({ command }) => runOnce(command, ['-V'])))
  const missing = outcomes.findIndex((outcome) => !outcome.ok)
  const [tool, outcome] = [TOOLS[missing], outcomes[missing]]
  if (tool === undefined || outcome === undefined) return undefined
  const said = `${outcome.error.trim()}; it is in the Debian package ${tool.debianPackage}`
  return { code: 'unsupported', what: tool.command, said }
}
