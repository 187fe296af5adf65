import type { SeenChain } from '../model/index.ts'
import { object, objects, string } from './ip-json.ts'

/** Of `nft -j list chains`: everybody's. */
export const readChains = (text: string): SeenChain[] =>
  objects(object(JSON.parse(text))['nftables'])
    .filter((entry) => 'chain' in entry)
    .map((entry) => {
      const chain = object(entry['chain'])
      const [hook, policy] = [string(chain['hook']), string(chain['policy'])]
      return {
        table: `${string(chain['family']) ?? ''} ${string(chain['table']) ?? ''}`,
        name: string(chain['name']) ?? '',
        ...(hook !== undefined && { hook }),
        ...(policy !== undefined && { policy }),
      }
    })
