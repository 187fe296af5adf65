import { useState } from 'preact/hooks'
import type { LineDocument } from '../../api/contract.ts'
import { ChangeButton } from '../change-button.tsx'

/** More or fewer new connections than the file says, until somebody takes it back. */
export function WeightForm({
  line: { name, weight, weightInFile },
}: {
  readonly line: Pick<LineDocument, 'name' | 'weight' | 'weightInFile'>
}) {
  const [wanted, setWanted] = useState('')
  const path = `v1/lines/${encodeURIComponent(name)}/weight`
  return (
    <div class="weight-form">
      <label>
        Weight
        <input
          type="number"
          min={1}
          max={240}
          step={1}
          placeholder={String(weight)}
          value={wanted}
          onInput={({ currentTarget }) => setWanted(currentTarget.value)}
        />
      </label>
      <ChangeButton path={`${path}?weight=${encodeURIComponent(wanted)}`} onDone={() => setWanted('')}>
        Set for now
      </ChangeButton>
      {weightInFile !== undefined && (
        <ChangeButton method="DELETE" path={path}>
          Back to {weightInFile}, as the file says
        </ChangeButton>
      )}
    </div>
  )
}
