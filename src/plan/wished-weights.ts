import type { Config, LineConfig } from '../model/index.ts'
import { knownOf, type Memory } from './memory.ts'

/** The configuration with the weights that somebody wished since; those of other files are not meant. */
export const withWeights = (config: Config, memory: Pick<Memory, 'weights'>): Config => ({
  ...config,
  lines: config.lines.map((line) => withWeight(line, memory)),
})

function withWeight(line: LineConfig, { weights }: Pick<Memory, 'weights'>): LineConfig {
  const wish = knownOf(weights, line.name)
  return wish === undefined || wish.insteadOf !== line.weight
    ? line
    : { ...line, weight: wish.weight, weightInFile: line.weight }
}
