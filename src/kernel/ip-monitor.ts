import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { KernelEvent } from './port.ts'

/**
 * Tells of every change by a child `ip monitor`, 0.3 ms after it happened. It is a bell, no source of facts: IPv4
 * routes that vanish with their link are not announced at all, so whoever hears it reads everything again.
 *
 * When the child ends, events may have been lost; a new one is started and the bell rings once.
 */
export function watchIpMonitor(onEvent: (event: KernelEvent) => void): { close(): void } {
  let closed = false
  let child = start()

  function start(): ReturnType<typeof spawn> {
    const monitor = spawn('ip', ['-o', 'monitor', 'label', 'link', 'address', 'route', 'rule', 'nexthop'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    createInterface({ input: monitor.stdout }).on('line', (line) => onEvent(eventOf(line)))
    monitor.on('error', () => undefined) // told by `close`
    monitor.on('close', () => {
      if (closed) return
      setTimeout(() => {
        if (closed) return
        child = start()
        onEvent({ about: 'link', text: 'ip monitor ended and was started again' })
      }, RESTART_AFTER_MS)
    })
    return monitor
  }

  return {
    close() {
      closed = true
      child.kill()
    },
  }
}

const RESTART_AFTER_MS = 200

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
