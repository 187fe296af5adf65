/** The command as a whole: what is typed, what is printed where, and the exit code. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, before, test } from 'node:test'
import { createApi } from '../api/index.ts'
import { VALUES, fakeControl } from '../api/fake.ts'
import { fail, ok } from '../model/index.ts'
import { runCommand } from './index.ts'
import type { Offline, RunOptions, Surroundings } from './index.ts'

type Control = ReturnType<typeof fakeControl>

const folder = mkdtempSync(join(tmpdir(), 'multihomed-cli-'))
after(() => rmSync(folder, { recursive: true }))

const socketPath = join(folder, 'daemon.sock')
const nobodyThere = join(folder, 'nobody.sock')

/** What the daemon that all tests talk to answers now. */
let control: Partial<Control> = {}
const bugs: unknown[] = []
let api: { close(): Promise<void> } | undefined
before(async () => {
  const now = () => fakeControl(control)
  const daemon = fakeControl({
    status: () => now().status(),
    apply: (options) => now().apply(options),
    confirm: () => now().confirm(),
    undo: () => now().undo(),
    down: (options) => now().down(options),
    hold: (line, group) => now().hold(line, group),
    letGo: (group) => now().letGo(group),
    drain: (name, options) => now().drain(name, options),
    undrain: (name) => now().undrain(name),
    weigh: (name, weight) => now().weigh(name, weight),
    trace: (request) => now().trace(request),
    monthOf: (line, month) => now().monthOf(line, month),
    clientsOf: (line, month) => now().clientsOf(line, month),
  })
  const started = await createApi(daemon, { onBug: (error) => bugs.push(error) }).listen(socketPath)
  assert.ok(started.ok)
  api = started.value
})
after(() => api?.close())

const CONFIG_PROBLEM = {
  code: 'MH203',
  severity: 'error',
  message: '"wieght" is not a key of a line',
  file: 'config.yaml',
  line: 9,
  column: 5,
} as const
const PICTURE = 'error[MH203]: "wieght" is not a key of a line\n  --> config.yaml:9:5\n1 error.'

const fakeOffline = (answers: Partial<Offline> = {}): Offline => ({
  lookAround: () => assert.fail('nobody looks around'),
  whereToWrite: (file) => Promise.resolve({ is: 'writable', path: file, beside: false }),
  writeNew: () => Promise.resolve(ok(undefined)),
  checkOffline: () =>
    Promise.resolve({ ok: true, text: '', problems: [], notes: [], watching: [], onlyFile: false }),
  examineOffline: () => Promise.resolve({ problems: [], notes: [], findings: [], unseen: [] }),
  gatherReport: () =>
    Promise.resolve({
      config: ok('lines: {}\n'),
      former: [],
      secrets: [],
      distribution: 'Debian',
      listings: [],
    }),
  planOffline: () => Promise.resolve(ok(VALUES.plan)),
  downOffline: ({ dryRun }) => Promise.resolve(ok({ ...VALUES.down, dryRun })),
  ...answers,
})

interface Outcome {
  readonly exitCode: number
  readonly out: string
  readonly err: string
}

interface Circumstances {
  readonly env?: NodeJS.ProcessEnv
  readonly offline?: Partial<Offline>
  readonly run?: Surroundings['run']
  readonly lab?: Surroundings['lab']
  readonly hasServiceUnit?: true
  readonly controlGroup?: Awaited<ReturnType<Surroundings['makeControlGroup']>>
}

const NO_GROUP = fail({ is: 'not-permitted', said: '/sys/fs/cgroup/multihome-use-7: EACCES' } as const)

async function type(line: string, circumstances: Circumstances = {}): Promise<Outcome> {
  let out = ''
  let err = ''
  const exitCode = await runCommand({
    argv: line.split(' ').filter((word) => word !== ''),
    env: { LANG: 'C.UTF-8', MULTIHOMED_SOCKET: socketPath, ...circumstances.env },
    stdin: new PassThrough(),
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
    version: '1.2.3',
    nowMs: () => Date.UTC(2026, 10, 22),
    offline: () => Promise.resolve(fakeOffline(circumstances.offline)),
    run: circumstances.run ?? (() => assert.fail('no daemon was asked for')),
    lab: circumstances.lab ?? (() => assert.fail('no lab was asked for')),
    terminal: () => Promise.resolve(undefined),
    person: () => Promise.resolve(undefined),
    labCompletion: () => assert.fail('nothing of the lab was asked for'),
    hasServiceUnit: () => circumstances.hasServiceUnit === true,
    configSchema: () => Promise.resolve({ title: 'schema' }),
    makeControlGroup: () => Promise.resolve(circumstances.controlGroup ?? NO_GROUP),
    interruption: () => ({ signal: AbortSignal.abort(), [Symbol.dispose]: () => undefined }),
  })
  return { exitCode, out, err }
}

