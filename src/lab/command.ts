/** `multihome lab …`: reads the arguments, enters a private world where one is needed, and ends with an exit code. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync } from 'node:fs'
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { askLab, serveControl } from './control.ts'
import type { LabPicture } from './control.ts'
import { startBusyClients } from './busy-clients.ts'
import { reserveDoor } from './door-socket.ts'
import type { DoorWish } from './door-socket.ts'
import { runOnHost } from './enter-host.ts'
import { eventually } from './eventually.ts'
import { FAULTS, readFault } from './fault.ts'
import { forEver, listenForInterruption, unlessAborted } from './interruption.ts'
import { createLab } from './lab.ts'
import { labConfig } from './lab-config.ts'
import { parseLineSpecs } from './line-spec.ts'
import { ownName } from './own-name.ts'
import { pictureText } from './picture-text.ts'
import { enterPrivateWorld } from './private-world.ts'
import { makeRuntimeDirectory, removeLog, runtimePaths } from './runtime-directory.ts'
import { askRunning, askWhoeverRuns, endRunning, NoLab } from './running-lab.ts'
import { FAREWELL, runShow } from './show.ts'
import { showDoor } from './shown-door.ts'
import { createStage } from './stage.ts'
import { MOST_CLIENTS, planTopology } from './topology.ts'
import type { LineOptions } from './topology.ts'

/** As documented for the command. */
const EXIT = { done: 0, couldNot: 1, wrongUsage: 2, notReachable: 4, interrupted: 130 } as const

interface WorldOptions {
  /** Absent: the lab's default. */
  readonly lines?: readonly LineOptions[]
  readonly clients: number
  readonly port: DoorWish
}

interface StayOptions extends WorldOptions {
  readonly idle?: true
}

/** @returns the exit code */
export async function labCommand(argv: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.done
  const act =
    <Arguments extends unknown[]>(work: (...args: Arguments) => Promise<number>) =>
    async (...args: Arguments): Promise<void> => {
      exitCode = await work(...args)
    }
  try {
    await commandLine(act, argv).parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrongUsage
    return complain(error)
  }
}

/** For the Tab key: the commands of the lab, and the names of those who are in a running one. */
export const labCompletion = () => ({
  program: commandLine(() => () => Promise.resolve(), []),
  live: {
    line: async () =>
      (await askRunning({ do: 'status' })).lines.map(({ name, state }) => ({ value: name, means: state })),
    host: async () => Object.keys((await askRunning({ do: 'status' })).hosts).map((value) => ({ value })),
  },
})

const WRONG_USAGE = 'MH190'

/** With the codes of `api/codes.ts`. @returns the exit code */
function complain(error: unknown): number {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof NoLab) {
    process.stderr.write(`${message}\n`)
    return EXIT.notReachable
  }
  const isWrongUsage = error instanceof RangeError
  process.stderr.write(`error[${isWrongUsage ? WRONG_USAGE : 'MH590'}]: ${message}\n`)
  return isWrongUsage ? EXIT.wrongUsage : EXIT.couldNot
}

type Act = <Arguments extends unknown[]>(
  work: (...args: Arguments) => Promise<number>,
) => (...args: Arguments) => Promise<void>

