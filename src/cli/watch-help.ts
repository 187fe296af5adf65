/** What the signs and the keys of `status --watch` mean. Pure. */
import type { Screen } from './screen.ts'
import { beside } from './beside.ts'

const STATES = `\
● up         gets new connections
▲ suspect    checks go unanswered
✖ DOWN       it carries nothing
● reserve    a backup that waits
● slow,lossy it works, and badly
▷ draining   gets none: you wished so
○ absent     there is no such interface
○ unknown    nobody answers us`.split('\n')

const KEYS = `\
j k ↑ ↓   choose a line, or scroll
Enter     all about the line
d  u      drain it; take that back
p         probe: ask over it now
e  f      what happened; who has what open
s         5 minutes, an hour, a day
space     pause, and go on
Esc       back
q         quit`.split('\n')

const REST = `\
FOR          since when it is so
NEW/WANT     share of the LAN's new connections: got in 5 minutes / wished
DELAY, LOSS  of our own checks, lately
OPEN         entries of connection tracking on the line
DOWN/UP      what the interface carries now
▁▂▃▄▅▆▇█     delay: 1 ms to half a second; traffic: against its own most;
             24 h: how much of the time it worked
✖  ·         it was down then (24 h: all the time); nothing is known

multihome explain WORD tells more of each.`.split('\n')

export const helpRows = (screen: Screen): string[] => [
  ...(screen.columns < 80 ? [...STATES, '', ...KEYS] : beside(STATES, KEYS, 42)),
  '',
  ...REST,
]