interface Row {
  readonly name: string
  readonly line: string
  readonly control?: Partial<Control>
  readonly circumstances?: Circumstances
  readonly exitCode: number
  readonly out?: RegExp
  readonly err?: RegExp
  /** `kind` of the document that `--json` prints; absent: the command prints none. */
  readonly kind?: string
}

const refusedApply: Control['apply'] = () =>
  Promise.resolve({ is: 'refused', text: PICTURE, problems: [CONFIG_PROBLEM] })
const noLine: Control['status'] = () =>
  Promise.resolve({
    ...VALUES.status,
    lines: VALUES.status.lines.map((line) => ({ ...line, state: 'down', wantedShare: 0 }) as const),
  })
const healthy: Control['status'] = () =>
  Promise.resolve({ ...VALUES.status, lines: VALUES.status.lines.slice(0, 1) })
const drained = (line: Partial<(typeof VALUES.status.lines)[number]>) =>
  ({ is: 'done', status: VALUES.status, line: { ...VALUES.drained, ...line } }) as const
const otherwise: Control['trace'] = () =>
  Promise.resolve(
    ok({
      ...VALUES.trace,
      kernel: {
        is: 'different',
        answers: [{ command: 'ip route get 203.0.113.80', says: 'wan2, table 254', agrees: false }],
      },
    }),
  )
const MEASURED = VALUES.applied.measured ?? assert.fail('the example was measured')
const noDaemon = { env: { MULTIHOMED_SOCKET: nobodyThere } }
const refusedFile = { code: 'config', text: PICTURE, problems: [CONFIG_PROBLEM] } as const

/** True whether it ran before, never, or was taken down; and the errno is for programs. */
const NOT_RUNNING = (help: string) =>
  new RegExp(
    String.raw`^error\[MH701\]: multihomed is not running: nobody answers on\s+\S+nobody\.sock\n {4}= what it set in the kernel, if it ran before, goes on working; nobody\n {6}watches\n {4}= help: ${help}\n$`,
  )

