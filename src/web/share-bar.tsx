/** What a line really got of the new connections, against what it should get. */
import type { LegDocument } from '../api/contract.ts'
import { percent } from '../cli/amounts.ts'
import { fillOf } from './flow/textures.tsx'

export function ShareBar({
  line: { newShareRatio, wantedShareRatio },
  number,
}: {
  readonly line: Pick<LegDocument, 'newShareRatio' | 'wantedShareRatio'>
  readonly number: number
}) {
  const got = newShareRatio === null ? 'none yet' : `${percent(newShareRatio)} %`
  return (
    <div class="share">
      <span class="small">
        <span class="quiet">New in 5 min</span> <span class="number">{got}</span>
        <span class="quiet">, wanted now</span> <span class="number">{percent(wantedShareRatio)} %</span>
      </span>
      <svg width="100%" height="12" aria-hidden="true">
        <rect class="share-all" y="3" width="100%" height="6" rx="3" />
        <rect class={fillOf(number)} y="3" width={`${(newShareRatio ?? 0) * 100}%`} height="6" rx="3" />
        <rect class="share-wanted" width="2" height="12" x={`${Math.min(99.5, wantedShareRatio * 100)}%`} />
      </svg>
    </div>
  )
}
