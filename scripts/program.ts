/** The program as a tree of commands to read: it can do nothing. */
import { createProgram } from '../src/cli/program.ts'

const nothing = (): never => {
  throw new Error('the commands are only read here')
}
export const program = createProgram(
  {
    argv: [],
    env: {},
    stdin: process.stdin,
    stdout: { write: nothing },
    stderr: { write: nothing },
    version: '',
    nowMs: nothing,
    offline: nothing,
    run: nothing,
    lab: nothing,
    terminal: nothing,
    person: nothing,
    labCompletion: nothing,
    configSchema: nothing,
    makeControlGroup: nothing,
    interruption: nothing,
    hasServiceUnit: nothing,
  },
  nothing,
)