const ROWS: readonly Row[] = [
  { name: 'status', line: 'status', exitCode: 0, out: /● fiber {2}up/, kind: 'Status' },
  { name: 'status --check, all', line: 'status --check', control: { status: healthy }, exitCode: 0, out: /^Internet works over fiber\.\n$/, kind: 'Status' },
  { name: 'status --check, some', line: 'status --check', exitCode: 11, out: /^Internet works over fiber\. dsl is down/, kind: 'Status' },
  { name: 'status --check, none', line: 'status --check', control: { status: noLine }, exitCode: 12, out: /^No line is in use/, kind: 'Status' },
  { name: 'status without being asked for an answer', line: 'status', control: { status: noLine }, exitCode: 0, kind: 'Status' },
  { name: 'status without a daemon', line: 'status', circumstances: noDaemon, exitCode: 4, err: NOT_RUNNING('sudo multihome run'), kind: 'Error' },
  { name: 'status without a daemon, where systemd has a unit', line: 'status', circumstances: { ...noDaemon, hasServiceUnit: true }, exitCode: 4, err: NOT_RUNNING('sudo systemctl start multihomed'), kind: 'Error' },
  { name: 'lines', line: 'lines', exitCode: 0, out: /INTERFACE/, kind: 'Lines' },
  { name: 'lines LINE', line: 'lines fiber', exitCode: 0, out: /^● fiber\nstate/, kind: 'Line' },
  { name: 'lines with a typo', line: 'lines fibr', exitCode: 2, err: /there is no line "fibr"\n.*did you mean fiber\?/, kind: 'Error' },
  { name: 'trace', line: 'trace 10.0.0.12 → example.org:443', exitCode: 0, out: /^10\.0\.0\.12 → example\.org \(203\.0\.113\.80\), tcp 443\n.*Line {3}fiber, through 198\.51\.100\.1/s, kind: 'Trace' },
  { name: 'trace --exit-code, where a line takes it', line: 'trace 10.0.0.12 example.org --exit-code', exitCode: 0, kind: 'Trace' },
  { name: 'trace --exit-code, where the kernel says otherwise', line: 'trace 10.0.0.12 -> example.org --exit-code', control: { trace: otherwise }, exitCode: 14, out: /Kernel says {4}OTHERWISE: wan2/, kind: 'Trace' },
  { name: 'trace, where the kernel says otherwise and nobody asked for a code', line: 'trace 10.0.0.12 -> example.org', control: { trace: otherwise }, exitCode: 0, kind: 'Trace' },
  { name: 'trace of half a packet', line: 'trace 10.0.0.12', exitCode: 2, err: /^error\[MH190\]: a packet has two ends, not 1: 10\.0\.0\.12\n.*help: multihome trace/s, kind: 'Error' },
  { name: 'trace with a typo', line: 'trace me example.org --upd', exitCode: 2, err: /^There is no option "--upd"\. Did you mean --udp\?\n$/, kind: 'Error' },
  {
    name: 'trace to a name that is none',
    line: 'trace me exmaple.org',
    control: { trace: () => Promise.resolve(fail({ is: 'no-such-name', name: 'exmaple.org', said: 'there is no such name' })) },
    exitCode: 1,
    err: /^error\[MH720\]: "exmaple\.org" cannot be resolved here: there is no such name/,
    kind: 'Error',
  },
  {
    name: 'trace from one family to the other',
    line: 'trace 10.0.0.12 2001:db8::1',
    control: { trace: () => Promise.resolve(fail({ is: 'two-families', from: '10.0.0.12', to: '2001:db8::1' })) },
    exitCode: 2,
    err: /^error\[MH721\]: nothing goes from 10\.0\.0\.12 to 2001:db8::1/,
    kind: 'Error',
  },
  { name: 'check, right', line: 'check ./x.yaml', exitCode: 0, out: /^\.\/x\.yaml is right\.\n$/, kind: 'Check' },
  {
    name: 'check, wrong',
    line: 'check',
    circumstances: { offline: { checkOffline: () => Promise.resolve({ ok: false, text: PICTURE, problems: [CONFIG_PROBLEM], notes: [], watching: [], onlyFile: false }) } },
    exitCode: 3,
    out: /config\.yaml:9:5\n1 error\.\n$/,
    kind: 'Check',
  },
  { name: 'doctor, all well', line: 'doctor', exitCode: 0, out: /\n\nNothing to fix, 3 notes\./, kind: 'Doctor' },
  { name: 'bugreport', line: 'bugreport /dev/null/x', exitCode: 1, err: /^error\[MH193\]: \/dev\/null\/x cannot be written: its directory is none\n/, kind: 'Error' },
  {
    name: 'doctor, a file that is wrong and a note',
    line: 'doctor',
    circumstances: {
      offline: {
        examineOffline: () =>
          Promise.resolve({
            problems: [CONFIG_PROBLEM],
            notes: [],
            findings: [{ severity: 'note', name: 'ufw', text: 'ufw' }],
            unseen: [],
          }),
      },
    },
    exitCode: 13,
    out: /^FIX {3}config\.yaml:9: "wieght" is not a key of a line\nnote {2}Internet works over fiber[^]*\nnote {2}ufw\nok {4}multihomed[^]*\n\n1 to fix, \d notes\./,
    kind: 'Doctor',
  },
  {
    name: 'check where only the file could be judged',
    line: 'check',
    circumstances: { offline: { checkOffline: () => Promise.resolve({ ok: true, text: '', problems: [], notes: [], watching: [], onlyFile: true }) } },
    exitCode: 0,
    out: /^note\[MH591\]: this box was not looked at, that takes root: sudo multihome check\n\n\S+ is right\.\n$/,
    kind: 'Check',
  },
  { name: 'plan', line: 'plan', exitCode: 0, out: /^1 repair: 1 step\.\n.*ip rule add/s, kind: 'Plan' },
  { name: 'plan --exit-code with changes', line: 'plan --exit-code', exitCode: 10, kind: 'Plan' },
  {
    name: 'plan --exit-code without changes',
    line: 'plan --exit-code',
    circumstances: { offline: { planOffline: () => Promise.resolve(ok({ stepCount: 0, groups: [], besides: [], notes: [] })) } },
    exitCode: 0,
    out: /^Nothing to do/,
    kind: 'Plan',
  },
  { name: 'plan of a refused file', line: 'plan', circumstances: { offline: { planOffline: () => Promise.resolve(fail(refusedFile)) } }, exitCode: 3, err: /config\.yaml:9:5\n1 error\.\n$/, kind: 'Error' },
  {
    name: 'plan without the right',
    line: 'plan',
    circumstances: { offline: { planOffline: () => Promise.resolve(fail({ code: 'not-permitted', text: 'reading the nft table needs CAP_NET_ADMIN' })) } },
    exitCode: 5,
    err: /^error\[MH591\]: reading the nft table needs CAP_NET_ADMIN\n {4}= help: sudo multihome plan\n$/,
    kind: 'Error',
  },
  {
    name: 'plan where the kernel says no',
    line: 'plan',
    circumstances: { offline: { planOffline: () => Promise.resolve(fail({ code: 'kernel', text: 'ip: no such device' })) } },
    exitCode: 1,
    err: /ip: no such device/,
    kind: 'Error',
  },
  { name: 'apply', line: 'apply', exitCode: 0, out: /^Applied in 38 ms\.\n1 repair/, kind: 'Apply' },
  { name: 'apply of a refused file', line: 'apply', control: { apply: refusedApply }, exitCode: 3, err: /config\.yaml:9:5\n1 error\. The running configuration is untouched\.\n$/, kind: 'Error' },
  {
    name: 'apply that failed',
    line: 'apply',
    control: { apply: () => Promise.resolve({ is: 'failed', trouble: 'rolled back' }) },
    exitCode: 1,
    err: /^error\[MH590\].*rolled back/,
    kind: 'Error',
  },
  { name: 'apply --confirm, where nobody can be asked', line: 'apply --confirm 60', exitCode: 0, out: /^before {3}fiber 4 ms {4}dsl: no carrier {2,}1 of 2 work\napply {4}1 step {2,}38 ms\nafter {4}fiber.*\nOn trial: undone in \d+ s unless: multihome confirm\n$/, kind: 'Apply' },
  { name: 'apply --confirm that was worse than before', line: 'apply --confirm 60', control: { apply: () => Promise.resolve({ ...VALUES.applied, is: 'undone', measured: MEASURED, undo: { ...VALUES.undo, why: 'dsl answered before and does not now (no answer)' } }) }, exitCode: 7, out: /1 of 2 work\nUndone: dsl answered before and does not now \(no answer\)\. The\s+configuration\s+of/, kind: 'Apply' },
  { name: 'apply while another one waits', line: 'apply', control: { apply: () => Promise.resolve({ is: 'pending', trial: VALUES.trial }) }, exitCode: 6, err: /^error\[MH604\]: the last change waits to be confirmed, and is undone in \d+ s\n {4}= help: multihome confirm or multihome undo first\n$/, kind: 'Error' },
  { name: 'apply --confirm where nothing can be written down', line: 'apply --confirm 60', control: { apply: () => Promise.resolve({ is: 'unsafe', trouble: 'ENOSPC' }) }, exitCode: 6, err: /^error\[MH605\]: nothing was touched: /, kind: 'Error' },
  { name: 'apply --confirm of no time', line: 'apply --confirm 0', exitCode: 2, err: /from 1 to 3600/, kind: 'Error' },
  { name: 'confirm', line: 'confirm', exitCode: 0, out: /^Kept\. It holds over restarts and reboots too\.\n$/, kind: 'Confirm' },
  { name: 'confirm of nothing', line: 'confirm', control: { confirm: () => Promise.resolve({ is: 'nothing' }) }, exitCode: 1, err: /^error\[MH606\]: nothing waits to be confirmed; what runs stays\n/, kind: 'Error' },
  { name: 'confirm that comes too late', line: 'confirm', control: { confirm: () => Promise.resolve({ is: 'nothing', undone: VALUES.undo }) }, exitCode: 7, err: /^error\[MH607\]: the change was undone at .*: no answer in 60 s\n/, kind: 'Error' },
  { name: 'undo', line: 'undo', exitCode: 0, out: /^Undone: no answer in 60 s\. The configuration of .* is in force\s+again\s+\(12\s+rules, 5\s+routes, 3 nexthops and 1 table read back\)/, kind: 'Undo' },
  { name: 'undo of nothing', line: 'undo', control: { undo: () => Promise.resolve({ is: 'nothing' }) }, exitCode: 1, err: /^error\[MH608\]: there is nothing to go back to/, kind: 'Error' },
  { name: 'undo that the kernel refuses', line: 'undo', control: { undo: () => Promise.resolve({ is: 'failed', trouble: 'nft: busy' }) }, exitCode: 1, err: /^error\[MH590\]: it is not undone yet, and tried again and again: nft: busy\n/, kind: 'Error' },
  { name: 'drain', line: 'drain fiber', control: { drain: () => Promise.resolve(drained({ sinceMs: Date.now() })) }, exitCode: 0, out: /^fiber takes no new connections from now on \(\d\d:\d\d:\d\d\)\. 1204 are still open\.\n$/, kind: 'Line' },
  { name: 'drain of the last line', line: 'drain fiber', control: { drain: () => Promise.resolve({ is: 'last-line', works: true, others: VALUES.status.lines.slice(1) }) }, exitCode: 6, err: /^error\[MH601\]: fiber is the only line that works; draining it cuts everyone off\n {4}= dsl is down since .*: no carrier\n {4}= help: wait for another one, or add --force\n$/, kind: 'Error' },
  { name: 'drain where nothing works', line: 'drain fiber', control: { drain: () => Promise.resolve({ is: 'last-line', works: false, others: VALUES.status.lines.slice(1) }) }, exitCode: 6, err: /^error\[MH601\]: no line works, and fiber alone is used all the same; .*\n {4}= dsl is down since/s, kind: 'Error' },
  { name: 'drain --force of the last line', line: 'drain fiber --force', control: { drain: (_, { force }) => Promise.resolve(force ? drained({ openConnections: 0 }) : { is: 'last-line', works: true, others: [] }) }, exitCode: 0, out: /None is open\.\n$/, kind: 'Line' },
  { name: 'drain with a typo', line: 'drain fibr', control: { drain: () => Promise.resolve({ is: 'unknown', lines: VALUES.status.lines }) }, exitCode: 2, err: /there is no line "fibr"\n.*did you mean fiber\?/, kind: 'Error' },
  { name: 'drain of a line that is down', line: 'drain dsl', control: { drain: () => Promise.resolve(drained({ name: 'dsl', state: 'down', why: 'no carrier', openConnections: 0 })) }, exitCode: 0, out: /^dsl will take no new connections when it is back; it is DOWN now: no carrier\.\sNone is open\.\n$/, kind: 'Line' },
  { name: 'drain of a line that has to be used', line: 'drain fiber', control: { drain: () => Promise.resolve(drained({ wantedShare: 1, why: 'used all the same, for no other line is usable' })) }, exitCode: 0, out: /^fiber is drained, and used all the same, for no other line is usable\. 1204 are\sstill open\.\n$/, kind: 'Line' },
  { name: 'drain that the kernel refuses', line: 'drain fiber', control: { drain: () => Promise.resolve({ is: 'failed', trouble: 'nft: busy' }) }, exitCode: 1, err: /^error\[MH590\]: nft: busy\n {4}= help: multihome explain MH590\n$/, kind: 'Error' },
  { name: 'drain --wait of an empty line', line: 'drain fiber --wait', control: { drain: () => Promise.resolve(drained({ openConnections: 0 })) }, exitCode: 0, out: / None is open\.\n$/, kind: 'Line' },
  { name: 'drain --wait, ended by Ctrl-C', line: 'drain fiber --wait', exitCode: 130, out: /\nfiber stays drained, with 1204 connections open\. To take it back: multihome\sundrain fiber\n$/, kind: 'Line' },
  { name: 'a wait for the name of a line', line: 'drain --wait fiber', exitCode: 2, err: /from 1 to 86400/, kind: 'Error' },
  { name: 'undrain', line: 'undrain fiber', exitCode: 0, out: /^fiber takes new connections again\.\n$/, kind: 'Line' },
  { name: 'undrain of a line that is down', line: 'undrain dsl', control: { undrain: () => Promise.resolve(drained({ name: 'dsl', state: 'down', why: 'no carrier' })) }, exitCode: 0, out: /^dsl is drained no more; it is DOWN now: no carrier\.\n$/, kind: 'Line' },
  { name: 'weight', line: 'weight fiber 3', control: { weigh: (_, weight = 0) => Promise.resolve(drained({ weight, weightInFile: 1, wantedShare: 0.75 })) }, exitCode: 0, out: /^fiber has weight 3; the file says 1: 75 % of new connections\.\n$/, kind: 'Line' },
  { name: 'weight --file', line: 'weight fiber --file', control: { weigh: (_, weight) => Promise.resolve(weight === undefined ? drained({ weight: 1, wantedShare: 0.5 }) : { is: 'failed', trouble: 'a weight was wished' }) }, exitCode: 0, out: /^fiber has weight 1, as the file says: 50 % of new connections\.\n$/, kind: 'Line' },
  { name: 'weight of nothing', line: 'weight fiber', exitCode: 2, err: /which weight\?/, kind: 'Error' },
  { name: 'weight of no line', line: 'weight fiber 0', exitCode: 2, err: /from 1 to 240/, kind: 'Error' },
  { name: 'explain', line: 'explain', exitCode: 0, out: /^multihome explain WORD tells more of\n\nKeys {6}lan/, kind: 'Explanation' },
  { name: 'explain WORD', line: 'explain table 222', exitCode: 0, out: /^table 222: a word\n\nThe routing table/, kind: 'Explanation' },
  { name: 'explain a word of others', line: 'explain gw', exitCode: 0, out: /^"gw" is called lines\.NAME\.gateway here\.\n\nlines\.NAME\.gateway: a key/, kind: 'Explanation' },
  { name: 'report', line: 'report dsl --month last', exitCode: 0, out: /^dsl, November 2026\n/, kind: 'LineReport' },
  { name: 'report of the month that goes on', line: 'report dsl --month', control: { monthOf: (line, month) => (month === undefined ? fakeControl().monthOf(line, 'last') : assert.fail(month)) }, exitCode: 0, out: /^dsl, November 2026\n/, kind: 'LineReport' },
  { name: 'report of its clients', line: 'report dsl --clients', exitCode: 0, out: /^dsl, November 2026\n.*: what each client had\n\nCLIENT .*\n10\.0\.0\.21 .* 9\.1 GB .*\n(.*\n)*others /, kind: 'LineClients' },
  { name: 'report of clients that nobody counts', line: 'report dsl --clients', control: { clientsOf: () => Promise.resolve({ is: 'done', ...VALUES.ofClients, isCounted: false, clients: [] }) }, exitCode: 0, out: /Clients are not counted/, kind: 'LineClients' },
  { name: 'report of a month that is none', line: 'report dsl --month 2026-13', exitCode: 2, err: /A month is\s+2026-11, or last/, kind: 'Error' },
  { name: 'report where nothing is remembered', line: 'report dsl', control: { monthOf: () => Promise.resolve({ is: 'nothing', why: 'nothing is remembered: history is off' }) }, exitCode: 1, err: /^error\[MH722\]: nothing is remembered: history is off\n/, kind: 'Error' },
  { name: 'explain with a typo', line: 'explain wieght', exitCode: 2, err: /^There is nothing called "wieght" to explain\. Did you mean weight\?\n$/, kind: 'Error' },
  { name: 'completion', line: 'completion bash', exitCode: 0, out: /complete -F _multihome/, kind: 'Completion' },
  { name: 'completion for a shell there is not', line: 'completion csh', exitCode: 2, err: /bash, zsh, fish/, kind: 'Error' },
  { name: 'down --dry-run', line: 'down --dry-run', exitCode: 0, out: /^Would remove .* {2}ip rule del/s, kind: 'Down' },
  { name: 'down by the daemon', line: 'down', exitCode: 0, out: /^Removed .*The daemon\s+has ended\.\n$/s, kind: 'Down' },
  { name: 'down without a daemon', line: 'down', circumstances: noDaemon, exitCode: 0, out: /^Removed 7 rules[^.]*\. Nothing\s+of ours is left\.\n$/, kind: 'Down' },
  {
    name: 'down, refused by the kernel',
    line: 'down',
    circumstances: { ...noDaemon, offline: { downOffline: () => Promise.resolve(fail({ code: 'not-permitted', text: 'needs CAP_NET_ADMIN' })) } },
    exitCode: 5,
    err: /needs CAP_NET_ADMIN\n {4}= help: sudo multihome down\n$/,
    kind: 'Error',
  },
  { name: 'a typo in a command', line: 'stauts', exitCode: 2, err: /^There is no command "stauts"\. Did you mean status\?\n$/, kind: 'Error' },
  { name: 'a word like no command', line: 'frobnicate', exitCode: 2, err: /^There is no command "frobnicate"\. multihome --help names them all\.\n$/, kind: 'Error' },
  { name: 'a typo near a hidden command', line: 'complet', exitCode: 2, err: /^There is no command "complet"\. Did you mean completion\?\n$/, kind: 'Error' },
  { name: 'a typo in an option', line: 'status --chek', exitCode: 2, err: /^There is no option "--chek"\. Did you mean --check\?\n$/, kind: 'Error' },
  { name: 'a typo in a second word', line: 'config schem', exitCode: 2, err: /^There is no command "schem"\. Did you mean schema\?\n$/, kind: 'Error' },
  { name: 'a missing second word', line: 'config', exitCode: 2, err: /needs one more word: schema/, kind: 'Error' },
  { name: 'a word too many', line: 'apply now', exitCode: 2, err: /^error\[MH190\]: .*arguments.*\n.*help: multihome apply --help\n$/s, kind: 'Error' },
  { name: 'options that exclude each other', line: 'plan --short --all', exitCode: 2, err: /--short/, kind: 'Error' },
  { name: 'a colour there is not', line: 'status --color sometimes', exitCode: 2, err: /auto, always, never/, kind: 'Error' },
  { name: 'a mistake of ours', line: 'plan', circumstances: { offline: { planOffline: () => Promise.reject(new Error('boom')) } }, exitCode: 1, err: /^error\[MH901\]: multihome made a mistake of its own: boom\n/, kind: 'Error' },
] // prettier-ignore

