import { Command, CommanderError } from 'commander'
import { deliver, failed } from './answer.ts'
import type { Answer } from './answer.ts'
import { addApply } from './apply.ts'
import { addBugReport } from './bugreport.ts'
import { addConfirm, addUndo } from './confirm.ts'
import { addCheck } from './check.ts'
import { addComplete } from './complete.ts'
import { addCompletion } from './completion.ts'
import { addConfigSchema } from './config-schema.ts'
import { addDoctor } from './doctor.ts'
import { addDown } from './down.ts'
import { addDrain, addUndrain } from './drain.ts'
import { EXIT } from './exit-codes.ts'
import { addEvents } from './events.ts'
import { addExplain } from './explain.ts'
import { addFlows } from './flows.ts'
import { addInit } from './init.ts'
import { addLab } from './lab.ts'
import { addLines } from './lines.ts'
import { OVERVIEW } from './overview.ts'
import { addNotify } from './notify.ts'
import { addPlan } from './plan.ts'
import { addRun } from './run.ts'
import { addProbe } from './probe.ts'
import { addReport } from './report.ts'
import { screenFor } from './screen.ts'
import { addSettings, readSettings } from './settings.ts'
import { createShell } from './shell.ts'
import type { Shell } from './shell.ts'
import { addStatus } from './status.ts'
import type { Surroundings } from './surroundings.ts'
import { addToken } from './token.ts'
import { addTrace } from './trace.ts'
import { addUse, protectCommand } from './use.ts'
import { usageFailure } from './usage.ts'
import { addWeight } from './weight.ts'

const COMMANDS: readonly ((shell: Shell) => void)[] = [
  addStatus,
  addLines,
  addEvents,
  addReport,
  addProbe,
  addTrace,
  addFlows,
  addInit,
  addCheck,
  addPlan,
  addApply,
  addConfirm,
  addUndo,
  addDrain,
  addUndrain,
  addWeight,
  addUse,
  addToken,
  addNotify,
  addDoctor,
  addBugReport,
  addExplain,
  addLab,
  addConfigSchema,
  addCompletion,
  addComplete,
  addRun,
  addDown,
]

/** Every command with its options and words; `docs/commands.md` is made from it too. */
export function createProgram(surroundings: Surroundings, onAnswer: (answer: Answer) => void): Command {
  const { stdout } = surroundings
  const program = new Command('multihome')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: () => undefined, // told in our own grammar below
      getOutHelpWidth: () => 80,
      getErrHelpWidth: () => 80,
      getOutHasColors: () => false,
    })
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError(false)
    .version(surroundings.version, '-V, --version', 'the version')
  addSettings(program)
  const shell = createShell(program, surroundings, onAnswer)
  for (const add of COMMANDS) add(shell)
  program.helpInformation = () => OVERVIEW
  return program
}

/** Reads the arguments, does what they say, prints the answer. @returns the exit code */
export async function runProgram(surroundings: Surroundings): Promise<number> {
  const { argv, stdout, stderr, env } = surroundings
  let answer: Answer = { is: 'ended', exitCode: EXIT.done } // help was shown
  const program = createProgram(surroundings, (given) => {
    answer = given
  })
  try {
    const takesValue = (word: string): boolean =>
      program.options.some((option) => option.long === word && (option.required || option.optional))
    await program.parseAsync(protectCommand(argv, takesValue), { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) answer = failed(ownMistake(error))
    else if (error.exitCode !== 0) answer = failed(await usageFailure(error, program))
  }

  const settings = readSettings(program, env)
  const json = settings.json || argv.includes('--json') // commander may have stopped before it
  return deliver(answer, {
    json,
    out: { sink: stdout, screen: screenFor(stdout, env, settings) },
    err: { sink: stderr, screen: screenFor(stderr, env, settings) },
    nowMs: surroundings.nowMs(),
  })
}

const ownMistake = (error: unknown) => ({
  exitCode: EXIT.couldNot,
  code: 'MH901',
  message: `multihome made a mistake of its own: ${error instanceof Error ? error.message : String(error)}`,
  help: 'please report it, with the command you typed',
})
