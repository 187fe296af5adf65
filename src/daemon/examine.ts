/** What `doctor` sees of a box: the file, what this kernel can do, and who else has a hand in the network. */
import { seeCompany, surveyBox } from '../kernel/index.ts'
import { OUR_PROTOCOL, type Capabilities, type Company, type Config, type Survey } from '../model/index.ts'
import { forwardPolicies, neighboursOf, type Finding } from '../plan/index.ts'
import type { Checked, Examination } from './control.ts'

/** Reads only, and takes no rights that are not there: what is not seen for that is said. */
export async function examine(checked: Checked): Promise<Examination> {
  const [survey, company] = await Promise.all([surveyBox(), seeCompany()])
  const { problems, notes, config, capabilities, trouble } = checked
  const said = survey.ok ? trouble : `${survey.error.what}: ${survey.error.said}`
  return {
    problems,
    notes,
    findings: [
      ...(said === undefined ? [] : [cannotLook(said)]),
      ...(capabilities === undefined ? [] : kernelFindings(capabilities)),
      ...(survey.ok && config !== undefined ? strictSources(config, survey.value) : []),
      ...(survey.ok ? beside(survey.value, company, config) : []),
    ],
    unseen: [
      ...(config === undefined ? ['what the lines meet on this box: that takes a file without errors'] : []),
      ...(checked.onlyFile
        ? ['what this kernel can do, and what the lines meet on this box: that takes root']
        : []),
      ...(company.chains === undefined ? ['nft tables of other programs: that takes root, and nft'] : []),
      ...(survey.ok ? [] : ['interfaces, rules and routes, and so most other programs']),
    ],
  }
}

const cannotLook = (said: string): Finding => ({
  severity: 'fix',
  name: 'cannot-look',
  text: `this box cannot be looked at: ${said}`,
  help: 'without ip (iproute2) and nft (nftables) nothing works: apt install iproute2 nftables',
})

/** Nexthops that a kernel is too old for are told as a note of the file. */
function kernelFindings(capabilities: Capabilities): Finding[] {
  const { kernelRelease, nexthopObjects, resilientGroups, groupMatch } = capabilities
  if (!groupMatch) {
    const text = `kernel ${kernelRelease}, or its nft, cannot tell programs by their control group (since 5.13): \`multihome use\` does not work`
    return [{ severity: 'note', name: 'group-match', text }]
  }
  if (!nexthopObjects || !resilientGroups) return []
  return [{ severity: 'ok', name: 'kernel', text: `kernel ${kernelRelease} has all that is used of it` }]
}

/** While our rules stand the lines are loose; where one is not, nobody watches or somebody else sets it back. */
function strictSources({ lines }: Config, { rules, strictSources: strict }: Survey): Finding[] {
  if (!rules.some(({ protocol }) => protocol === OUR_PROTOCOL)) return []
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

function beside(survey: Survey, company: Company, config: Config | undefined): Finding[] {
  const interfaces = config?.lan.interfaces ?? []
  const advertised = interfaces.filter(({ advertise }) => advertise === true).map(({ name }) => name)
  const facts = { ...survey, ...company, advertised }
  const found = [...neighboursOf(facts), ...forwardPolicies(facts)]
  if (found.length > 0) return found
  const text = 'no other program was found that has a hand in the network'
  return [{ severity: 'ok', name: 'neighbours', text }]
}
