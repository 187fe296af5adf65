import { dirname } from 'node:path'
import {
  findDhcpClient,
  openAdvertiser,
  openLinuxKernel,
  portHolder,
  post,
  probeOnce,
  runHook,
  sendMail,
  takeServiceManager,
  tellResolvers,
  type Kernel,
} from '../kernel/index.ts'
import { OUR_PROTOCOL, messageOf, fail, ok, type Result } from '../model/index.ts'
import { emptyMemory, type Memory } from '../plan/index.ts'
import { ApiDoor, type StartApi } from './api-door.ts'
import { chooseConfig } from './choose-config.ts'
import type { Control, Status } from './control.ts'
import { Daemon, type DaemonOptions } from './daemon.ts'
import { startHealthThread } from './health-thread.ts'
import { loadHistory } from './history-store.ts'
import { ofStranger, takeLock, type Holder, type Lock } from './lock.ts'
import { createLog, type Log, type LogFormat } from './log.ts'
import { Tokens } from './tokens.ts'
import { TcpDoorKeeper, type OpenTcpDoor } from './tcp-door.ts'
import { missingPrograms } from './missing-programs.ts'
import { missingCapabilities } from './privileges.ts'
import { readConfig } from './read-config.ts'
import { StateDirError, loadMemory, type StateDir } from './state-dir.ts'

export interface RunOptions {
  readonly configFile: string
  readonly stateDir: string
  readonly socketPath: string
  readonly logFormat?: LogFormat
  readonly version: string
  readonly createApi: (control: Control, options: ApiParts) => ApiDoors
  /** The one sentence on how things are. */
  readonly verdict: (status: Status, nowMs: number) => { readonly text: string }
  /** What the operator's programs are told. */
  readonly eventDocument: DaemonOptions['eventDocument']
}

/** What the API needs of this room. */
export interface ApiParts {
  readonly onBug: (error: unknown) => void
  readonly holderOf: (port: number) => Promise<string | undefined>
}

export interface ApiDoors {
  listen(socketPath: string): ReturnType<StartApi>
  readonly openTcpDoor: OpenTcpDoor
  /** As the environment wishes. @returns ends it */
  pushMetrics(options: {
    readonly env: NodeJS.ProcessEnv
    readonly send: Daemon['post']
    readonly log: Log
  }): Promise<Disposable | undefined>
}

/** Exit codes as documented for the command; 78 is EX_CONFIG, so that systemd does not try again. */
const EXIT = { done: 0, failed: 1, notPermitted: 5, badConfig: 78 } as const

interface Refusal {
  readonly exitCode: number
  /** In the grammar of errors: code, sentence, help. */
  readonly text: string
}

/** What is in hand once nothing stands in the way any more. */
type Equipment = Pick<DaemonOptions, 'kernel' | 'choice' | 'memory' | 'stateDir'> & { readonly lock: Lock }

/** The daemon in the foreground. @returns the exit code, after SIGTERM, SIGINT or `down` */
export async function runDaemon(options: RunOptions): Promise<number> {
  // Before anything is started that would inherit it.
  const tellManager = takeServiceManager(process.env)
  const equipped = await equip(options)
  if (!equipped.ok) {
    complain(equipped.error.text)
    return equipped.error.exitCode
  }
  const { kernel, lock } = equipped.value
  const log = createLog(options.logFormat ?? 'text', process.env, (line) => process.stderr.write(line))
  const ended = Promise.withResolvers<void>()
  const end = (): void => ended.resolve()
  let isDown = false
  const daemon: Daemon = new Daemon({
    ...equipped.value,
    probe: probeOnce,
    mail: sendMail,
    runHook,
    post,
    tellResolvers,
    dhcpClient: await findDhcpClient(),
    missingPrograms,
    openAdvertiser,
    eventDocument: options.eventDocument,
    startHealthWatch: (onHealth) => startHealthThread(log, onHealth),
    version: options.version,
    log,
    onDown: () => {
      isDown = true
      end()
    },
    tokens: await Tokens.load(options.stateDir, log),
    apiNote: () => tcpDoor.note,
    apiSettled: () => tcpDoor.settled(),
  })
  const sentence = (): string => options.verdict(daemon.glance(), Date.now()).text
  let isReady = false
  /**
   * After each pass, of which there is one every 30 s at least: `systemctl status` shows the same sentence as
   * `multihome status`, and the kernel was read, which is what a watchdog wants to know (`WatchdogSec=`).
   */
  const tell = (): void => {
    if (isReady) void tellManager(`STATUS=${sentence()}\nWATCHDOG=1`)
  }
  const reload = async (): Promise<void> => {
    // systemd wants to know when, so that it can tell this reload from the next (sd_notify(3)).
    const nowUs = process.hrtime.bigint() / 1000n
    await tellManager(`RELOADING=1\nMONOTONIC_USEC=${nowUs}`)
    const outcome = await daemon.apply()
    if (outcome.is === 'refused') complain(`${outcome.text} What runs goes on.`)
    await tellManager('READY=1')
  }
  const onReload = (): void => void reload()
  // Before the box is touched: a signal that comes early waits for its turn, and cuts no pass in half.
  process.on('SIGHUP', onReload)
  process.once('SIGTERM', end)
  process.once('SIGINT', end)

  const onBug = (error: unknown): void => log.error(`a mistake of ours in the API: ${stackOf(error)}`)
  const doors = options.createApi(daemon, { onBug, holderOf: portHolder })
  const api = new ApiDoor(() => doors.listen(options.socketPath), log)
  const tcpDoor: TcpDoorKeeper = new TcpDoorKeeper(doors.openTcpDoor, log)
  daemon.onChange(() => {
    tell()
    if (isReady) void tcpDoor.follow(daemon.config, daemon.glance().configAppliedAtMs)
  })
  try {
    const started = await daemon.start()
    if (!started.ok) {
      complain(`error[MH500]: the box could not be taken over: ${started.error}`)
      return EXIT.failed
    }
    await api.open()
    isReady = true
    void tcpDoor.follow(daemon.config, daemon.glance().configAppliedAtMs)
    const readyMs = Math.round(process.uptime() * 1000)
    process.stdout.write(`multihomed ${options.version} ready after ${readyMs} ms: ${sentence()}\n`)
    await tellManager(`READY=1\nSTATUS=${sentence()}`)
    daemon.remember().catch((bug: unknown) => log.error(`history: ${messageOf(bug)}`))
    using _ = await doors
      .pushMetrics({ env: process.env, send: (request) => daemon.post(request), log })
      .catch((bug: unknown) => {
        log.error(`a mistake of ours in the metrics: ${stackOf(bug)}`)
        return undefined
      })
    await ended.promise
    await tellManager('STOPPING=1')
    if (!isDown) log.info('stopping; connections go on, the kernel has everything')
    return EXIT.done
  } finally {
    process.off('SIGHUP', onReload)
    // The API first: what it asks for must not begin when the kernel is closed.
    await Promise.all([api.close(), tcpDoor.close()])
    await daemon.stop()
    kernel.close()
    lock.release()
  }
}

