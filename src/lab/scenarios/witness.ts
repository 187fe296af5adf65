import type { Lab } from '../index.ts'

export interface WitnessOptions {
  readonly hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting'
  /** Default 300: after everything else of the hook. */
  readonly priority?: number
  /** In nft's words; nothing: every packet. */
  readonly match?: string
  /** What is remembered of a packet, in nft's words: `ip saddr`, `meta mark`, … */
  readonly of: readonly string[]
}

export interface Witness {
  /** Each different combination that passed, the values in the order of `of`, as nft prints them. */
  seen(): Promise<string[][]>
  forget(): Promise<void>
}

let witnesses = 0

/** Remembers which packets pass a hook of a host, and does nothing to them. */
export async function placeWitness(
  lab: Lab,
  host: string,
  { hook, priority = 300, match = '', of }: WitnessOptions,
): Promise<Witness> {
  const name = `witness_${(witnesses += 1)}`
  const key = of.join(' . ')
  await lab.must(host, ['nft', '-f', '-'], {
    input: `table inet ${name} {
  set seen { typeof ${key}; size 65536; flags dynamic; }
  chain passing {
    type filter hook ${hook} priority ${priority}; policy accept;
    ${match} add @seen { ${key} }
  }
}
`,
  })
  return {
    async seen() {
      const listing = await lab.must(host, ['nft', 'list', 'set', 'inet', name, 'seen'])
      const elements = /elements = \{([^}]*)\}/.exec(listing)?.[1] ?? ''
      return elements
        .split(',')
        .map((element) => element.trim())
        .filter((element) => element !== '')
        .map((element) => element.split(' . '))
    },
    forget: async () => void (await lab.must(host, ['nft', 'flush', 'set', 'inet', name, 'seen'])),
  }
}