for (const row of ROWS) {
  test(`${row.name}: exit ${row.exitCode}, results to stdout, failures to stderr`, async () => {
    control = row.control ?? {}
    const { exitCode, out, err } = await type(row.line, row.circumstances)
    assert.equal(exitCode, row.exitCode, err)
    if (row.err === undefined) assert.equal(err, '')
    else assert.match(err, row.err)
    if (row.err !== undefined) assert.equal(out, '')
    if (row.out !== undefined) assert.match(out, row.out)
  })

  test(`${row.name}: with --json stdout is one ${row.kind} document and the exit code is the same`, async () => {
    control = row.control ?? {}
    const { exitCode, out, err } = await type(`${row.line} --json`, row.circumstances)
    assert.equal(exitCode, row.exitCode)
    const document = JSON.parse(out) as Record<string, unknown> // JSON.parse throws when it is not one document
    assert.equal(document['api'], 'v1')
    assert.equal(document['kind'], row.kind)
    assert.match(String(document['time']), /^\d{4}-.*Z$/)
    assert.ok(out.endsWith('}\n') && !out.trimEnd().includes('\n'), 'one line')
    if (row.kind === 'Error') assert.match(String(document['code']), /^MH\d{3}$/)
    assert.deepEqual(bugs, [])
    const failed = exitCode > 0 && exitCode < 10
    assert.equal(err !== '', failed, 'a failure is told in words on stderr as well')
  })
}

