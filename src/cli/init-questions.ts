/** What `init` asks whoever sits at the terminal. Enter takes the answer in brackets, a dash leaves out. */
import type { Proposal, ProposedLine } from '../api/documents.ts'
import { interfaceName, lineName, standsIn, type FirstChoices, type FirstLine } from '../config/index.ts'
import { parseAddress } from '../model/index.ts'
import { wrap } from './wrap.ts'

/** Shows a question and waits; `undefined`: nobody is there any more. */
export type Ask = (question: string) => Promise<string | undefined>

/** What is proposed, for whoever answers nothing. */
export const choicesOf = ({ lines, lan }: Proposal): FirstChoices => ({ lines: lines.map(asProposed), lan })

const asProposed = (line: ProposedLine): FirstLine => ({
  ...line,
  weight: 1,
  // To be filled in by whoever takes the # away.
  ...(line.asksGateway !== undefined && { gateway: line.asksGateway.guess ?? 'ADDRESS' }),
})

/** @returns `undefined` when whoever was asked has gone */
export async function askForChoices(proposal: Proposal, ask: Ask): Promise<FirstChoices | undefined> {
  try {
    const lines: FirstLine[] = []
    for (const line of proposal.lines) lines.push(await askForLine(line, lines, ask))
    const taken = lines.filter((line) => line.taken)
    const lan = await askForLan(proposal.lan, taken, ask)
    const sharing = taken.filter((line) => !standsIn(line, taken))
    const weights = sharing.length < 2 ? [1] : await askForWeights(sharing, ask)
    return {
      lan,
      lines: lines.map((line) => ({ ...line, weight: weights[sharing.indexOf(line)] ?? 1 })),
    }
  } catch (cause) {
    if (cause instanceof Gone) return undefined
    throw cause
  }
}

/** @returns whether to; `undefined` when whoever was asked has gone */
export const askWhether = async (question: string, ask: Ask): Promise<boolean | undefined> => {
  for (;;) {
    const typed = await ask(`${question} [yes] › `)
    if (typed === undefined) return undefined
    if (/^(|y|yes)$/i.test(typed.trim())) return true
    if (/^(n|no|-)$/i.test(typed.trim())) return false
  }
}

class Gone extends Error {}

type Read<T> = { readonly value: T } | { readonly wrong: string }

/** Asks until the answer can be read. */
async function askFor<T>(
  question: string,
  suggested: string,
  read: (typed: string) => Read<T>,
  ask: Ask,
): Promise<T> {
  let complaint = ''
  for (;;) {
    const typed = await ask(`${wrap(complaint + question, 80)} [${suggested}] › `)
    if (typed === undefined) throw new Gone()
    const answer = read(typed.trim() === '' ? suggested : typed.trim())
    if ('value' in answer) return answer.value
    complaint = `${answer.wrong}. `
  }
}

const LEFT_OUT = '-'

async function askForLine(line: ProposedLine, before: readonly FirstLine[], ask: Ask): Promise<FirstLine> {
  const name = await askFor(
    `Name for ${line.interface}?`,
    line.taken ? line.name : LEFT_OUT,
    (typed): Read<string> => {
      if (typed === LEFT_OUT) return { value: typed }
      const parsed = lineName(typed)
      if (!parsed.ok) return { wrong: parsed.error.message }
      const isTaken = before.some((other) => other.taken && other.name.toLowerCase() === typed.toLowerCase())
      return isTaken ? { wrong: `Another line is called ${typed}` } : { value: typed }
    },
    ask,
  )
  if (name === LEFT_OUT) return { ...asProposed(line), taken: false }
  const gateway = line.asksGateway === undefined ? line.gateway : await askForGateway(line, ask)
  const byVolume = line.byVolume === true && (await askWhetherByVolume(name, ask))
  return { ...line, name, taken: true, weight: 1, byVolume, ...(gateway !== undefined && { gateway }) }
}

const askWhetherByVolume = (name: string, ask: Ask): Promise<boolean> =>
  askFor(
    `Is ${name} flat, or paid by volume?`,
    'volume',
    (typed): Read<boolean> => {
      const answer = ['flat', 'volume'].find((word) => word.startsWith(typed.toLowerCase()))
      return answer === undefined ? { wrong: 'Neither flat nor volume' } : { value: answer === 'volume' }
    },
    ask,
  )

const askForGateway = ({ interface: dev, asksGateway }: ProposedLine, ask: Ask): Promise<string> =>
  askFor(
    `Which address is the provider's router on ${dev}?`,
    asksGateway?.guess ?? 'not known',
    (typed) =>
      parseAddress(typed)?.family === 'ipv4'
        ? { value: typed }
        : { wrong: `${typed} is no address such as 198.51.100.1` },
    ask,
  )

const askForLan = (found: readonly string[], lines: readonly FirstLine[], ask: Ask): Promise<string[]> =>
  askFor(
    "Interfaces whose clients are spread, besides this box's own connections?",
    found.length === 0 ? LEFT_OUT : found.join(', '),
    (typed): Read<string[]> => {
      if (typed === LEFT_OUT) return { value: [] }
      const names = typed.split(/[\s,]+/).filter((name) => name !== '')
      const wrong = names.map((name) => interfaceName(name)).find((parsed) => !parsed.ok)
      if (wrong?.ok === false) return { wrong: wrong.error.message }
      const line = lines.find((one) => names.includes(one.interface))
      return line === undefined
        ? { value: [...new Set(names)] }
        : { wrong: `${line.interface} is the line ${line.name}` }
    },
    ask,
  )

function askForWeights(lines: readonly FirstLine[], ask: Ask): Promise<number[]> {
  const names = lines.map((line) => line.name).join(' : ')
  return askFor(
    `How shall they share the work, as in 3 : 1 (${names})?`,
    lines.map(() => '1').join(' : '),
    (typed): Read<number[]> => {
      const weights = typed.split(/[\s:,/]+/).map(Number)
      const good = weights.every((weight) => Number.isFinite(weight) && weight >= 1 && weight <= 1000)
      return good && weights.length === lines.length
        ? { value: weights }
        : { wrong: `Not ${lines.length} numbers from 1 to 1000` }
    },
    ask,
  )
}
