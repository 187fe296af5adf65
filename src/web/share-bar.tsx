/** What a line really got of the new connections, against what it should get. */
import { NOTHING, percent } from '../cli/amounts.ts'
import { fillOf } from './flow/textures.tsx'
import type { ShownLine } from './without-news.ts'

export function ShareBar({
  line: { newShareRatio, wantedShareRatio },
  number,
}: {
  readonly line: Pick<ShownLine, 'newShareRatio' | 'wantedShareRatio'>
  readonly number: number
}) {
  const got =
    newShareRatio !== null ? `${percent(newShareRatio)} %` : wantedShareRatio === null ? NOTHING : 'none yet'
  const wanted = wantedShareRatio === null ? NOTHING : `${percent(wantedShareRatio)} %`
  return (
    <div class="share">
      <span class="small">
        <span class="quiet">New in 5 min</span> <span class="number">{got}</span>
        <span class="quiet">, wanted now</span> <span class="number">{wanted}</span>
      </span>
      <svg width="100%" height="12" aria-hidden="true">
        <rect class="share-all" y="3" width="100%" height="6" rx="3" />
        <rect class={fillOf(number)} y="3" width={`${(newShareRatio ?? 0) * 100}%`} height="6" rx="3" />
        {wantedShareRatio !== null && (
          <rect class="share-wanted" width="2" height="12" x={`${Math.min(99.5, wantedShareRatio * 100)}%`} />
        )}
      </svg>
    </div>
  )
}