test('down does not go behind the back of a daemon that could not do it', async () => {
  control = { down: () => Promise.reject(new Error('cannot')) }
  const { exitCode, err } = await type('down', {
    offline: { downOffline: () => assert.fail('the daemon still holds the kernel') },
  })
  assert.equal(exitCode, 1)
  assert.match(err, /^error\[MH901\]/)
  assert.equal(bugs.splice(0).length, 1)
})

test('down --dry-run never takes anything down, with or without a daemon', async () => {
  const asked: boolean[] = []
  const note = ({ dryRun }: { dryRun: boolean }) => {
    asked.push(dryRun)
    return { ...VALUES.down, dryRun }
  }
  control = { down: (options) => Promise.resolve(ok(note(options))) }
  await type('down --dry-run')
  await type('down --dry-run', {
    ...noDaemon,
    offline: { downOffline: (options) => Promise.resolve(ok(note(options))) },
  })
  assert.deepEqual(asked, [true, true])
})

const PATHS = [
  {
    name: 'without a word: the defaults',
    line: 'run',
    env: { MULTIHOMED_SOCKET: '' },
    paths: {
      configFile: '/etc/multihomed/config.yaml',
      stateDir: '/var/lib/multihomed',
      socketPath: '/run/multihomed/multihomed.sock',
    },
  },
  {
    name: 'by environment',
    line: 'run',
    env: { MULTIHOMED_CONFIG: '/c', MULTIHOMED_STATE_DIR: '/s', MULTIHOMED_SOCKET: '/k' },
    paths: { configFile: '/c', stateDir: '/s', socketPath: '/k' },
  },
  {
    name: 'the flag beats the environment, behind the command',
    line: 'run --config /C --state-dir /S --socket /K',
    env: { MULTIHOMED_CONFIG: '/c', MULTIHOMED_STATE_DIR: '/s', MULTIHOMED_SOCKET: '/k' },
    paths: { configFile: '/C', stateDir: '/S', socketPath: '/K' },
  },
  {
    name: 'and before it',
    line: '--config /C --state-dir=/S --socket /K run --log-format json',
    env: {},
    paths: { configFile: '/C', stateDir: '/S', socketPath: '/K', logFormat: 'json' },
  },
] as const
for (const { name, line, env, paths } of PATHS) {
  test(`run gets its paths: ${name}; its exit code is ours`, async () => {
    const asked: RunOptions[] = []
    const { exitCode, out } = await type(line, {
      env,
      run: (options) => {
        asked.push(options)
        return Promise.resolve(78)
      },
    })
    assert.deepEqual(asked, [paths])
    assert.equal(exitCode, 78)
    assert.equal(out, '', 'stdout is the daemon’s alone')
  })
}

