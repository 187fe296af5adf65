/** The theme follows the system unless somebody chose one. */
import { signal } from '@preact/signals'

const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const KEY = 'multihomed-theme'
const kept = localStorage.getItem(KEY)

export const theme = signal<Theme>(THEMES.find((one) => one === kept) ?? 'system')

export const nextTheme = (now: Theme): Theme => THEMES[(THEMES.indexOf(now) + 1) % THEMES.length] ?? 'system'

export function startTheme(): void {
  theme.subscribe((now) => {
    if (now === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, now)
    document.documentElement.dataset['theme'] = now
  })
}
