import { readFileSync } from 'node:fs'
import {
  fail,
  messageOf,
  ok,
  type KernelError,
  type Result,
  type Survey,
  type Radio,
} from '../model/index.ts'
import { IpChild } from './ip-child.ts'
import {
  readAddresses,
  readKinds,
  readLinks,
  readNeighbours,
  readNexthops,
  readRoutes,
  readRules,
} from './ip-json.ts'
import { Notebook } from './leases/notebook.ts'
import { readManagers } from './managers/read-managers.ts'
import { radioOf } from './radio.ts'

/** Looks at the box of somebody who may have no rights at all; so nothing of nft is read. */
export async function surveyBox(): Promise<Result<Survey, KernelError>> {
  const plain = new IpChild(['-N', '-s', '-json'])
  const detailed = new IpChild(['-N', '-details', '-json'])
  const ask = async (line: string, child = plain): Promise<string> => {
    const answer = await child.run(line)
    if (answer.error !== undefined) throw new Error(`ip ${line}: ${answer.error}`)
    return answer.output
  }
  try {
    const [links, kinds, addresses, routes, rules, neighbours] = await Promise.all([
      ask('link show'),
      ask('link show', detailed),
      ask('address show'),
      ask('route show table all'),
      ask('rule show'),
      ask('neigh show nud reachable nud stale nud delay nud probe nud permanent'),
    ])
    // Kernels before 5.3 have none.
    const known = await plain.run('nexthop show')
    const nexthops = known.error === undefined ? readNexthops(known.output) : []
    const made = readKinds(kinds)
    const names = readLinks(links)
    return ok({
      links: names.map((link) => ({
        ...link,
        ...made.get(link.name),
        ...present(radioOf(link.name, link.index)),
      })),
      addresses: readAddresses(addresses),
      routes: readRoutes(routes, nexthops),
      rules: readRules(rules, 'ipv4'),
      neighbours: readNeighbours(neighbours),
      managers: await readManagers(names),
      leases: (await Notebook.open()).news(names, Date.now()),
      strictSources: names.map(({ name }) => name).filter(isStrict),
    })
  } catch (cause) {
    return fail({ code: 'refused', what: 'looking at the box', said: messageOf(cause) })
  } finally {
    plain.close()
    detailed.close()
  }
}

/** The kernel takes the larger of the two; 1 is strict, 2 loose (Documentation/networking/ip-sysctl.rst). */
function isStrict(name: string): boolean {
  const of = (scope: string): number => Number(readText(`/proc/sys/net/ipv4/conf/${scope}/rp_filter`) ?? '0')
  return Math.max(of('all'), of(name)) === 1
}

const present = (radio: Radio | undefined): { readonly radio?: Radio } =>
  radio === undefined ? {} : { radio }

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined // not on this kernel, or gone meanwhile
  }
}
