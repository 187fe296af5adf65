import { dirname } from 'node:path'
import { notifyServiceManager, openLinuxKernel } from '../kernel/index.ts'
import type { Result } from '../model/index.ts'
import type { Control, Status } from './control.ts'
import { Daemon } from './daemon.ts'
import { takeLock } from './lock.ts'
import { createLog, type LogFormat } from './log.ts'
import { missingCapabilities } from './privileges.ts'
import { readConfig } from './read-config.ts'
import { loadMemory } from './state-dir.ts'

export interface RunOptions {
  readonly configFile: string
  readonly stateDir: string
  readonly socketPath: string
  readonly logFormat?: LogFormat
  readonly version: string
  readonly startApi: (
    control: Control,
  ) => Promise<Result<{ close(): Promise<void> }, { readonly text: string }>>
  /** The one sentence on how things are. */
  readonly verdict: (status: Status, nowMs: number) => { readonly text: string }
}

/** Exit codes as documented for the command; 78 is EX_CONFIG, so that systemd does not try again. */
const EXIT = { done: 0, failed: 1, notPermitted: 5, badConfig: 78 } as const

/** The daemon in the foreground. @returns the exit code, after SIGTERM, SIGINT or `down` */
export async function runDaemon(options: RunOptions): Promise<number> {
  const complain = (text: string): void => void process.stderr.write(`${text}\n`)

  const reading = await readConfig(options.configFile)
  if (!reading.ok) {
    complain(reading.error.text)
    return EXIT.badConfig
  }
  if (reading.value.text !== '') complain(reading.value.text)

  const missing = await missingCapabilities()
  if (missing.length > 0) {
    complain(
      `error[MH513]: ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing: routes and rules need them\n  = help: sudo multihome run, or a systemd unit with AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW`,
    )
    return EXIT.notPermitted
  }
  const lock = await takeLock()
  if (!lock.ok) {
    const who = lock.error.pid === 0 ? 'another process' : `pid ${lock.error.pid}`
    complain(
      `error[MH702]: multihomed is running already (${who}); one per box\n  = help: multihome status, or multihome apply after a change of the file`,
    )
    return EXIT.failed
  }
  const kernel = await openLinuxKernel()
  if (!kernel.ok) {
    complain(`error[MH500]: ${kernel.error.what}: ${kernel.error.said}`)
    return EXIT.failed
  }

  const log = createLog(options.logFormat ?? 'text', process.env, (line) => process.stderr.write(line))
  const stateDir = { path: options.stateDir, runtimePath: dirname(options.socketPath) }
  const memory = await loadMemory(stateDir).catch((cause: unknown) =>
    cause instanceof Error ? cause : new Error(String(cause)),
  )
  if (memory instanceof Error) {
    complain(`error[MH703]: ${memory.message}`)
    return EXIT.failed
  }
  const ended = Promise.withResolvers<void>()
  let notify = (): void => undefined
  const daemon = new Daemon({
    kernel: kernel.value,
    config: reading.value.config,
    memory,
    stateDir,
    version: options.version,
    log,
    onDown: ended.resolve,
    onChange: () => notify(),
  })

  const started = await daemon.start()
  if (!started.ok) {
    complain(`error[MH500]: nothing was changed: ${started.error}`)
    kernel.value.close()
    return EXIT.failed
  }
  const api = await options.startApi(daemon)
  if (!api.ok) complain(`warning[MH704]: ${api.error.text}; lines work, multihome status does not`)

  const sentence = async (): Promise<string> => options.verdict(await daemon.status(), Date.now()).text
  notify = () => void sentence().then((text) => notifyServiceManager(process.env, `STATUS=${text}`))
  const text = await sentence()
  process.stdout.write(
    `multihomed ${options.version} ready after ${Math.round(process.uptime() * 1000)} ms: ${text}\n`,
  )
  await notifyServiceManager(process.env, `READY=1\nSTATUS=${text}`)

  const reload = (): void => {
    void notifyServiceManager(process.env, `RELOADING=1\nMONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`)
      .then(() => daemon.apply())
      .then((outcome) => {
        if (outcome.is === 'refused') complain(outcome.text)
        return notifyServiceManager(process.env, 'READY=1')
      })
  }
  process.on('SIGHUP', reload)
  process.once('SIGTERM', ended.resolve)
  process.once('SIGINT', ended.resolve)
  await ended.promise

  await notifyServiceManager(process.env, 'STOPPING=1')
  log.info('stopping; connections go on, the kernel has everything')
  await daemon.stop()
  if (api.ok) await api.value.close()
  kernel.value.close()
  if (lock.ok) lock.value.release()
  process.off('SIGHUP', reload)
  return EXIT.done
}
