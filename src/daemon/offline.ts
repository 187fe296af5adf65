import { lstat, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { openAdvertiser, openLinuxKernel, tellResolvers, type Kernel } from '../kernel/index.ts'
import { messageOf, fail, ok, type KernelError, type Result } from '../model/index.ts'
import { withoutLan, type Note, type PlanReport } from '../plan/index.ts'
import { lastApplied } from './choose-config.ts'
import type { Checked, ConfigProblem, DownReport, Examination, RunningDaemon } from './control.ts'
import { examine, type PlannedBox } from './doctor/examine.ts'
import { giveBackResolvers, takeLeave } from './farewell.ts'
import { ofStranger, takeLock } from './lock.ts'
import { loadHistory } from './history-store.ts'
import { missingPrograms } from './missing-programs.ts'
import { plannedFor } from './planned.ts'
import { missingCapabilities } from './privileges.ts'
import { readConfig, type ReadConfig } from './read-config.ts'
import { look, withLineIds } from './reconciler.ts'
import { sshConnection } from './ssh-session.ts'
import { forgetMemory, loadMemory } from './state-dir.ts'
import { takeDown } from './take-down.ts'
import { knowsOriginals, settingsLikeOurs } from './unknown-originals.ts'
import { unseen, watchingOf } from './watching.ts'

export { lookAround } from './first-look.ts'
export { gatherReport } from './gather-report.ts'
export { whereToWrite, writeNew } from './new-file.ts'

export type OfflineFailure =
  | { readonly code: 'config'; readonly text: string; readonly problems: readonly ConfigProblem[] }
  | { readonly code: 'not-permitted'; readonly text: string }
  | { readonly code: 'kernel'; readonly text: string }

interface Places {
  readonly stateDir: string
  /** The copy of what must not be forgotten lies beside the socket. */
  readonly socketPath: string
}

/** Is the file right, and what would it meet on this box? */
export const checkOffline = async (options: Places & { readonly configFile: string }): Promise<Checked> =>
  (await checkAndPlan(options)).checked

async function checkAndPlan(
  options: Places & { readonly configFile: string },
): Promise<{ readonly checked: Checked; readonly planned?: PlannedBox }> {
  const reading = await readConfig(options.configFile)
  if (!reading.ok)
    return { checked: { ok: false, ...reading.error, notes: [], watching: [], onlyFile: false } }
  const { config, problems, text } = reading.value
  const others = await missingPrograms(config)
  const planned = await planFor(reading.value, others, options)
  const watching = watchingOf(config, planned.ok ? planned.value.lines : config.lines.map(unseen))
  if (!planned.ok && planned.error.code !== 'not-permitted') {
    const told = [text, planned.error.text].filter(Boolean).join('\n\n')
    const trouble = planned.error.text
    return {
      checked: { ok: false, problems, text: told, notes: [], watching, onlyFile: false, config, trouble },
    }
  }
  const notes = planned.ok ? planned.value.report.notes : [...withoutLan(config), ...others]
  const ok = !notes.some((note) => note.severity === 'error')
  const capabilities = planned.ok ? planned.value.observed.capabilities : undefined
  const checked = {
    ok,
    text,
    problems,
    notes,
    watching,
    onlyFile: !planned.ok,
    config,
    ...(capabilities !== undefined && { capabilities }),
  }
  return planned.ok ? { checked, planned: planned.value } : { checked }
}

/** What usually goes wrong, and who else has a hand in the network. Changes nothing. */
export const examineOffline = async (
  options: Places & { readonly configFile: string; readonly running?: RunningDaemon | undefined },
): Promise<Examination> => {
  const { running, stateDir } = options
  return examine({ ...(await checkAndPlan(options)), stateDir, ...(running !== undefined && { running }) })
}

/** What would be done to this box now. Reads only. */
export async function planOffline(
  options: Places & { readonly configFile: string },
): Promise<Result<PlanReport, OfflineFailure>> {
  const reading = await readConfig(options.configFile)
  if (!reading.ok) return fail({ code: 'config', ...reading.error })
  const others = await missingPrograms(reading.value.config)
  const planned = await planFor(reading.value, others, options)
  return planned.ok ? ok(planned.value.report) : planned
}

function planFor(
  reading: ReadConfig,
  others: readonly Note[],
  places: Places,
): Promise<Result<PlannedBox, OfflineFailure>> {
  return withKernel(async (kernel) => {
    const { config } = reading
    const memory = withLineIds(await loadMemory(stateDirOf(places)), config)
    const former = lastApplied(await loadHistory(places.stateDir, () => undefined), reading)
    const observed = await look(kernel, config, memory)
    if (!observed.ok) return fail(kernelFailure(observed.error))
    return ok({
      ...plannedFor(
        { config, former, others, observed: observed.value, memory, health: new Map() },
        sshConnection(),
      ),
      observed: observed.value,
    })
  })
}

/**
 * Takes everything of ours away, without a daemon and without a configuration. A daemon that runs would put it all
 * back, so there must be none, whichever socket it serves.
 */
export async function downOffline(
  options: Places & { readonly dryRun: boolean },
): Promise<Result<DownReport, OfflineFailure>> {
  const forbidden = await whyForbidden()
  if (forbidden !== undefined) return fail(forbidden)
  const lock = await takeLock()
  if (!lock.ok) {
    const { pid } = lock.error
    const text = `multihomed runs ${pid === 0 ? 'in another process' : `with pid ${pid}`}, but not on ${options.socketPath}; name its --socket, or stop it first`
    return fail({ code: 'kernel', text: ofStranger(lock.error) ?? text })
  }
  try {
    return await withKernel(async (kernel) => {
      const places = stateDirOf(options)
      const memory = await loadMemory(places)
      const settingsLeft = knowsOriginals(memory) ? [] : await settingsLikeOurs(kernel)
      const untold = options.dryRun ? [] : await takeLeave(memory, openAdvertiser)
      const down = await takeDown(kernel, memory, options.dryRun)
      if (!down.ok) return fail({ code: 'kernel', text: down.error })
      if (!options.dryRun) {
        untold.push(...(await giveBackResolvers(memory, tellResolvers)))
        await removeSocket(options.socketPath)
        const [kept] = await forgetMemory(places)
        if (kept !== undefined) {
          const text = `everything of ours is gone from the kernel, but ${kept.directory} cannot be cleared: ${kept.why}; remove it before the next start, which would take it for true`
          return fail({ code: 'kernel', text })
        }
      }
      return ok({
        ...down.value,
        ...(untold.length > 0 && { untold }),
        ...(settingsLeft.length > 0 && { settingsLeft }),
      })
    })
  } finally {
    lock.value.release()
  }
}

/** A daemon that was killed left its socket behind. */
async function removeSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (found?.isSocket() === true) await rm(path, { force: true })
}

