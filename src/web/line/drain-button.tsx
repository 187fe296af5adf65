import type { LineDocument } from '../../api/contract.ts'
import { ChangeButton } from '../change-button.tsx'

/** No new connections on a line, or again some. */
export function DrainButton({
  line: { name, drain },
}: {
  readonly line: Pick<LineDocument, 'name' | 'drain'>
}) {
  const path = `v1/lines/${encodeURIComponent(name)}`
  return drain === undefined ? (
    <ChangeButton path={`${path}/drain`}>
      Drain<span class="only-spoken"> {name}</span>
    </ChangeButton>
  ) : (
    <ChangeButton path={`${path}/undrain`}>
      Use again<span class="only-spoken"> {name}</span>
    </ChangeButton>
  )
}