function commandLine(act: Act, argv: readonly string[]): Command {
  const program = new Command('multihome lab')
    .description(
      'Pretend providers and clients in network namespaces, with real packets and the real daemon.',
    )
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, `error[${WRONG_USAGE}]: `)),
    })
    .enablePositionalOptions()
    .showSuggestionAfterError()
  const withWorld = (command: Command): Command =>
    command
      .option('--lines <list>', 'names and speeds (default: fiber:100mbit,dsl:20mbit)', readLines)
      .option('--clients <number>', 'hosts on the LAN', readClients, 17)
      .addOption(
        new Option('--port <number>', 'of the dashboard on localhost, or off')
          .argParser(readPort)
          .default('usual', '8223, or the next one that is free'),
      )

  withWorld(program)
    .option('--connections <number>', 'how many the clients make', readNumber, 3000)
    .argument('[word]')
    .usage('[options] [command]')
    .action(
      act((word: string | undefined, options: WorldOptions & { connections: number }) =>
        word === undefined ? show(options) : noSuchCommand(word, program),
      ),
    )
  withWorld(program.command('up'))
    .description('build a lab that stays, with the daemon running on its router')
    .option('--idle', 'with clients that do nothing by themselves')
    .action(act((options: StayOptions) => up(options, argv.slice(1))))
  withWorld(program.command('hold', { hidden: true }))
    .option('--idle')
    .action(act((options: StayOptions) => hold(options)))
  program
    .command('status')
    .description('what is there')
    .option('--json', 'as JSON')
    .action(
      act(async ({ json }: { json?: true }) => print(await askRunning({ do: 'status' }), json === true)),
    )
  program
    .command('exec')
    .description('run a command on a host: internet, router, switch, isp-LINE, client-1 and on')
    .argument('<host>')
    .argument('<command...>')
    .passThroughOptions()
    .action(
      act(async (host: string, command: string[]) =>
        // Everything behind the host is the command's, but for the word that says so.
        runOnHost(await askRunning({ do: 'status' }), host, command[0] === '--' ? command.slice(1) : command),
      ),
    )
  for (const [what, description] of LINE_COMMANDS)
    program
      .command(what)
      .description(description)
      .argument('<line>')
      .action(act((line: string) => play(what, line)))
  program
    .command('fault')
    .description('let something be wrong with a line, besides what is wrong already')
    .argument('<line>')
    .addArgument(new Argument('<kind>').choices(Object.keys(FAULTS)))
    .argument('[value]', 'how much of it')
    .addHelpText('after', faultList())
    .action(act((line: string, kind: string, value: string | undefined) => inflict(line, kind, value)))
  program
    .command('faults')
    .description('play every fault in turn, with traffic of every kind, and say what became of it (minutes)')
    .option('--only <names...>', 'only these')
    .option('--json', 'as JSON, at the end')
    .action(act((options: { only?: string[]; json?: true }) => faults(options)))
  program
    .command('down')
    .description('remove it all')
    .action(act(() => down()))
  return program
}

/** A word where none belongs is a mistyped command. */
async function noSuchCommand(word: string, program: Command): Promise<number> {
  const { nearest } = await import('../config/index.ts') // only after a typo: it brings the YAML parser along
  const near = nearest(
    word,
    program.commands.map((command) => command.name()),
  )
  const hint = near === undefined ? 'multihome lab --help names them all.' : `Did you mean ${near}?`
  process.stderr.write(`There is no command "lab ${word}". ${hint}\n`)
  return EXIT.wrongUsage
}

const LINE_COMMANDS = [
  ['cut', 'take the cable of a line away'],
  ['blackhole', 'let the provider drop everything, without a word'],
  ['restore', 'mend all that is wrong with a line'],
] as const

async function show(options: WorldOptions & { connections: number }): Promise<number> {
  await refuseImpossible(options)
  runtimePaths(process.env) // by whoever asks for the lab: inside everybody is root
  const door = await reserveDoor(options.port)
  enterPrivateWorld()
  using paths = makeRuntimeDirectory(process.env)
  const interruption = listenForInterruption()
  const outcome = await runShow(createStage(process.stdout), {
    ...options,
    door,
    signal: interruption.signal,
    open: (lab, shown) =>
      serveControl(lab, paths.socket, { door: shown, takeDown: () => interruption.interrupt() }),
  })
  return interruption.exitCode ?? OUTCOME_EXIT[outcome]
}

async function faults({ only = [], json }: { only?: readonly string[]; json?: true }): Promise<number> {
  const { rowsNamed, runFaults } = await import('./failover/run-faults.ts')
  const rows = rowsNamed(only)
  enterPrivateWorld()
  const interruption = listenForInterruption()
  const { signal } = interruption
  const outcome = await runFaults(createStage(process.stdout), { rows, json: json === true, signal })
  return interruption.exitCode ?? OUTCOME_EXIT[outcome]
}

const OUTCOME_EXIT = {
  'as-wished': EXIT.done,
  'not-as-wished': EXIT.couldNot,
  interrupted: EXIT.interrupted,
} as const

/**
 * Before anything else happens. The lab itself could do with more names than the daemon's configuration file.
 * @throws {RangeError}
 */
