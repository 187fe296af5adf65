/** Single keys, off while somebody types or holds a modifier, and for good when a person wishes so (WCAG 2.1.4). */
import { pagesThere } from './pages.ts'
import { linkTo } from './route.ts'
import { isPaused, keysAreOn, showsHelp } from './wishes.ts'

export interface Key {
  readonly keys: string
  readonly does: string
}

export const KEYS: readonly Key[] = [
  { keys: 't', does: 'what would happen to…' },
  { keys: '/', does: 'find on this page' },
  { keys: 'j k', does: 'next and previous row' },
  { keys: 'Enter', does: 'where the row leads' },
  { keys: 'p', does: 'hold the picture still' },
  { keys: '?', does: 'this list' },
]

let afterG = false

export function startKeys(): void {
  addEventListener('keydown', (event) => {
    if (!keysAreOn.value || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    const wasAfterG = afterG
    afterG = event.key === 'g' && !wasAfterG
    if (afterG) return
    const isTaken = wasAfterG ? go(event.key) : act(event.key)
    if (isTaken) event.preventDefault()
  })
}

function go(key: string): boolean {
  const page = pagesThere().find((one) => one.key === key)
  if (page === undefined) return false
  location.hash = linkTo(page.name)
  document.querySelector<HTMLElement>('#main')?.focus()
  return true
}

function act(key: string): boolean {
  switch (key) {
    case '?':
      showsHelp.value = !showsHelp.value
      return true
    case 'p':
      isPaused.value = !isPaused.value
      return true
    case 't':
      return go('w')
    case '/':
      return focusOn(document.querySelector<HTMLElement>('main input'))
    case 'j':
      return step(1)
    case 'k':
      return step(-1)
    case 'Enter':
      return follow(document.activeElement)
    default:
      return false
  }
}

/** Rows are what a page marks so. */
function step(by: number): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')]
  const at = rows.findIndex((row) => row === document.activeElement)
  return focusOn(rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by])
}

/** The first link of a row; what can be pressed itself is the browser's. */
function follow(row: Element | null): boolean {
  const link = row?.matches('[data-row]:not(a)') === true ? row.querySelector('a') : null
  link?.click()
  return link !== null
}

function focusOn(element: HTMLElement | null | undefined): boolean {
  element?.focus()
  return element !== null && element !== undefined
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName))
