import type { CheckDocument } from '../api/contract.ts'
import { checkDocument } from '../api/documents.ts'
import { counted } from './amounts.ts'
import { told } from './answer.ts'
import type { Answer } from './answer.ts'
import { EXIT } from './exit-codes.ts'
import { notesText } from './notes-text.ts'
import type { Screen } from './screen.ts'
import { examples } from './shell.ts'
import type { Job, Shell } from './shell.ts'
import { watchingText } from './watching-text.ts'
import { wrap } from './wrap.ts'

export function addCheck({ program, answer }: Shell): void {
  program
    .command('check')
    .summary('is the config right?')
    .description(
      'Every error of a configuration file at once, and what on this box deserves a warning. Of a right file also what it costs to watch each line, and how soon a dead one is noticed.',
    )
    .argument('[file]', 'instead of --config')
    .addHelpText('after', examples('multihome check', 'multihome check ./new.yaml && echo right'))
    .action((file: string | undefined) => answer(check, file))
}

async function check({ settings, surroundings }: Job): Promise<Answer> {
  const { checkOffline } = await surroundings.offline()
  const { text, ...found } = await checkOffline(settings)
  const document = checkDocument(found, surroundings.nowMs())
  return told(found.ok ? EXIT.done : EXIT.configWrong, document, (shown, screen) =>
    checkText(shown, text, settings.configFile, screen),
  )
}

/** @param pictures the problems of the file as `config` drew them, and how many there are */
export function checkText(check: CheckDocument, pictures: string, file: string, screen: Screen): string {
  if (check.problems.some(({ severity }) => severity === 'error')) return pictures.trimEnd()
  return [
    pictures.trimEnd(),
    notesText(check.notes, screen),
    watchingText(check.watching, screen),
    wrap(conclusion(check, file), screen.columns),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function conclusion({ ok, problems, notes }: CheckDocument, file: string): string {
  if (!ok) return `${file} is right, but nothing is done on this box until that is settled.`
  const warnings = [...problems, ...notes].filter(({ severity }) => severity === 'warning').length
  return warnings === 0 ? `${file} is right.` : `${file} can be used: ${counted(warnings, 'warning')}.`
}