async function refuseImpossible(options: WorldOptions): Promise<void> {
  const { lines } = planTopology(options)
  const { lineName } = await import('../config/index.ts') // brings the YAML parser along
  for (const { name } of lines) {
    const valid = lineName(name)
    if (!valid.ok) throw new RangeError(`${valid.error.message}: ${valid.error.label}`)
  }
}

/** Starts the owner of a lab in the background and waits until it answers. */
async function up(options: WorldOptions, worldArguments: readonly string[]): Promise<number> {
  await refuseImpossible(options)
  using paths = makeRuntimeDirectory(process.env)
  const { socket, log } = paths
  if ((await askLab(socket, { do: 'status' })) !== undefined)
    throw new Error(`a lab is up already; "${ownName()} lab down" removes it`)
  const output = openSync(log, 'w', 0o600)
  const [, program = ''] = process.argv
  const owner = spawn(process.execPath, [...process.execArgv, program, 'lab', 'hold', ...worldArguments], {
    detached: true,
    stdio: ['ignore', output, output],
  })
  const ended = once(owner, 'exit').then(() => {
    const said = readFileSync(log, 'utf8').trim()
    removeLog(paths)
    throw new Error(`the lab could not be built:\n${said.replace(/^error\[\w+\]: /gm, '')}`)
  })
  const answered = eventually(
    () => askLab(socket, { do: 'status' }),
    (answer) => answer !== undefined,
    { what: 'the lab answers', timeoutMs: 30_000 },
  )
  await Promise.race([answered, ended])
  ended.catch(() => {}) // it may end as it likes from here on
  owner.unref()
  return print(await askRunning({ do: 'status' }), false)
}

async function hold({ port, idle, ...options }: StayOptions): Promise<number> {
  const reserved = await reserveDoor(port)
  enterPrivateWorld()
  using paths = makeRuntimeDirectory(process.env)
  const interruption = listenForInterruption()
  const { signal } = interruption
  await unlessAborted(signal, async () => {
    await using lab = await createLab({ ...options, signal })
    await lab.startDaemon({ config: labConfig(lab.topology) })
    using door = await showDoor(lab, reserved)
    using control = await serveControl(lab, paths.socket, { door, takeDown: () => interruption.interrupt() })
    if (control === undefined) throw new Error('another lab was faster')
    using _ = idle === true ? undefined : startBusyClients(lab)
    await forEver(signal)
  })
  removeLog(paths)
  return EXIT.done
}

async function down(): Promise<number> {
  await endRunning()
  process.stdout.write(`${FAREWELL}\n`)
  return EXIT.done
}

async function play(what: 'cut' | 'blackhole' | 'restore', line: string): Promise<number> {
  const { lab, note } = await askWhoeverRuns({ do: what, line })
  if (note !== undefined) process.stdout.write(`${note}\n`)
  return print(lab, false)
}

async function inflict(line: string, kind: string, value: string | undefined): Promise<number> {
  const fault = readFault(kind, value)
  if (!fault.ok) throw new RangeError(fault.error)
  const { lab, note } = await askWhoeverRuns({ do: 'fault', line, fault: fault.value })
  process.stdout.write(`${note}\n`)
  return print(lab, false)
}

/** What there is, for the help. */
const faultList = (): string =>
  [
    '',
    'Kinds:',
    ...Object.entries(FAULTS).map(([kind, { does, value }]) => {
      const usual = value === undefined ? '' : ` (${value.form}, usually ${value.usual})`
      return `  ${kind.padEnd(15)} ${does}${usual}`
    }),
  ].join('\n')

function print(lab: LabPicture, asJson: boolean): number {
  process.stdout.write(`${asJson ? JSON.stringify(lab) : pictureText(lab)}\n`)
  return EXIT.done
}

function readLines(text: string): readonly LineOptions[] {
  const parsed = parseLineSpecs(text)
  if (!parsed.ok) throw new InvalidArgumentError(parsed.error)
  return parsed.value
}

function readNumber(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('expected a number from 1')
  return number
}

function readClients(text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1 && number <= MOST_CLIENTS) return number
  throw new InvalidArgumentError(`expected a number from 1 to ${MOST_CLIENTS}`)
}

function readPort(text: string): DoorWish {
  if (text === 'off') return text
  const port = readNumber(text)
  if (port > 65_535) throw new InvalidArgumentError('expected a number up to 65535, or off')
  return port
}