test('why nobody answers, in the system’s own word, is for programs', async () => {
  const { out } = await type('status --json', noDaemon)
  assert.equal((JSON.parse(out) as Record<string, unknown>)['said'], 'ENOENT')
})

test('run promises no document: with --json its log is JSON, and stdout stays the daemon’s', async () => {
  const asked: RunOptions[] = []
  const { exitCode, out } = await type('run --json', {
    run: (options) => {
      asked.push(options)
      return Promise.resolve(1)
    },
  })
  assert.deepEqual([exitCode, out, asked[0]?.logFormat], [1, '', 'json'])
  const help = (await type('run --help')).out.replaceAll(/\s+/g, ' ')
  assert.match(help, /--json one JSON document on stdout, also on failure \(not of run and lab\)/)
  assert.match(help, /--log-format <format> of the log on stderr \(--json means json\)/)
})

test('check and plan take the file as a word, which beats the flag', async () => {
  const files: string[] = []
  const offline: Partial<Offline> = {
    checkOffline: ({ configFile }) => {
      files.push(configFile)
      return Promise.resolve({ ok: true, text: '', problems: [], notes: [], watching: [], onlyFile: false })
    },
    planOffline: ({ configFile }) => {
      files.push(configFile)
      return Promise.resolve(ok(VALUES.plan))
    },
  }
  await type('check a.yaml --config b.yaml', { offline })
  await type('plan c.yaml', { offline })
  await type('plan', { offline, env: { MULTIHOMED_CONFIG: 'd.yaml' } })
  assert.deepEqual(files, ['a.yaml', 'c.yaml', 'd.yaml'])
})

