/** What of a month's volume is used, against what is paid for and how much of the month has gone. */
import type { LineDocument } from '../api/contract.ts'
import { shareOfMonth, volumeWords } from '../cli/volume-words.ts'
import { fillOf } from './flow/textures.tsx'

export function VolumeBar({
  volume,
  number,
  nowMs,
}: {
  readonly volume: NonNullable<LineDocument['volume']>
  readonly number: number
  readonly nowMs: number
}) {
  const { usedBytes, quotaBytes } = volume
  const used = quotaBytes === null ? 0 : Math.min(1, usedBytes / quotaBytes)
  return (
    <div class="share">
      <span class="small">
        <span class="quiet">This month</span> <span class="number">{volumeWords(volume, nowMs)}</span>
      </span>
      {quotaBytes !== null && (
        <svg width="100%" height="12" aria-hidden="true">
          <rect class="share-all" y="3" width="100%" height="6" rx="3" />
          <rect class={fillOf(number)} y="3" width={`${used * 100}%`} height="6" rx="3" />
          <rect
            class="share-wanted"
            width="2"
            height="12"
            x={`${Math.min(99.5, shareOfMonth(volume, nowMs) * 100)}%`}
          />
        </svg>
      )}
    </div>
  )
}
