/** What must be borne: many minutes of each, and not once may a line be called down. */
import { CannotPlay } from '../../src/lab/index.ts'
import type { FaultAct } from '../../src/lab/failover/fault-rows.ts'
import { recordRow } from '../../src/lab/failover/record-row.ts'
import type { Recorded } from '../../src/lab/failover/recorded.ts'
import type { Figure, Group } from '../figure.ts'
import { PROGRAM } from '../routers.ts'

/** `MINUTES=2 npm run bench:failover -- steady` for a first look. */
const MINUTES = Number(process.env['MINUTES'] ?? 10)

const BORNE: Readonly<Record<string, readonly FaultAct[]>> = {
  '2 s of standing queue': [{ inflict: { kind: 'saturation', queueMs: 2000 }, on: 'fiber' }],
  '30 % of packets lost': [{ inflict: { kind: 'loss', ratio: 0.3 }, on: 'fiber' }],
  'one target dead': [{ inflict: { kind: 'target-dead', address: '1.1.1.1' }, on: 'fiber' }],
  'ICMP dropped everywhere': [
    { inflict: { kind: 'icmp-dropped' }, on: 'fiber' },
    { inflict: { kind: 'icmp-dropped' }, on: 'dsl' },
  ],
}

export async function measureSteady(): Promise<Group> {
  const figures: Figure[] = []
  for (const [what, acts] of Object.entries(BORNE)) figures.push(...(await borne(what, acts)))
  return { title: `${MINUTES} minutes each, with traffic of every kind`, figures }
}

async function borne(what: string, acts: readonly FaultAct[]): Promise<Figure[]> {
  try {
    const row = { name: 'steady', what, acts, lastsMs: MINUTES * 60_000, wishes: {} }
    const recorded = await recordRow(row, { program: PROGRAM })
    return [
      { what: `${what}: downs`, value: count('down', recorded), unit: '', wish: { atMost: 0 } },
      { what: `${what}: suspicions`, value: count('suspect', recorded), unit: '' },
    ]
  } catch (error) {
    if (!(error instanceof CannotPlay)) throw error
    return [{ what: `${what}: downs`, value: Number.NaN, unit: '', note: error.message }]
  }
}

const count = (state: string, { changes, faultAtMs }: Recorded): number =>
  changes.filter((change) => change.state === state && change.atMs >= faultAtMs).length