/** Everything that can stand in the way before the box is touched, in the order in which a person would mend it. */
async function equip(options: RunOptions): Promise<Result<Equipment, Refusal>> {
  const reading = await readConfig(options.configFile)
  if (!reading.ok) return fail({ exitCode: EXIT.badConfig, text: reading.error.text })
  if (reading.value.text !== '') complain(reading.value.text)

  const missing = await missingCapabilities()
  if (missing.length > 0) {
    return fail({
      exitCode: EXIT.notPermitted,
      text: `error[MH591]: ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing; routes, rules and marks need them
  = help: sudo multihome run, or AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW in a systemd unit`,
    })
  }
  const lock = await takeLock()
  if (!lock.ok) {
    return fail({
      exitCode: EXIT.failed,
      text: `error[MH702]: ${ofStranger(lock.error) ?? running(lock.error)}`,
    })
  }
  const stateDir = { path: options.stateDir, runtimePath: dirname(options.socketPath) }
  const refuse = (code: string, text: string): Result<never, Refusal> => {
    lock.value.release()
    return fail({ exitCode: EXIT.failed, text: `error[${code}]: ${text}` })
  }
  const kernel = await openLinuxKernel()
  if (!kernel.ok) return refuse('MH500', `${kernel.error.what}: ${kernel.error.said}`)
  try {
    const memory = await memoryOrNone(stateDir, kernel.value)
    const choice = chooseConfig(reading.value, await loadHistory(stateDir.path, complain), Date.now())
    return ok({ kernel: kernel.value, choice, memory, stateDir, lock: lock.value })
  } catch (cause) {
    kernel.value.close()
    return refuse('MH703', messageOf(cause))
  }
}

function running({ pid }: Holder): string {
  const who = pid === 0 ? 'in another process' : `with pid ${pid}`
  return `multihomed is running already, ${who}; there is one for each box
  = help: multihome status to see it, multihome apply after a change of the file`
}

/**
 * A memory that nobody can read is not needed on a box that has nothing of ours, as after a reboot: then the lines
 * working is worth more than the numbers they had.
 * @throws {StateDirError} where it is needed
 */
async function memoryOrNone(stateDir: StateDir, kernel: Kernel): Promise<Memory> {
  try {
    return await loadMemory(stateDir, complain)
  } catch (cause) {
    if (!(cause instanceof StateDirError) || (await hasOurs(kernel))) throw cause
    complain(`${cause.why}; nothing of ours is on this box, so it goes on without`)
    return emptyMemory
  }
}

async function hasOurs(kernel: Kernel): Promise<boolean> {
  const reading = await kernel.observe([])
  if (!reading.ok) return true
  const { rules, routes, nexthops, ruleset } = reading.value
  return (
    ruleset !== undefined ||
    [...rules, ...routes, ...nexthops].some(({ protocol }) => protocol === OUR_PROTOCOL)
  )
}

const stackOf = (error: unknown): string => (error instanceof Error && error.stack) || messageOf(error)

const complain = (text: string): void => void process.stderr.write(`${text}\n`)
