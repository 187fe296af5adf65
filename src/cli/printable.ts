/**
 * A copy in which no text can steer a terminal. Names of interfaces and words of other programs come from
 * outside; the kernel allows an escape character in an interface name. Line breaks and tabs stay.
 */
export function printable<T>(value: T): T {
  if (typeof value === 'string') return value.replace(STEERING, '\ufffd') as T & string
  if (Array.isArray(value)) return value.map(printable) as T & unknown[]
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, printable(inner)])) as T &
    object
}

/** C0 but tab and line feed, delete, C1, and the marks that turn the direction of reading. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** JSON on one line, with the same signs escaped where JSON itself lets them through. */
export const printableJson = (document: object): string =>
  JSON.stringify(document).replace(
    STEERING,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
