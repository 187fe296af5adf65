/**
 * Metrics to whom the environment names, again and again. What is lost on the way is no loss: the next ones say all of
 * it anew.
 */
import type { Control } from '../daemon/control.ts'
import { messageOf } from '../model/index.ts'
import type { EventTally } from './event-tally.ts'
import { otlpDocument } from './otlp-document.ts'
import { otlpSettings } from './otlp-settings.ts'
import type { OtlpSettings } from './otlp-settings.ts'

/** What leaves the box: over a line that works. */
export interface PushRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

export type Pushed =
  | { readonly is: 'answered'; readonly status: number; readonly said: string }
  | { readonly is: 'failed'; readonly why: string }

export interface PushOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly send: (request: PushRequest) => Promise<Pushed>
  readonly log: { info(text: string): void; warn(text: string): void }
  readonly nowMs: () => number
}

/** Of what somebody answered: enough to know why. */
const LONGEST_ANSWER = 200

/** @returns ends it; what is under way is given up */
export function pushMetrics(
  control: Pick<Control, 'status'>,
  tally: Pick<EventTally, 'counts'>,
  { env, send, log, nowMs }: PushOptions,
): Disposable {
  const settings = otlpSettings(env)
  if (!settings.ok) {
    log.warn(`no metrics are pushed: ${settings.error}`)
    return { [Symbol.dispose]: () => {} }
  }
  const { url, headers, everyMs, timeoutMs, resource } = settings.value
  const place = placeOf(settings.value)
  const ending = new AbortController()
  const { signal } = ending
  let timer: NodeJS.Timeout | undefined
  let told: string | undefined

  async function push(): Promise<void> {
    const beganMs = performance.now()
    const trouble = await once().catch(messageOf)
    if (signal.aborted) return
    tell(trouble)
    timer = setTimeout(() => void push(), Math.max(0, everyMs - (performance.now() - beganMs)))
  }

  /** @returns what is wrong */
  async function once(): Promise<string | undefined> {
    const moment = { status: await control.status(), events: tally.counts }
    const pushed = await send({
      url,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(otlpDocument(moment, nowMs(), resource)),
      timeoutMs,
      signal,
    })
    if (pushed.is === 'failed') return pushed.why
    if (pushed.status >= 200 && pushed.status < 300) return undefined
    const said = pushed.said.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_ANSWER)
    return `HTTP ${pushed.status}${said === '' ? '' : `: ${said}`}`
  }

  /** Once for each thing. */
  function tell(trouble: string | undefined): void {
    if (trouble === told) return
    if (trouble === undefined) log.info(`metrics are pushed to ${place} again`)
    else
      log.warn(
        `metrics cannot be pushed to ${place}: ${trouble}; it is tried again every ${everyMs / 1000} s`,
      )
    told = trouble
  }

  log.info(`metrics are pushed to ${place} every ${everyMs / 1000} s`)
  void push()
  return {
    [Symbol.dispose]: () => {
      ending.abort()
      clearTimeout(timer)
    },
  }
}

/** Without what may be secret. */
function placeOf({ url }: OtlpSettings): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}
