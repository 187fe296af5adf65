/** What `doctor` sees of a box: the file, what this kernel can do, who else has a hand in the network, and each line. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { lookAtHistory, type HistoryFile } from '../../history/index.ts'
import {
  conntrackRoom,
  isClockKept,
  processCost,
  seeCompany,
  surveyBox,
  toolVersions,
} from '../../kernel/index.ts'
import {
  OUR_PROTOCOL,
  type Capabilities,
  type Company,
  type Config,
  type Observed,
  type Survey,
} from '../../model/index.ts'
import { forwardPolicies, neighboursOf, type Finding, type Note, type NoteCode } from '../../plan/index.ts'
import type { Checked, Examination, RunningDaemon } from '../control.ts'
import type { Planned } from '../planned.ts'
import { OWN_FILES } from '../state-dir.ts'
import { boxFindings, type BoxFacts } from './box-findings.ts'
import { daemonFindings, type DaemonFacts } from './daemon-findings.ts'
import { lineFindings, type LinesFound } from './line-findings.ts'
import { seeLines } from './see-lines.ts'

/** What the box is, and what it would be by the file. */
export interface PlannedBox extends Planned {
  readonly observed: Observed
}

export interface ToExamine {
  readonly checked: Checked
  /** Absent when the file is wrong, or we may not look. */
  readonly planned?: PlannedBox
  readonly stateDir: string
  /** Absent: none answers. */
  readonly running?: RunningDaemon
}

/** Changes nothing, and takes no rights that are not there: what is not seen for that is said. Four seconds at most. */
export async function examine(what: ToExamine): Promise<Examination> {
  const { checked, planned } = what
  const history = lookAtHistory(what.stateDir, what.running !== undefined)
  const [survey, company, box, lines, daemon] = await Promise.all([
    surveyBox(),
    seeCompany(),
    seeBox(checked.capabilities),
    seeAllLines(what),
    seeDaemon(what, history.ok ? history.value : undefined),
  ])
  const { problems, notes, config, trouble } = checked
  const said = survey.ok ? trouble : `${survey.error.what}: ${survey.error.said}`
  return {
    problems,
    notes,
    findings: [
      ...(said === undefined ? [] : [cannotLook(said)]),
      ...daemonFindings(daemon),
      ...boxFindings(box),
      ...lines.findings,
      ...(planned !== undefined && config !== undefined ? cornerFindings(notes, config) : []),
      ...(survey.ok && config !== undefined ? strictSources(config, survey.value) : []),
      ...(survey.ok ? beside(survey.value, company, checked) : []),
    ],
    unseen: [
      ...(config === undefined ? ['what the lines meet on this box: that takes a file without errors'] : []),
      ...(checked.onlyFile
        ? ['what this kernel can do, and what the lines meet on this box: that takes root']
        : []),
      ...(company.chains === undefined ? ['nft tables of other programs: that takes root, and nft'] : []),
      ...(survey.ok ? [] : ['interfaces, rules and routes, and so most other programs']),
      ...(history.ok ? [] : [`what is remembered in ${what.stateDir}: ${history.error}`]),
      ...(box.isClockKept === undefined ? ['whether the clock is kept right'] : []),
      ...lines.unseen,
    ],
  }
}

async function seeBox(capabilities: Capabilities | undefined): Promise<BoxFacts> {
  const [tools, conntrack, kept] = await Promise.all([toolVersions(), conntrackRoom(), isClockKept()])
  return {
    tools,
    node: process.version.slice(1),
    nowMs: Date.now(),
    ...(conntrack !== undefined && { conntrack }),
    ...(kept !== undefined && { isClockKept: kept }),
    ...(capabilities !== undefined && { capabilities }),
  }
}

const isInKernel = ({ rules }: Pick<Observed, 'rules'>): boolean =>
  rules.some(({ protocol }) => protocol === OUR_PROTOCOL)

