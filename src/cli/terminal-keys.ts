/** What a terminal sends, as keys. */

const PASTE_BEGINS = '\u001b[200~'
const PASTE_ENDS = '\u001b[201~'

const NAMES: Readonly<Record<string, string>> = {
  '\u001b[A': 'up',
  '\u001bOA': 'up',
  '\u001b[B': 'down',
  '\u001bOB': 'down',
  '\u001b': 'escape',
  '\r': 'enter',
  '\n': 'enter',
}

/** Escape sequences whole (ECMA-48, 5.4), everything else sign by sign. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const KEY = /\u001b\[[0-?]*[ -/]*[@-~]|\u001bO[@-~]|[^]/gu

/** Text that was pasted is none: a word with a d and a y in it must not drain a line. */
export function keysOf(): (data: string) => readonly string[] {
  let isPasting = false
  return (data) =>
    (data.match(KEY) ?? []).flatMap((key) => {
      if (key === PASTE_BEGINS || key === PASTE_ENDS) isPasting = key === PASTE_BEGINS
      const name = NAMES[key] ?? key
      return isPasting || name.startsWith('\u001b') ? [] : [name]
    })
}
