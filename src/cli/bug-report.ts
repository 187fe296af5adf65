/** What somebody who is to find a fault needs to see, in one text that anybody can read. */
import type { ClientError } from '../api/client.ts'
import type { DoctorDocument } from '../api/contract.ts'
import type { ReportMatter } from '../api/documents.ts'
import type { Result } from '../model/index.ts'
import { scrubbed, withoutAddresses } from './scrub.ts'

export interface ReportParts {
  readonly version: string
  /** RFC 3339. */
  readonly time: string
  readonly doctor: DoctorDocument
  /** What the daemon answered, by what it was asked for. */
  readonly answers: Readonly<Record<string, Result<object, ClientError>>>
  /** Or why there is none. */
  readonly plan: Result<object, string>
  readonly matter: ReportMatter
}

export interface BugReport {
  readonly text: string
  readonly sections: readonly { readonly name: string; readonly lines: number }[]
  /** What could not be had, and why. */
  readonly missing: readonly string[]
  readonly places: readonly string[]
  readonly comments: number
}

interface Section {
  readonly name: string
  readonly text: string
}

export async function bugReport(parts: ReportParts, hidesAddresses: boolean): Promise<BugReport> {
  const { version, time, doctor, answers, plan, matter } = parts
  // It brings the reader of YAML along.
  const { MASK, maskedConfig, suspectedSecrets } = await import('../config/index.ts')
  const sections: Section[] = []
  const missing: string[] = []
  const add = (name: string, text: string): void => void sections.push({ name, text: text.trimEnd() })

  add('versions', `multihomed ${version}\nmade ${time}\nNode ${process.version}\n${matter.distribution}`)
  add('doctor', pretty(doctor))
  for (const [name, answer] of Object.entries(answers)) {
    if (answer.ok) add(name, pretty(answer.value))
    else missing.push(`${name}: ${whyNot(answer.error)}`)
  }
  if (plan.ok) add('plan', pretty(plan.value))
  else missing.push(`plan: ${plan.error}`)

  const file = matter.config.ok ? matter.config.value : ''
  const masked = await maskedConfig(file)
  if (masked !== undefined) add('configuration', masked.text)
  else if (matter.config.ok)
    missing.push('configuration: it is no YAML, so nobody can tell what is secret in it')
  else missing.push(`configuration: ${matter.config.error}`)

  for (const { command, output, trouble } of matter.listings) {
    if (trouble === undefined) add(command, output)
    else missing.push(`${command}: ${trouble.split('\n')[0]}`)
  }

  const former = await Promise.all(
    matter.former.map(async (text) => (await maskedConfig(text))?.secrets ?? suspectedSecrets(text)),
  )
  const secrets = [...(masked?.secrets ?? suspectedSecrets(file)), ...former.flat(), ...matter.secrets]
  const clean = (text: string): string => {
    const without = scrubbed(text, secrets, MASK)
    return hidesAddresses ? withoutAddresses(without) : without
  }
  const text = sections.map(({ name, text: body }) => `===== ${name} =====\n\n${body}\n`).join('\n')
  return {
    text: clean(text),
    sections: sections.map(({ name, text: body }) => ({ name, lines: body.split('\n').length })),
    missing: missing.map(clean),
    places: masked?.places ?? [],
    comments: masked?.comments ?? 0,
  }
}

const pretty = (document: object): string => JSON.stringify(document, null, 1)

/** In a word: the doctor tells it at length. */
const whyNot = (error: ClientError): string =>
  error.is === 'problem' ? error.problem.detail : `no answer of a daemon (${error.is})`
