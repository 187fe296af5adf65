import type { Trouble } from './ask.ts'

/** As the command says it: what, why, and what to do. */
export const TroubleText = ({
  trouble: { code, detail, why, help, text },
}: {
  readonly trouble: Trouble
}) => (
  <div class="trouble" role="alert">
    <p>
      {code !== undefined && <strong>{code} </strong>}
      {detail}
      {why !== undefined && `: ${why}`}
    </p>
    {text !== undefined && <pre>{text}</pre>}
    {help !== undefined && <p class="quiet">{help}</p>}
  </div>
)
