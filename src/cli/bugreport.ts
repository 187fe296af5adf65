import { writeFile } from 'node:fs/promises'
import { createClient } from '../api/client.ts'
import type { BugReportDocument } from '../api/contract.ts'
import { planDocument, rfc3339 } from '../api/documents.ts'
import { fail, ok } from '../model/index.ts'
import { bytes, counted } from './amounts.ts'
import { failed, told, type Answer } from './answer.ts'
import { bugReport, type BugReport } from './bug-report.ts'
import { examined } from './doctor.ts'
import { EXIT } from './exit-codes.ts'
import { printable } from './printable.ts'
import { screenFor, type Screen } from './screen.ts'
import { examples } from './shell.ts'
import type { Job, Shell } from './shell.ts'
import { cutMiddle } from './table.ts'
import { wrap } from './wrap.ts'

interface BugReportOptions {
  readonly maskAddresses?: true
  readonly print?: true
}

export function addBugReport({ program, answer }: Shell): void {
  program
    .command('bugreport')
    .summary('one file for whoever is to find a fault, without secrets')
    .description(
      'Gathers what somebody needs who is to find a fault: the doctor, the status, what happened, the plan, the configuration, rules, routes, nft and the log. Secrets, comments and whatever the configuration file should not have are left out, wherever they stand. It is text that you can read, written for you alone, and sent to nobody.',
    )
    .argument('[file]', 'where to write it (default: multihomed-report-TIME.txt, here)')
    .option('--mask-addresses', 'public addresses and those of network cards as ipv4-1, card-1, …')
    .option('--print', 'to stdout, instead of a file')
    .addHelpText(
      'after',
      examples(
        'sudo multihome bugreport',
        'sudo multihome bugreport --mask-addresses /tmp/report.txt',
        'sudo multihome bugreport --print | less',
      ),
    )
    .action((file: string | undefined, options: BugReportOptions) =>
      answer((job) => report(job, file, options)),
    )
}

const EVENTS = 500

async function report(job: Job, named: string | undefined, options: BugReportOptions): Promise<Answer> {
  const { settings, surroundings } = job
  const { stdout, env } = surroundings
  const hidesAddresses = options.maskAddresses === true
  const made = await gathered(job, hidesAddresses)
  const time = rfc3339(surroundings.nowMs())
  const path = named ?? `multihomed-report-${time.slice(0, 19).replaceAll(/[:T]/g, '-')}.txt`
  const document = (file: string | null): BugReportDocument => ({
    api: 'v1',
    kind: 'BugReport',
    time,
    file,
    bytes: Buffer.byteLength(made.text),
    sections: made.sections.map((section) => ({ ...section })),
    missing: [...made.missing],
    masked: { places: [...made.places], comments: made.comments, addresses: hidesAddresses },
  })
  if (options.print === true && !settings.json)
    return told(EXIT.done, document(null), () => printable(made.text))

  const person = settings.json ? undefined : await surroundings.person()
  if (person !== undefined) {
    const screen = screenFor(stdout, env, settings)
    const show = (text: string) => stdout.write(`${screen.finish(text)}\n`)
    show(contentsText(printable(document(null)), screen))
    let reply: string | undefined
    do {
      reply = await person.ask(`\nWrite it to ${path}? [Y/n, p shows all of it] `)
      if (reply?.trim() === 'p') show(printable(made.text))
    } while (reply?.trim() === 'p')
    person.leave()
    if (reply === undefined || /^n/i.test(reply.trim()))
      return told(EXIT.done, document(null), () => 'Nothing was written.')
  }
  const written = await write(path, made)
  if (!written.ok) {
    const message = `${path} cannot be written: ${written.error}`
    return failed({ exitCode: EXIT.couldNot, code: 'MH193', message, help: 'name another file' })
  }
  return told(EXIT.done, document(path), person === undefined ? writtenText : afterwardsText)
}

async function gathered(
  { settings, surroundings, ...job }: Job,
  hidesAddresses: boolean,
): Promise<BugReport> {
  const client = createClient(settings.socketPath, { askTimeoutMs: 3000 })
  const { gatherReport, planOffline } = await surroundings.offline()
  const nowMs = surroundings.nowMs()
  const [doctor, matter, planned, status, events, notify] = await Promise.all([
    examined({ settings, surroundings, ...job }),
    gatherReport(settings),
    planOffline(settings),
    client.status(),
    client.events({ limit: EVENTS }),
    client.notify(),
  ])
  const plan = planned.ok ? ok(planDocument(planned.value, nowMs)) : fail(planFailure(planned.error))
  const answers = { status, events, messages: notify }
  const { version } = surroundings
  return bugReport({ version, time: rfc3339(nowMs), doctor, answers, plan, matter }, hidesAddresses)
}

/** Its own text may show lines of the file. */
const planFailure = (failure: { readonly code: string; readonly text: string }): string =>
  failure.code === 'config' ? 'the configuration file is refused' : failure.text

/** For its owner alone, and over nothing that is there. */
const write = (path: string, { text }: BugReport) =>
  writeFile(path, text, { flag: 'wx', mode: 0o600 }).then(ok, (cause: NodeJS.ErrnoException) =>
    fail(WHY_NOT[cause.code ?? ''] ?? cause.message),
  )

const WHY_NOT: Readonly<Partial<Record<string, string>>> = {
  EEXIST: 'something of that name is there already',
  EISDIR: 'it is a directory',
  ENOENT: 'there is no such directory',
  ENOTDIR: 'its directory is none',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'that file system is read-only',
  ENOSPC: 'the disk is full',
}

const READ_FIRST = 'Read it before you send it to somebody; names of hosts, networks and clients are in it.'

const afterwardsText = ({ file }: BugReportDocument, screen: Screen): string =>
  wrap(`Written: ${file}, for its owner alone. ${READ_FIRST}`, screen.columns)

function writtenText(document: BugReportDocument, screen: Screen): string {
  return `${contentsText(document, screen)}\n\n${afterwardsText(document, screen)}`
}

/** Some are whole commands. */
const LONGEST_NAME = 56

/** What is in it, what was taken out, and what could not be had. */
export function contentsText(document: BugReportDocument, screen: Screen): string {
  const { sections, missing, masked } = document
  const { places, comments, addresses } = masked
  const rows = (title: string, what: readonly string[]): string[] =>
    what.length === 0
      ? []
      : ['', screen.paint('heading', title), ...what.map((one) => wrap(`  ${one}`, screen.columns, 4))]
  return [
    wrap(`A report of ${bytes(document.bytes)}. Nothing is sent to anybody.`, screen.columns),
    ...rows(
      'In it',
      sections.map(
        ({ name, lines }) => `${cutMiddle(name, LONGEST_NAME, screen.cutMark)} (${counted(lines, 'line')})`,
      ),
    ),
    ...rows('Taken out, wherever it stood', [
      ...places.map((place) => `the value of ${place === '' ? 'the file' : place}`),
      ...(comments === 0 ? [] : [counted(comments, 'comment')]),
      'what lies in the files that the configuration names, and tokens',
      ...(addresses ? ['public addresses, and those of network cards'] : []),
    ]),
    ...rows('Not to be had', missing),
  ].join('\n')
}
