/**
 * Which way imports may point. Three tables say it all; what is not in them is refused, with the row's reason.
 * `imports.test.ts` holds all of src/ against them.
 */
import { posix } from 'node:path'
import type { Import } from './imports-of.ts'

/** The way is `model <- config, plan, render, health, notify, kernel, history <- daemon <- api <- cli, web`, and `lab` beside it. */
const ROOMS: Readonly<Record<string, { readonly uses: readonly string[]; readonly because: string }>> = {
  model: { uses: [], because: 'the model is plain words that everyone speaks, so it can depend on nobody' },
  config: { uses: ['model'], because: 'config turns text into a Config or problems, and knows nothing else' },
  plan: {
    uses: ['model'],
    because: 'plan is pure and never meets the kernel: both speak the model, the daemon joins them',
  },
  render: { uses: ['model'], because: 'render is pure: steps in, text an operator could type out' },
  health: {
    uses: ['model'],
    because: 'health judges samples it is handed; of the kernel it may know the types in port.ts',
  },
  notify: {
    uses: ['model'],
    because:
      'notify says what becomes a message, when, and in which words; who sends it is none of its business',
  },
  kernel: {
    uses: ['model', 'render'],
    because: 'the kernel room carries out steps and reads back, and decides nothing',
  },
  history: {
    uses: ['model'],
    because: 'history keeps what it is handed and gives it back; what happens, others tell it',
  },
  daemon: {
    uses: ['model', 'config', 'plan', 'render', 'health', 'notify', 'kernel', 'history'],
    because: 'the daemon joins the rooms below it; whoever shows it is a guest and comes after it',
  },
  api: { uses: ['model', 'config', 'plan', 'daemon'], because: 'the api serves the daemon to its guests' },
  cli: {
    uses: ['model', 'config', 'render'],
    because:
      'the command is a guest: it knows the contract, the client and the offline commands, not the daemon',
  },
  web: {
    uses: ['model'],
    because:
      'the dashboard is a guest: it knows the documents of the contract, and words it shares with the command',
  },
  lab: {
    uses: ['model', 'config', 'render'],
    because: 'the lab builds a world around the real daemon and talks to it as any guest does',
  },
}

/**
 * From outside a room is entered by its index.ts, its table of contents. These files are doors besides it:
 * open to the rooms named, or to everyone who may use the room anyway.
 */
const DOORS: readonly Door[] = [
  {
    file: 'src/api/contract.ts',
    to: ['cli', 'lab', 'web'],
    because: 'the wire types are shared by both ends',
  },
  {
    file: 'src/api/client.ts',
    to: ['cli', 'lab'],
    because: 'guests reach the daemon through the client',
  },
  {
    file: 'src/api/access.ts',
    to: ['lab'],
    because: "the lab's own door keeps out the pages that the daemon's keeps out",
  },
  {
    file: 'src/api/problems.ts',
    to: ['lab'],
    because: "what the lab's own door refuses is told as the daemon tells it",
  },
  {
    file: 'src/api/documents.ts',
    to: ['cli'],
    because: 'what is asked without a daemon is answered in the same documents',
  },
  {
    file: 'src/api/code-entries.ts',
    to: ['cli'],
    because: 'explain tells of every code without asking the daemon',
  },
  { file: 'src/api/fake.ts', to: [], because: 'a pretend daemon for tests' },
  {
    file: 'src/config/json-schema.ts',
    to: ['cli'],
    because: 'it loads zod, so it stands apart from the table of contents',
  },
  {
    file: 'src/config/reference.ts',
    to: ['cli'],
    because: 'explain tells what the reference tells, and need not wait for the YAML parser',
  },
  {
    file: 'src/config/nearest.ts',
    to: ['cli'],
    because: 'a typo is answered without waiting for the YAML parser',
  },
  { file: 'src/daemon/control.ts', to: ['api'], because: 'what the api may ask of the daemon' },
  { file: 'src/daemon/run.ts', to: [], because: 'main.ts starts the daemon, and loads nothing else for it' },
  ...['duration', 'amounts', 'looks', 'probe-words', 'report-facts', 'report-page', 'volume-words'].map(
    (name) => ({
      file: `src/cli/${name}.ts`,
      to: ['web'],
      because: 'numbers, ages, states and findings are written alike on every screen',
    }),
  ),
  ...['plan-summary', 'trace-sentences'].map((name) => ({
    file: `src/cli/${name}.ts`,
    to: ['web'],
    because: 'what would happen is told in the same sentences on every screen',
  })),
  {
    file: 'src/cli/terminal.ts',
    to: [],
    because: 'main.ts hands the command its terminal, and loads it only for a live view',
  },
  {
    file: 'src/cli/person.ts',
    to: [],
    because: 'main.ts hands in who can be asked, and loads it for those commands alone',
  },
  { file: 'src/lab/command.ts', to: [], because: 'main.ts starts the lab, and loads nothing else for it' },
  { file: 'src/daemon/offline.ts', to: ['cli'], because: 'check, plan and down work without a daemon' },
  {
    file: 'src/kernel/port.ts',
    to: ['health', 'daemon'],
    typeOnly: true,
    because: 'the kernel as an interface',
  },
  {
    file: 'src/kernel/ask-target.ts',
    to: [],
    because: 'a probe whose sockets are made at once, for tests that ask from a host of the lab',
  },
  {
    file: 'src/kernel/prober.ts',
    to: ['daemon'],
    because:
      'it loads koffi, so it stands apart from the table of contents; for the thread that watches lines',
  },
  {
    file: 'src/kernel/line-counters.ts',
    to: ['daemon'],
    because:
      'it loads koffi, so it stands apart from the table of contents; for the thread that watches lines',
  },
  {
    file: 'src/kernel/port-holder.ts',
    to: ['lab'],
    because: 'who has the port that the lab wants is asked as the daemon asks',
  },
  {
    file: 'src/kernel/control-group.ts',
    to: [],
    because: 'main.ts hands it to the command that runs others, and loads nothing else for it',
  },
  { file: 'src/kernel/fake.ts', to: [], because: 'a pretend kernel for tests' },
  {
    file: 'src/kernel/ffi.ts',
    to: ['lab'],
    because: 'the lab makes namespaces and sockets by the same door to libc',
  },
]
interface Door {
  readonly file: string
  readonly to: readonly string[]
  readonly typeOnly?: boolean
  readonly because: string
}