const stateDirOf = ({ stateDir, socketPath }: Places): { path: string; runtimePath: string } => ({
  path: stateDir,
  runtimePath: dirname(socketPath),
})

async function withKernel<T>(
  use: (kernel: Kernel) => Promise<Result<T, OfflineFailure>>,
): Promise<Result<T, OfflineFailure>> {
  const forbidden = await whyForbidden()
  if (forbidden !== undefined) return fail(forbidden)
  const kernel = await openLinuxKernel()
  if (!kernel.ok) return fail(kernelFailure(kernel.error))
  try {
    return await use(kernel.value)
  } catch (cause) {
    return fail({ code: 'kernel', text: messageOf(cause) })
  } finally {
    kernel.value.close()
  }
}

/** Asked before the kernel is: libnftables tells a refusal on stderr itself, past whoever called it. */
async function whyForbidden(): Promise<OfflineFailure | undefined> {
  if (!(await missingCapabilities()).includes('CAP_NET_ADMIN')) return undefined
  return { code: 'not-permitted', text: 'CAP_NET_ADMIN is missing: without it this box cannot be looked at' }
}

const kernelFailure = (error: KernelError): OfflineFailure => ({
  code: error.code === 'not-permitted' ? 'not-permitted' : 'kernel',
  text: `${error.what}: ${error.said}`,
})
