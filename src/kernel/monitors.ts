import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { OWN_GROUP } from './own-processes.ts'
import type { KernelEvent } from './port.ts'
import { OUR_TABLE, messageOf, type Neighbour } from '../model/index.ts'

/**
 * Tells of every change by two children, `ip monitor` and `nft monitor`, 0.3 ms after it happened. They are bells, no
 * source of facts: IPv4 routes that vanish with their link are not announced at all, so whoever hears one reads
 * everything again.
 */
export function watchMonitors(onEvent: (event: KernelEvent) => void): { close(): void } {
  const monitors = MONITORS.map((monitor) => watch(monitor, onEvent))
  return {
    close() {
      for (const monitor of monitors) monitor.close()
    },
  }
}

/**
 * Tells of a hardware address that one of these neighbours gets or changes, and once soon after the beginning, for
 * what was missed until the child listened. In a busy network neighbours come and go all the time, and those that are
 * known are looked after every half a minute: none of that rings.
 */
export function watchNeighbours(
  neighbours: readonly Neighbour[],
  onEvent: (event: KernelEvent) => void,
): { close(): void } {
  const wanted = new Set(neighbours.map(({ address, dev }) => `${address} dev ${dev}`))
  const last = new Map<string, string>()
  const monitor = watch(
    {
      command: 'ip',
      argv: ['-o', 'monitor', 'label', 'neigh'],
      about: 'neighbour',
      read: (line) => {
        const [, who = '', mac = ''] = /^\[NEIGH\](\S+ dev \S+) lladdr (\S+)/.exec(line) ?? []
        if (!wanted.has(who) || last.get(who) === mac) return undefined
        last.set(who, mac)
        return { about: 'neighbour', text: `${who} lladdr ${mac}` }
      },
    },
    onEvent,
  )
  const first = setTimeout(
    () => onEvent({ about: 'neighbour', text: 'gateways are watched' }),
    FIRST_PAUSE_MS,
  )
  return {
    close() {
      clearTimeout(first)
      monitor.close()
    },
  }
}

interface Monitor {
  readonly command: string
  readonly argv: readonly string[]
  readonly about: KernelEvent['about']
  /** @returns `undefined` for what is none of our business */
  readonly read: (line: string) => KernelEvent | undefined
}

const MONITORS: readonly Monitor[] = [
  {
    command: 'ip',
    argv: ['-o', 'monitor', 'label', 'link', 'address', 'route', 'rule', 'nexthop'],
    about: 'link',
    read: eventOfIp,
  },
  {
    command: 'nft',
    argv: ['monitor', 'ruleset'],
    about: 'ruleset',
    // `nft flush ruleset` names every table it takes away.
    read: (line) => (line.includes(OUR_TABLE) ? { about: 'ruleset', text: line.trim() } : undefined),
  },
]

/**
 * When the child ends or cannot be started, events may have been lost; another one is tried and the bell rings. So it
 * does when the child says that it could not keep up (`netlink receive error`), or anything else on stderr.
 *
 * One that does not stay is tried later and later, and complained of once.
 */
function watch(
  { command, argv, about, read }: Monitor,
  onEvent: (event: KernelEvent) => void,
): { close(): void } {
  let closed = false
  let child: ChildProcess | undefined
  let timer: NodeJS.Timeout | undefined
  let pauseMs = FIRST_PAUSE_MS
  let isToldOf = false
  let lastWords = ''
  start()

  function start(): void {
    let monitor: ChildProcess
    try {
      monitor = spawn('setpriv', [...DIES_WITH_US, command, ...argv], {
        ...OWN_GROUP,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
    } catch (cause) {
      startLater(messageOf(cause)) // most reasons come as an event, no memory (ENOMEM) is thrown
      return
    }
    child = monitor
    // Without a descriptor left (EMFILE) there are no pipes; `error` tells.
    onLines(monitor.stdout, (line) => {
      const event = read(line)
      if (event !== undefined) onEvent(event)
    })
    onLines(monitor.stderr, (line) => {
      lastWords = line
      onEvent({ about, text: `${command} monitor: ${line}` })
    })
    const onEnd = (why: string): void => {
      if (child === monitor) startLater(why)
    }
    monitor.on('error', (cause) => onEnd(messageOf(cause)))
    monitor.on('close', (code) => onEnd(lastWords === '' ? `exit code ${code}` : lastWords))
    timer = setTimeout(onStay, STAYS_AFTER_MS)
  }

  function onStay(): void {
    pauseMs = FIRST_PAUSE_MS
    lastWords = ''
    if (isToldOf) onEvent({ about: 'monitor', text: `${command} monitor runs again` })
    isToldOf = false
  }

  function startLater(why: string): void {
    child = undefined
    clearTimeout(timer)
    if (closed) return
    timer = setTimeout(() => {
      start()
      onEvent({ about, text: `${command} monitor ended and was started again` })
    }, pauseMs)
    if (pauseMs > FIRST_PAUSE_MS && !isToldOf) {
      isToldOf = true
      const text = `${command} monitor does not keep running (${why}): what others change is seen at the regular look, not at once`
      onEvent({ about: 'monitor', text })
    }
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)
  }

  return {
    close() {
      closed = true
      clearTimeout(timer)
      child?.kill()
    },
  }
}

const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 30_000
/** One that ran that long was not ended by what hindered the one before. */
const STAYS_AFTER_MS = 10_000
/** A monitor that has nothing to say would never notice that nobody listens any more, after a kill -9. */
const DIES_WITH_US = ['--pdeathsig', 'KILL', '--']

function onLines(stream: NodeJS.ReadableStream | null | undefined, onLine: (line: string) => void): void {
  if (stream) createInterface({ input: stream }).on('line', onLine)
}

/** `[LINK]3: wan1: …`: the label is the kind. */
function eventOfIp(line: string): KernelEvent {
  const [, label = '', text = line] = /^\[(\w+)\](.*)$/.exec(line) ?? []
  return { about: KINDS[label] ?? 'link', text: text.trim() }
}

const KINDS: Readonly<Record<string, KernelEvent['about']>> = {
  LINK: 'link',
  ADDR: 'address',
  ROUTE: 'route',
  RULE: 'rule',
  NEXTHOP: 'nexthop',
}