/** Files that at run time may load less than their room. */
const NARROWER: Readonly<Record<string, { readonly uses: readonly string[]; readonly because: string }>> = {
  'src/api/contract.ts': {
    uses: ['model'],
    because: 'the command loads the contract and must not load the daemon with it',
  },
  'src/api/client.ts': {
    uses: ['model'],
    because: 'the command loads the client and must not load the daemon with it',
  },
  'src/api/code-entries.ts': {
    uses: ['model'],
    because: 'the command loads the codes and must not load the daemon with them',
  },
  'src/api/documents.ts': {
    uses: ['model'],
    because: 'the command loads the documents and must not load the daemon with them',
  },
}

const EVERYONE = '*'

/** Node's modules and npm packages: who may use them. `kernel` and `lab` are where the system is touched. */
const OUTSIDE: Readonly<Record<string, { readonly by: readonly string[]; readonly because: string }>> = {
  'node:path': { by: [EVERYONE], because: 'pure' },
  'node:util': { by: [EVERYONE], because: 'pure' },
  'node:events': { by: [EVERYONE], because: 'pure' },
  'node:child_process': {
    by: ['kernel', 'lab'],
    because: 'only the kernel room and the lab start processes',
  },
  'node:dgram': {
    by: ['kernel', 'lab'],
    because: 'only the kernel room and the lab open sockets to the network',
  },
  'node:dns': { by: ['kernel'], because: 'names are resolved as the box does, and asking is traffic' },
  'node:net': {
    by: ['kernel', 'lab', 'daemon', 'api'],
    because: 'only the kernel room and the lab open sockets to the network; daemon and api for local ones',
  },
  'node:http': {
    by: ['api', 'kernel', 'lab'],
    because: 'the api speaks HTTP, a probe may ask for a page, the lab plays servers and clients',
  },
  'node:tls': { by: ['kernel'], because: 'a probe may ask for a page over HTTPS' },
  'node:fs': {
    by: ['kernel', 'lab', 'history', 'daemon', 'api', 'cli', 'main'],
    because:
      'pure rooms read no files: the daemon and its history keep its state directory, the command reads what the operator names',
  },
  'node:os': {
    by: ['kernel', 'lab', 'daemon', 'api', 'cli', 'main'],
    because: 'pure rooms do not ask the machine',
  },
  'node:process': {
    by: ['kernel', 'lab', 'daemon', 'api', 'cli', 'main'],
    because: 'pure rooms do not ask the machine',
  },
  'node:sqlite': { by: ['history'], because: 'what is remembered lies in one file with one owner' },
  'node:timers': {
    by: ['kernel', 'lab', 'history', 'daemon', 'api', 'cli'],
    because: 'pure rooms are handed the time',
  },
  'node:perf_hooks': { by: ['kernel', 'lab', 'daemon'], because: 'pure rooms are handed the time' },
  'node:crypto': {
    by: ['plan', 'notify', 'kernel', 'lab', 'daemon', 'api'],
    because: 'for hashes and signatures; pure rooms are handed the dice',
  },
  'node:readline': { by: ['kernel', 'lab', 'cli'], because: 'lines from a child or a person' },
  'node:stream': {
    by: ['kernel', 'lab', 'daemon', 'api', 'cli'],
    because: 'pure rooms take and return values',
  },
  'node:tty': { by: ['lab', 'cli'], because: 'only commands have a screen' },
  'node:url': { by: ['lab', 'cli', 'main'], because: 'to find the program itself' },
  'node:worker_threads': { by: ['lab', 'daemon'], because: 'whoever owns a loop may give it a thread' },
  'node:test': { by: [], because: 'only tests test' },
  'node:assert': { by: [], because: 'the program returns a Result or throws; only tests assert' },
  'fast-check': {
    by: ['src/daemon/any-life.ts'],
    because: 'only tests are made at random; what several of them share stands in one file',
  },
  preact: { by: ['web'], because: 'only the dashboard has a page' },
  '@preact/signals': { by: ['web'], because: 'only the dashboard has a page' },
  uplot: { by: ['web'], because: 'only the dashboard has charts' },
  koffi: {
    by: ['src/kernel/ffi.ts'],
    because: 'C functions have one door, so that node:ffi can replace koffi there',
  },
  yaml: { by: ['config'], because: 'text becomes a Config in one room' },
  zod: {
    by: ['config', 'api'],
    because: 'what comes from outside is checked at the door and trusted inside',
  },
  'ipaddr.js': { by: ['model', 'config'], because: 'after the door an address is a value of the model' },
  commander: { by: ['cli', 'lab', 'main'], because: 'only commands have arguments' },
  pino: { by: ['daemon'], because: 'the daemon keeps the log' },
  nodemailer: {
    by: ['src/kernel/mail-over-line.ts'],
    because: 'mail is sent in one place, and nobody else should load what it weighs',
  },
  '@asteasolutions/zod-to-openapi': { by: ['api'], because: 'the api describes itself' },
}