test('the lab gets its arguments as they were typed, even those we know', async () => {
  const asked: (readonly string[])[] = []
  const { exitCode } = await type('lab exec client1 curl --json --help -x', {
    lab: (argv) => {
      asked.push(argv)
      return Promise.resolve(5)
    },
  })
  assert.deepEqual(asked, [['exec', 'client1', 'curl', '--json', '--help', '-x']])
  assert.equal(exitCode, 5)
})

test('settings before the word lab are refused, not lost', async () => {
  const { exitCode, err } = await type('--json lab up')
  assert.equal(exitCode, 2)
  assert.match(err, /behind the word lab/)
})

test('config schema prints the schema, and nothing else', async () => {
  const { exitCode, out, err } = await type('config schema')
  assert.deepEqual([exitCode, JSON.parse(out), err], [0, { title: 'schema' }, ''])
})

test('status --watch gives no exit code that answers', async () => {
  assert.match((await type('status --watch --check')).err, /--check/)
})

const COMPLETE = [
  ['complete -- lines f', 'fiber\tup\n', 'names come from the daemon, with their states'],
  [`complete -- --socket=${nobodyThere} --config /nonexistent lines f`, '', 'neither daemon nor file: silence'],
  ['complete -- status --json --che', '--check\tthe verdict alone; exit 0: all in use, 11: some, 12: none\n', 'what is completed is not obeyed'],
  ['complete -- --config /et', ':files\n', 'files are left to the shell'],
  ['complete -- explain pinn', 'pinned\tword\n', 'words that can be explained'],
  ['complete', 'status', 'nothing typed at all'],
] as const // prettier-ignore
for (const [line, out, why] of COMPLETE) {
  test(`the Tab key: ${why}`, async () => {
    control = {}
    const outcome = await type(line)
    assert.deepEqual([outcome.exitCode, outcome.err], [0, ''])
    assert.ok(out === '' ? outcome.out === '' : outcome.out.startsWith(out), outcome.out)
  })
}

