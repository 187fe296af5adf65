import { Option } from 'commander'
import type { Command } from 'commander'
import type { Surroundings } from './surroundings.ts'
import type { ColorWhen } from './style.ts'

/** What every command may be told, by flag or by environment. */
export interface Settings {
  readonly configFile: string
  readonly stateDir: string
  readonly socketPath: string
  readonly json: boolean
  readonly color: ColorWhen
  readonly ascii: boolean
}

const DEFAULTS = {
  MULTIHOMED_CONFIG: '/etc/multihomed/config.yaml',
  MULTIHOMED_STATE_DIR: '/var/lib/multihomed',
  MULTIHOMED_SOCKET: '/run/multihomed/multihomed.sock',
} as const

type Variable = keyof typeof DEFAULTS

const withDefault = (what: string, variable: Variable): string =>
  `${what} (default: $${variable} or ${DEFAULTS[variable]})`

export function addSettings(program: Command): void {
  program
    .option('--config <file>', withDefault('configuration file', 'MULTIHOMED_CONFIG'))
    .option('--state-dir <folder>', withDefault('what outlives a restart', 'MULTIHOMED_STATE_DIR'))
    .option('--socket <path>', withDefault("the daemon's socket", 'MULTIHOMED_SOCKET'))
    .option('--json', 'one JSON document on stdout, also on failure (not of run and lab)')
    .addOption(
      new Option('--color <when>', 'colour the text').choices(['auto', 'always', 'never']).default('auto'),
    )
    .option('--ascii', 'no signs outside ASCII (default without a UTF-8 locale)')
}

/** @param file the `[FILE]` of `check` and `plan`, which beats `--config` */
export function readSettings(program: Command, env: Surroundings['env'], file?: string): Settings {
  const options: {
    config?: string
    stateDir?: string
    socket?: string
    json?: true
    color?: ColorWhen
    ascii?: true
  } = program.opts()
  // An empty variable counts as none, as a line `MULTIHOMED_CONFIG=` in a unit's EnvironmentFile would be.
  const from = (variable: Variable): string => env[variable] || DEFAULTS[variable]
  return {
    configFile: file ?? options.config ?? from('MULTIHOMED_CONFIG'),
    stateDir: options.stateDir ?? from('MULTIHOMED_STATE_DIR'),
    socketPath: options.socket ?? from('MULTIHOMED_SOCKET'),
    json: options.json === true,
    color: options.color ?? 'auto',
    ascii: options.ascii === true,
  }
}
