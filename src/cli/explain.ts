import type { ExplanationDocument } from '../api/contract.ts'
import { rfc3339 } from '../api/documents.ts'
import { unreachable } from '../model/index.ts'
import { failed, told } from './answer.ts'
import type { Answer } from './answer.ts'
import { EXIT } from './exit-codes.ts'
import { explanationText, listText } from './explain-text.ts'
import { examples } from './shell.ts'
import type { Job, Shell } from './shell.ts'

export function addExplain({ program, answer }: Shell): void {
  program
    .command('explain')
    .summary('a key, a code, a state, a word of ours, a command')
    .description(
      'A key of the configuration file, an error or note code, a state of a line, a word of ours or a command, in a few sentences. Without a word: what can be explained.',
    )
    .argument('[word...]', 'weight, lines.NAME.weight, MH203, pinned, table 222')
    .addHelpText(
      'after',
      examples(
        'multihome explain',
        'multihome explain affinity',
        'multihome explain MH510',
        'multihome explain table 222',
      ),
    )
    .action((words: readonly string[]) => answer((job) => explain(job, program, words.join(' '))))
}

async function explain({ surroundings }: Job, program: Shell['program'], word: string): Promise<Answer> {
  const { explainables, find } = await import('./explained.ts') // all tables of all codes: only `explain` needs them
  const all = explainables(program)
  const document = (entries: ExplanationDocument['entries']): ExplanationDocument => ({
    api: 'v1',
    kind: 'Explanation',
    time: rfc3339(surroundings.nowMs()),
    entries,
  })
  if (word === '') return told(EXIT.done, document(all.map(({ entry }) => entry)), listText)
  const finding = find(word, all)
  switch (finding.is) {
    case 'found':
      return told(EXIT.done, document([...finding.entries]), explanationText)
    case 'translated':
      return told(EXIT.done, document([...finding.entries]), (shown, screen) =>
        [`"${word}" is called ${namesOf(shown)} here.`, explanationText(shown, screen)].join('\n\n'),
      )
    case 'missing': {
      const hint =
        finding.near === undefined
          ? 'multihome explain lists what can be explained.'
          : `Did you mean ${finding.near}?`
      return failed({
        exitCode: EXIT.wrongUsage,
        code: 'MH192',
        message: `There is nothing called "${word}" to explain. ${hint}`,
        plain: true,
      })
    }
    default:
      return unreachable(finding)
  }
}

const namesOf = ({ entries }: ExplanationDocument): string => entries.map(({ name }) => name).join(' or ')
