/** Every page: where it is, what it is called, and its key after `g`. */
import type { FunctionComponent } from 'preact'
import { isLab } from './ask.ts'
import { Overview } from './pages/overview.tsx'
import { Lines } from './pages/lines.tsx'
import { Connections } from './pages/connections.tsx'
import { ConfigPage } from './pages/config.tsx'
import { Events } from './pages/events.tsx'
import { Glance } from './pages/glance.tsx'
import { Lab } from './pages/lab.tsx'
import { Trace } from './pages/trace.tsx'

export interface PageProps {
  /** What stands behind the page's name: `#/lines/fiber` has `fiber`. */
  readonly rest: readonly string[]
}

export interface PageEntry {
  readonly name: string
  readonly title: string
  /** For a narrow screen. */
  readonly short: string
  readonly key: string
  readonly component: FunctionComponent<PageProps>
  /** Absent: always. */
  readonly isThere?: () => boolean
  /** Reached by its key and its address alone. */
  readonly isApart?: true
}

export const PAGES: readonly PageEntry[] = [
  { name: 'overview', title: 'Overview', short: 'Now', key: 'o', component: Overview },
  { name: 'lines', title: 'Lines', short: 'Lines', key: 'l', component: Lines },
  { name: 'connections', title: 'Connections', short: 'Who', key: 'c', component: Connections },
  { name: 'trace', title: 'What if', short: 'If', key: 'w', component: Trace },
  { name: 'events', title: 'Events', short: 'Log', key: 'e', component: Events },
  { name: 'config', title: 'Config', short: 'File', key: 'f', component: ConfigPage },
  { name: 'lab', title: 'Lab', short: 'Lab', key: 'b', component: Lab, isThere: () => isLab.value },
  { name: 'glance', title: 'For a wall', short: 'Wall', key: 'g', component: Glance, isApart: true },
]

export const pagesThere = (): PageEntry[] => PAGES.filter(({ isThere }) => isThere?.() ?? true)
