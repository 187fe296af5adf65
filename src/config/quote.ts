const LONGEST_QUOTE = 40

/** Text from the file in quotes, shortened, and with nothing in it that could steer a terminal. */
export function quote(text: string): string {
  const characters = Array.from(text)
  const short =
    characters.length > LONGEST_QUOTE ? `${characters.slice(0, LONGEST_QUOTE - 1).join('')}…` : text
  return JSON.stringify(short).replace(STEERING, (character) => escaped(character))
}

/** Controls that JSON leaves alone: delete, the C1 set, marks of reading direction, line and paragraph ends. */
const STEERING = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