/** @returns why the import is refused, `undefined` if it may stay. */
export function refusal(found: Import): string | undefined {
  const why = isInside(found.target) ? refusedInside(found) : refusedOutside(found)
  return why && `${found.file}:${found.line} imports ${found.target}: ${why}`
}

const isInside = (target: string): boolean => target.startsWith('.')

/** What tests with packets share, here and in virtual machines. */
const FOR_TESTS = ['src/lab/scenarios/', 'src/lab/vm/']

// A test stands outside the rooms: it may join any of them, by their doors.
const isTest = (file: string): boolean =>
  file.endsWith('.test.ts') || FOR_TESTS.some((folder) => file.startsWith(folder))

function refusedInside({ file, target, typeOnly }: Import): string | undefined {
  const from = roomOf(file)
  const path = posix.join(posix.dirname(file), target)
  const to = roomOf(path)
  const wired = from === 'main' // main.ts wires the rooms together and may enter all of them

  if (!path.startsWith('src/')) {
    return wired || isTest(file) ? undefined : 'what is shipped lies in src/; only main.ts reads package.json'
  }
  if (isTest(path) && !isTest(file)) return 'what tests share is not part of the program'
  if (to === 'main') return 'main.ts wires the rooms together; nobody imports it'
  const rules = ROOMS[from]
  if (!rules && !wired) return `the room ${from} is in no table; give it a row in scripts/imports.ts`

  const narrower = NARROWER[file]
  if (narrower && !typeOnly && to !== from && !narrower.uses.includes(to)) return narrower.because
  if (to === from) return undefined

  // The schemas load zod, and nothing of Node is in a browser.
  if (from === 'web' && to === 'api' && !typeOnly && !isTest(file)) return 'a page knows the documents as types: import it as a type' // prettier-ignore
  const door = DOORS.find((one) => one.file === path)
  if (door && (wired || isTest(file) || door.to.includes(from))) {
    if (door.typeOnly && !typeOnly && !isTest(file)) return `${door.because}: import it as a type`
    return undefined
  }
  if (!wired && !isTest(file) && !rules?.uses.includes(to)) return rules?.because
  if (door || path === `src/${to}/index.ts`) return undefined
  return `from outside, a room is entered by its index.ts; what is not in src/${to}/index.ts is private`
}

function refusedOutside({ file, target, typeOnly }: Import): string | undefined {
  if (isTest(file)) return undefined
  if (typeOnly && target.startsWith('node:')) return undefined
  const row = OUTSIDE[packageOf(target)]
  if (!row) return 'it is in no table yet; give it a row with its reason in scripts/imports.ts'
  const allowed = [EVERYONE, file, roomOf(file)]
  return row.by.some((who) => allowed.includes(who)) ? undefined : row.because
}

/** `src/plan/diff.ts` is in `plan`; what lies in src/ itself is `main`. */
function roomOf(path: string): string {
  const [, room, inside] = path.split('/')
  return room === undefined || inside === undefined ? 'main' : room
}

/** `node:timers/promises` belongs to `node:timers`, `@scope/x/y` to `@scope/x`. */
const packageOf = (target: string): string =>
  target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/')
