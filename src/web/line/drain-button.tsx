import type { LineDocument } from '../../api/contract.ts'
import { ChangeButton, type ChangeButtonProps } from '../change-button.tsx'

/** No new connections on a line, or again some. One button of two faces, so that it keeps the focus. */
export const DrainButton = ({
  line: { name, drain },
  ...props
}: {
  readonly line: Pick<LineDocument, 'name' | 'drain'>
} & Pick<ChangeButtonProps<LineDocument>, 'onTrouble'>) => (
  <ChangeButton
    {...props}
    path={`v1/lines/${encodeURIComponent(name)}/${drain === undefined ? 'drain' : 'undrain'}`}
  >
    {drain === undefined ? 'Drain' : 'Use again'}
    <span class="only-spoken"> {name}</span>
  </ChangeButton>
)
