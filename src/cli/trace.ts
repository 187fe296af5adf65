import type { TraceDocument } from '../api/contract.ts'
import { failed, told } from './answer.ts'
import type { Answer } from './answer.ts'
import { EXIT } from './exit-codes.ts'
import { examples, fromDaemon } from './shell.ts'
import type { Job, Shell } from './shell.ts'
import { traceText } from './trace-text.ts'
import { readTraceWords } from './trace-words.ts'

interface TraceOptions {
  readonly udp?: true
  readonly exitCode?: true
}

export function addTrace({ program, answer }: Shell): void {
  const command = program
    .command('trace')
    .summary('which line would this take, why, and what if it dies')
    .description(
      'Which way the first packet of a connection would go, question by question; which one once that line is out of use; and what the kernel itself says. Nothing is sent.',
    )
    .argument('<from to...>', 'FROM and TO[:PORT]: addresses or names; FROM may be "me"')
    .option('--udp', 'a UDP port, not a TCP one')
    .option('--exit-code', 'exit 14 when no line takes it, or the kernel says otherwise')
    .allowUnknownOption() // "->" looks like one
    .addHelpText(
      'after',
      examples(
        'multihome trace 10.0.0.12 example.org:443',
        'multihome trace me → 9.9.9.9',
        'multihome trace me [2001:db8:f::80]:443',
        'multihome trace 203.0.113.80 198.51.100.2:22    (from outside)',
      ),
    )
    .action((words: readonly string[], options: TraceOptions) => {
      const typo = words.find((word) => /^-[^>]/.test(word))
      if (typo !== undefined) command.error(`error: unknown option '${typo}'`)
      return answer((job) => trace(job, words, options))
    })
}

async function trace(
  { client, surroundings }: Job,
  words: readonly string[],
  options: TraceOptions,
): Promise<Answer> {
  const read = readTraceWords(words, options.udp === true)
  if (!read.ok) return failed({ exitCode: EXIT.wrongUsage, code: 'MH190', ...read.error })
  return fromDaemon(await client.trace(read.value), surroundings, (document) =>
    told(options.exitCode === true && !isGood(document) ? EXIT.noLineForIt : EXIT.done, document, traceText),
  )
}

const isGood = ({ outcome, kernel }: TraceDocument): boolean =>
  (outcome.is === 'line' || outcome.is === 'inbound') && kernel.verdict !== 'different'
