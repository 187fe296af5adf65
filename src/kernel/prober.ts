/** Asks targets over lines, for as long as the daemon lives; loads FFI. */
import { unreachable, type ProbeAnswer, type ProbePath, type ProbeTarget } from '../model/index.ts'
import { FORGOTTEN_AFTER_MS, type Asker, type Tell } from './asker.ts'
import { refusalOf } from './bound-socket.ts'
import { dnsAsker } from './dns-asker.ts'
import { openDnsSocket } from './dns-socket.ts'
import { echoAsker } from './echo-asker.ts'
import { nameFinder } from './name-finder.ts'
import { solicitationAsker } from './solicitation-asker.ts'
import { neighbourAsker } from './neighbour-asker.ts'
import { pageAsker } from './page-asker.ts'
import { tcpAsker } from './tcp-asker.ts'

export interface ProbeListener {
  /** Once for each probe that is not silent for ever, and never while it is being asked. */
  onAnswer(probe: number, answer: ProbeAnswer): void
}

export interface Prober {
  /**
   * Asks once. What a network or a lack of rights can do is an answer. Answers are told up to ten seconds
   * later.
   * @param probe whatever the caller knows it by
   */
  ask(probe: number, path: ProbePath, target: ProbeTarget): void
  /** Nothing is told any more. */
  close(): void
}

/** Sockets are made by the thread that asks, in its network namespace. No process is started. */
export function openProber(listener: ProbeListener): Prober {
  const askersByPath = new Map<string, Askers>()
  const open = new Set<() => void>()

  const askersOn = (path: ProbePath): Askers => {
    const key = `${path.dev} ${path.mark} ${path.source} ${path.family}`
    const known = askersByPath.get(key) ?? openAskers(path)
    askersByPath.set(key, known)
    return known
  }

  return {
    ask(probe, path, target) {
      let giveUp = (): void => {}
      const end = (): boolean => {
        clearTimeout(timer)
        giveUp()
        return open.delete(end)
      }
      const timer = setTimeout(end, FORGOTTEN_AFTER_MS)
      open.add(end)
      const tell: Tell = (answer) => {
        if (open.has(end) && end()) listener.onAnswer(probe, answer)
      }
      try {
        giveUp = askBy(askersOn(path), target, tell)
      } catch (cause) {
        setImmediate(tell, refusalOf(cause))
      }
    },
    close() {
      for (const end of open) end()
      for (const askers of askersByPath.values()) for (const asker of Object.values(askers)) asker.close()
      askersByPath.clear()
    },
  }
}

type Askers = ReturnType<typeof openAskers>

/** Without sockets until somebody asks. */
function openAskers(path: ProbePath) {
  const dns = openDnsSocket(path)
  return {
    icmp: echoAsker(path),
    arp: neighbourAsker(path),
    ndp: solicitationAsker(path),
    tcp: tcpAsker(path),
    dns: dnsAsker(dns),
    page: pageAsker(path, nameFinder(dns, path.family ?? 'ipv4')),
  } as const satisfies Record<string, Pick<Asker<never>, 'close'>>
}

function askBy(askers: Askers, target: ProbeTarget, tell: Tell): () => void {
  switch (target.kind) {
    case 'icmp':
      return askers.icmp.ask(target, tell)
    case 'arp':
      return askers.arp.ask(target, tell)
    case 'ndp':
      return askers.ndp.ask(target, tell)
    case 'tcp':
      return askers.tcp.ask(target, tell)
    case 'dns':
      return askers.dns.ask(target, tell)
    case 'http':
    case 'https':
      return askers.page.ask(target, tell)
    default:
      return unreachable(target)
  }
}
