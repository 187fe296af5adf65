/** Which page is shown stands behind the `#`, so that the daemon serves one file and links can be kept. */
import { signal } from '@preact/signals'

/** `#/lines/fiber` is the page `lines` with `fiber`. */
export interface Place {
  readonly page: string
  readonly rest: readonly string[]
}

export const place = signal<Place>(placeOf(location.hash))

function placeOf(hash: string): Place {
  const [page = '', ...rest] = hash.replace(/^#\/?/, '').split('/').map(decoded)
  return { page: page === '' ? 'overview' : page, rest: rest.filter((part) => part !== '') }
}

export const linkTo = (page: string, ...rest: readonly string[]): string =>
  `#/${[page, ...rest].map(encodeURIComponent).join('/')}`

export function startLooking(): void {
  addEventListener('hashchange', () => {
    place.value = placeOf(location.hash)
    scrollTo(0, 0)
  })
}

/** What is badly encoded is a name that nothing has. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