test('a line whose name is no plain word is not offered to a shell', async () => {
  const lines = VALUES.status.lines.map((line) => ({ ...line, name: '$(reboot)' }))
  control = { status: () => Promise.resolve({ ...VALUES.status, lines }) }
  assert.equal((await type('complete -- lines $')).out, '')
})

test('completion prints a script for each shell', async () => {
  for (const shell of ['bash', 'zsh', 'fish'])
    assert.match((await type(`completion ${shell}`)).out, /multihome complet/)
})

test('--version is the version alone', async () => {
  for (const line of ['--version', '-V', 'status --version']) {
    assert.deepEqual(await type(line), { exitCode: 0, out: '1.2.3\n', err: '' }, line)
  }
})

test('the first help is one screen, and names every command that exists', async () => {
  const { exitCode, out, err } = await type('')
  assert.deepEqual([exitCode, err], [0, ''])
  for (const line of ['--help', '-h', 'help', '--color never --help']) {
    assert.equal((await type(line)).out, out, line)
  }
  for (const command of [
    'status',
    'lines',
    'check',
    'plan',
    'apply',
    'confirm',
    'undo',
    'drain',
    'undrain',
    'weight',
    'doctor',
    'bugreport',
    'flows',
    'token',
    'explain',
    'lab',
    'config',
    'run',
    'down',
  ]) {
    assert.match(out, new RegExp(`\\b${command}\\b`), command)
  }
  const lines = out.split('\n')
  assert.ok(lines.length <= 24 && lines.every((line) => line.length <= 80))
})

for (const command of [
  'status',
  'lines',
  'check',
  'plan',
  'apply',
  'confirm',
  'undo',
  'drain',
  'undrain',
  'weight',
  'doctor',
  'bugreport',
  'explain',
  'run',
  'down',
  'config schema',
]) {
  test(`${command} --help has two examples or more, fits 80 columns, and does nothing`, async () => {
    const { exitCode, out } = await type(`${command} --help`)
    assert.equal(exitCode, 0)
    const [, examples = ''] = out.split('Examples:\n')
    assert.ok(examples.trimEnd().split('\n').length >= 2, examples)
    assert.deepEqual(
      out.split('\n').filter((line) => line.length > 80),
      [],
    )
    assert.match(out, /--json/)
  })
}

test('--ascii prints no sign beyond ASCII', async () => {
  control = {}
  for (const line of ['status --ascii', 'lines --ascii', 'lines fiber --ascii']) {
    const { out } = await type(line)
    assert.match(out, /[+] fiber/)
    assert.match(out, /^[\n -~]*$/, line)
  }
})

test('--color always colours a pipe, and JSON never', async () => {
  control = {}
  const escape = '\u001b['
  assert.ok((await type('status --color always')).out.includes(escape))
  assert.ok(!(await type('status')).out.includes(escape))
  assert.ok(!(await type('status --color always --json')).out.includes(escape))
})

test('an escape sequence in a name from outside does not reach the terminal', async () => {
  control = {
    status: () =>
      Promise.resolve({
        ...VALUES.status,
        lines: VALUES.status.lines.map((line) => ({ ...line, interface: '\u001b[2Jwan' })),
      }),
  }
  assert.ok(!(await type('lines')).out.includes('\u001b'))
})
