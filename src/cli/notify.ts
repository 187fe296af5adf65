import { told } from './answer.ts'
import type { Answer } from './answer.ts'
import { EXIT } from './exit-codes.ts'
import { channelsText, testText } from './notify-text.ts'
import { examples, fromDaemon } from './shell.ts'
import type { Job, Shell } from './shell.ts'

export function addNotify({ program, answer }: Shell): void {
  const notify = program
    .command('notify')
    .summary('where messages are sent')
    .description('Messages on what a person must know.')
  notify
    .command('list', { isDefault: true })
    .summary('the channels, and what each did last')
    .description(
      'Every channel for messages: how many wait, and what was sent last, when, over which line, with which answer. It is what `multihome notify` alone does.',
    )
    .addHelpText('after', examples('multihome notify', 'multihome notify list --json'))
    .action(() => answer(list))
  notify
    .command('test')
    .summary('send a message now')
    .description(
      'Sends a message to one channel or to all of them, whatever the limits and the hour, and shows the text, the line it took and the answer. Exit 1: one of them did not take it.',
    )
    .argument('[channel]', 'its name')
    .addHelpText('after', examples('multihome notify test', 'multihome notify test phone'))
    .action((channel: string | undefined) => answer((job) => test(job, channel)))
}

const list = async ({ client, surroundings }: Job): Promise<Answer> =>
  fromDaemon(await client.notify(), surroundings, (document) => told(EXIT.done, document, channelsText))

const test = async ({ client, surroundings }: Job, channel?: string): Promise<Answer> =>
  fromDaemon(await client.notifyTest(channel), surroundings, (document) => {
    const isAll = document.channels.every(({ delivered }) => delivered)
    return told(isAll ? EXIT.done : EXIT.couldNot, document, testText)
  })
