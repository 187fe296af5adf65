import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { KernelEvent } from './port.ts'

/**
 * Tells of every change by a child `ip monitor`, 0.3 ms after it happened. It is a bell, no source of facts: IPv4
 * routes that vanish with their link are not announced at all, so whoever hears it reads everything again.
 *
 * When the child ends or cannot be started, events may have been lost; another one is tried and the bell rings. So it
 * does when the child says that it could not keep up (`netlink receive error`), or anything else on stderr.
 */
export function watchIpMonitor(onEvent: (event: KernelEvent) => void): { close(): void } {
  let closed = false
  let child: ChildProcess | undefined
  let restart: NodeJS.Timeout | undefined
  start()

  function start(): void {
    let monitor: ChildProcess
    try {
      monitor = spawn('ip', ['-o', 'monitor', 'label', 'link', 'address', 'route', 'rule', 'nexthop'], {
        stdio: ['ignore', 'pipe', 'pipe'],
      })
    } catch {
      startLater() // most reasons come as an event, no memory (ENOMEM) is thrown
      return
    }
    child = monitor
    // Without a descriptor left (EMFILE) there are no pipes; `error` tells.
    onLines(monitor.stdout, (line) => onEvent(eventOf(line)))
    onLines(monitor.stderr, (line) => onEvent({ about: 'link', text: `ip monitor: ${line}` }))
    const onEnd = (): void => {
      if (child === monitor) startLater()
    }
    monitor.on('error', onEnd)
    monitor.on('close', onEnd)
  }

  function startLater(): void {
    child = undefined
    if (closed) return
    restart = setTimeout(() => {
      start()
      onEvent({ about: 'link', text: 'ip monitor ended and was started again' })
    }, RESTART_AFTER_MS)
  }

  return {
    close() {
      closed = true
      clearTimeout(restart)
      child?.kill()
    },
  }
}

const RESTART_AFTER_MS = 200

function onLines(stream: NodeJS.ReadableStream | null | undefined, onLine: (line: string) => void): void {
  if (stream) createInterface({ input: stream }).on('line', onLine)
}

/** `[LINK]3: wan1: …`: the label is the kind. */
function eventOf(line: string): KernelEvent {
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
