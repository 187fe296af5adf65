/** The lab that another process holds, as the commands ask for it. */
import { askLab } from './control.ts'
import type { Answer, LabPicture, Question } from './control.ts'
import { eventually } from './eventually.ts'
import { ownName } from './own-name.ts'
import { runtimePaths } from './runtime-directory.ts'

export class NoLab extends Error {}

/** @throws {NoLab} @throws {Error} when it refuses */
export const askRunning = async (question: Question): Promise<LabPicture> =>
  (await askWhoeverRuns(question)).lab

/** As `askRunning`, with what is to be said besides. */
export async function askWhoeverRuns(question: Question): Promise<Answer & { ok: true }> {
  const answer = await askLab(runtimePaths(process.env).socket, question)
  if (answer === undefined) throw new NoLab(`No lab is up. "${ownName()} lab up" builds one.`)
  if (!answer.ok) throw new Error(answer.message)
  return answer
}

/** Resolves when it is gone. */
export async function endRunning(): Promise<void> {
  const { pid } = await askRunning({ do: 'down' })
  await eventually(
    () => isAlive(pid),
    (alive) => !alive,
    { what: `the lab's process ${pid} is gone`, timeoutMs: 10_000 },
  )
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