async function seeAllLines({ checked: { config }, planned, running }: ToExamine): Promise<LinesFound> {
  if (config === undefined || planned === undefined) return { findings: [], unseen: [] }
  const { observed, resolvers } = planned
  const dead = new Map(running?.deadLegs.map(({ leg, is }) => [leg, is]))
  const looks = await seeLines(config, observed, resolvers, {
    isInKernel: isInKernel(observed),
    dead: new Set(dead.keys()),
  })
  const { findings, unseen } = lineFindings(looks)
  const notAsked = [...dead].map(([leg, is]) => `resolvers and sizes of packets by ${leg}: it is ${is}`)
  return { findings, unseen: [...unseen, ...notAsked] }
}

async function seeDaemon(
  { checked, planned, stateDir, running }: ToExamine,
  history: HistoryFile | undefined,
): Promise<DaemonFacts> {
  const cost = running && (await processCost(running.pid))
  const { config } = checked
  return {
    ...(running !== undefined && { running: { ...running, ...(cost !== undefined && { cost }) } }),
    ...(config !== undefined && { config }),
    ...(planned !== undefined && { stepCount: planned.report.stepCount }),
    isInKernel: planned !== undefined && isInKernel(planned.observed),
    ...(history !== undefined && { history }),
    openFiles: OWN_FILES.map((name) => join(stateDir, name)).filter(isOpenToOthers),
  }
}

/** Not there, or not for us to see: then nothing is known of it. */
function isOpenToOthers(path: string): boolean {
  try {
    return ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o007) !== 0
  } catch {
    return false
  }
}

/** Notes of somebody else in the corner of the box that is ours. */
const IN_OUR_CORNER: readonly NoteCode[] = [
  'foreign-table',
  'foreign-priority',
  'foreign-mark',
  'mask-changed',
]

function cornerFindings(notes: readonly Note[], { marks, rulePriorityBase }: Config): Finding[] {
  if (notes.some(({ code }) => IN_OUR_CORNER.includes(code))) return []
  const text = `nobody else uses mark bits 0x${marks.mask.toString(16)}, our tables, or rules from ${rulePriorityBase} on`
  return [{ severity: 'ok', name: 'corner', text }]
}

const cannotLook = (said: string): Finding => ({
  severity: 'fix',
  name: 'cannot-look',
  text: `this box cannot be looked at: ${said}`,
  help: 'without ip (iproute2) and nft (nftables) nothing works: apt install iproute2 nftables',
})

/** While our rules stand the lines are loose; where one is not, nobody watches or somebody else sets it back. */
function strictSources({ lines }: Config, { rules, strictSources: strict }: Survey): Finding[] {
  if (!isInKernel({ rules })) return []
  const devices = [...new Set(lines.map((line) => line.interface))].filter((name) => strict.includes(name))
  if (devices.length === 0)
    return [{ severity: 'ok', name: 'strict-sources', text: 'the path filter is loose on all lines' }]
  return devices.map((dev) => ({
    severity: 'fix',
    name: 'strict-sources',
    text: `${dev} drops answers of its line that the main table would send elsewhere (rp_filter is strict)`,
    help: `sysctl -w net/ipv4/conf/${dev}/rp_filter=2, and look who sets it: grep -r rp_filter /etc/sysctl*`,
  }))
}

/** Rules of others that take what would be spread; of whom they are the kernel does not tell. */
const OF_OTHERS: readonly NoteCode[] = [...IN_OUR_CORNER, 'vpn-catches', 'vpn-overruled', 'vpn-wins']

function beside(survey: Survey, company: Company, { config, notes }: Checked): Finding[] {
  const interfaces = config?.lan.interfaces ?? []
  const advertised = interfaces.filter(({ advertise }) => advertise === true).map(({ name }) => name)
  const facts = { ...survey, ...company, advertised }
  const found = [...neighboursOf(facts), ...forwardPolicies(facts)]
  if (found.length > 0 || notes.some(({ code }) => OF_OTHERS.includes(code))) return found
  const text = 'no other program was found that has a hand in the network'
  return [{ severity: 'ok', name: 'neighbours', text }]
}
