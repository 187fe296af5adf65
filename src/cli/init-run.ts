/** `multihome init`: look, propose, ask, write. */
import { initDocument } from '../api/documents.ts'
import type { Proposal } from '../api/documents.ts'
import { firstFile, type FirstChoices } from '../config/index.ts'
import { fail, type Result } from '../model/index.ts'
import { failed, told } from './answer.ts'
import type { Answer } from './answer.ts'
import { EXIT } from './exit-codes.ts'
import { offlineFailure } from './failure.ts'
import type { InitOptions } from './init.ts'
import { askForChoices, askWhether, choicesOf } from './init-questions.ts'
import {
  asideText,
  concluded,
  initText,
  nextText,
  previewOf,
  seenText,
  unwritten,
  writtenText,
} from './init-text.ts'
import type { Person } from './person.ts'
import { printable } from './printable.ts'
import { screenFor, type Screen } from './screen.ts'
import type { Job } from './shell.ts'
import type { Offline } from './surroundings.ts'

export async function runInit(job: Job, options: InitOptions): Promise<Answer> {
  const isAlone = options.yes === true || job.settings.json
  const person = isAlone ? undefined : await job.surroundings.person()
  try {
    return await init(job, options, person)
  } finally {
    person?.leave()
  }
}

async function init(job: Job, { yes, out }: InitOptions, person: Person | undefined): Promise<Answer> {
  const { settings, surroundings } = job
  if (person !== undefined) speaker(job)('Looking at this box …\n\n')
  const offline = await surroundings.offline()
  const looked = await offline.lookAround()
  if (!looked.ok) return failed(offlineFailure(looked.error, 'init'))
  const proposal = looked.value

  const file = out ?? settings.configFile
  const proposed = fileOf(choicesOf(proposal))
  const place = await offline.whereToWrite(file, proposed.ok ? proposed.value : '')
  // Nobody shall answer questions for nothing.
  const asked = person !== undefined && proposal.lines.length > 0 && place.is === 'writable'
  const aside = asked && place.beside ? asideText(place, file) : ''
  const config = asked ? await talk(person, proposal, aside, job) : proposed
  const { exitCode, ...outcome } = config.ok
    ? await write(
        offline,
        job,
        { file, isNamed: out !== undefined },
        config.value,
        person !== undefined || yes === true,
      )
    : { exitCode: asked ? EXIT.done : EXIT.couldNot, written: null, conclusion: config.error }
  const document = initDocument(
    proposal,
    { config: config.ok ? config.value : null, ...outcome },
    surroundings.nowMs(),
  )
  const isNews = place.is === 'not-permitted' || (place.is === 'writable' && yes !== true)
  return told(exitCode, document, (shown, screen) =>
    asked ? `\n${concluded(shown.conclusion, screen)}` : initText(shown, isNews, screen),
  )
}

const NOTHING = 'Nothing was written.'

/** @returns why there is none: one without a line would be refused, and so might be what was typed */
function fileOf(choices: FirstChoices): Result<string, string> {
  if (!choices.lines.some((line) => line.taken)) return fail(NOTHING)
  const text = firstFile(choices)
  return text.ok ? text : fail(`That would be refused: ${text.error}. ${NOTHING}`)
}

/** @returns the file that came of it, or why none did */
async function talk(
  person: Person,
  proposal: Proposal,
  aside: string,
  job: Job,
): Promise<Result<string, string>> {
  const screen = screenOf(job)
  const say = speaker(job)
  const ask = (question: string): Promise<string | undefined> => person.ask(screen.finish(question))
  say(`${seenText(printable(proposal), screen)}\n\n${concluded(`${aside}${HOW_TO_ANSWER}`, screen)}\n\n`)
  const choices = await askForChoices(proposal, ask)
  const config = choices === undefined ? fail(NOTHING) : fileOf(choices)
  if (!config.ok) return config
  say(`\n${config.value}\n`)
  return (await askWhether('Write this?', ask)) === true ? config : fail(NOTHING)
}

const HOW_TO_ANSWER = 'Enter takes the answer in brackets, a dash leaves out.'

const screenOf = ({ settings, surroundings }: Job): Screen =>
  screenFor(surroundings.stdout, surroundings.env, settings)

/** Before the answer of the command as a whole: only to somebody who waits for it. */
const speaker =
  (job: Job) =>
  (text: string): unknown =>
    job.surroundings.stdout.write(screenOf(job).finish(text))

interface Outcome {
  readonly exitCode: number
  /** Where the file is now. */
  readonly written: string | null
  readonly conclusion: string
}

/** @param wanted false: it is only told how to have it */
async function write(
  offline: Offline,
  { settings, surroundings, client }: Job,
  { file, isNamed }: { readonly file: string; readonly isNamed: boolean },
  config: string,
  wanted: boolean,
): Promise<Outcome> {
  const nothing = (exitCode: number, conclusion: string): Outcome => ({ exitCode, written: null, conclusion })
  const place = await offline.whereToWrite(file, config)
  if (!wanted && (place.is === 'writable' || place.is === 'not-permitted'))
    return nothing(EXIT.done, previewOf(file, isNamed))
  if (place.is !== 'writable') return nothing(EXIT_OF[place.is], unwritten(place, file))
  const done = await offline.writeNew(place.path, config)
  if (!done.ok) return nothing(EXIT.couldNot, `${place.path} could not be written: ${done.error}`)
  const next = nextText(place, file, {
    isRead: file === settings.configFile,
    isRunning: (await client.status()).ok,
    hasServiceUnit: surroundings.hasServiceUnit(),
  })
  return {
    exitCode: EXIT.done,
    written: place.path,
    conclusion: writtenText(place, file, config, next),
  }
}

const EXIT_OF = {
  there: EXIT.done,
  taken: EXIT.couldNot,
  impossible: EXIT.couldNot,
  'not-permitted': EXIT.notAllowed,
} as const
