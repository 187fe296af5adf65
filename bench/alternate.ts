/**
 * Measures all, round by round, each round beginning with the next one: what changes slowly on a machine (clock speed,
 * neighbours, heat) meets all of them alike. A first round only warms up.
 * @returns one sample a round for each
 */
export async function alternate<Name extends string>(
  rounds: number,
  contestants: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contestants) as Name[] // the type's own keys: it has no others
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = 0; round <= rounds; round++) {
    for (const name of [...names.slice(round % names.length), ...names.slice(0, round % names.length)]) {
      const sample = await contestants[name]()
      if (round > 0) samples[name].push(sample)
    }
  }
  return samples
}
