// Writes docs/words.md from the words that `multihome explain` tells; with --check only says whether it is current.
import { STATE_WORDS, WORDS } from '../src/cli/words.ts'
import type { Word } from '../src/cli/words.ts'
import { bringUpToDate } from './pages.ts'

const known: readonly Word[] = [...STATE_WORDS, ...WORDS]

const anchor = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(' ', '-')
    .replaceAll(/[^a-z0-9_-]/g, '')

const link = (name: string): string =>
  known.some((word) => word.name === name) ? `[${name}](#${anchor(name)})` : `\`${name}\``

function section({ name, means, see = [], page }: Word): string {
  const more = [...see.map(link), ...(page === undefined ? [] : [`[${page}](${page})`])]
  return [`### ${name}`, means, ...(more.length === 0 ? [] : [`See ${more.join(', ')}.`])].join('\n\n')
}

const page = [
  '<!-- Made from src/cli/words.ts by scripts/words-page.ts; edit there. -->',
  '# Words',
  'What `multihome explain WORD` tells of the words of ours, and of those of the kernel that one meets with us. It also explains keys ([config.md](config.md)), commands and codes ([commands.md](commands.md)).',
  '## States of a line',
  ...STATE_WORDS.map(section),
  '## Other words',
  ...WORDS.map(section),
].join('\n\n')

await bringUpToDate(import.meta.filename, 'src/cli/words.ts', [{ path: 'docs/words.md', text: page }])
