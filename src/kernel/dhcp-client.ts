/** Clients of DHCP that only tell what they learn: what becomes of it is decided elsewhere. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fail, messageOf, ok, type Result } from '../model/index.ts'
import { parseDhcpNews, type DhcpNews } from './dhcp-news.ts'
import { OWN_GROUP, rememberOwn } from './own-processes.ts'
import { runOnce } from './run-once.ts'

export interface DhcpClientOptions {
  readonly dev: string
  /** Asked for again; the server may give another one. */
  readonly lastAddress?: string
  readonly onNews: (news: DhcpNews) => void
  /** It ended by itself. @param said its last words */
  readonly onEnd: (said: string) => void
}

export interface DhcpClient {
  /** Asks for more time now. */
  renew(): void
  /** The lease is kept: it may be wanted again in a moment. */
  close(): void
}

export type StartDhcpClient = (options: DhcpClientOptions) => DhcpClient

/** What it takes to run one, by the names of the Debian packages. */
export type MissingForDhcp = 'udhcpc' | 'util-linux'

export type FoundDhcpClient = Result<StartDhcpClient, MissingForDhcp>

export async function findDhcpClient(): Promise<FoundDhcpClient> {
  const [udhcpc, busybox, setpriv] = await Promise.all([
    runOnce('udhcpc', ['--help']),
    runOnce('busybox', ['--list']),
    runOnce('setpriv', ['--pdeathsig', 'TERM', 'true']),
  ])
  const program = !udhcpc.error.startsWith('udhcpc cannot be started')
    ? ['udhcpc']
    : busybox.output.split('\n').includes('udhcpc')
      ? ['busybox', 'udhcpc']
      : undefined
  if (program === undefined) return fail('udhcpc')
  // Nobody would hear one that outlives us, and the next daemon starts its own beside it.
  if (!setpriv.ok) return fail('util-linux')
  const argv = ['setpriv', '--pdeathsig', 'TERM', ...program]
  return ok((options) => startUdhcpc(argv, options))
}

/** Asks three times within nine seconds, then again every ten. The script's name comes last. */
const ONLY_TELLING = ['-f', '-t', '3', '-T', '3', '-A', '10', '-O', 'mtu', '-O', 'staticroutes', '-s']

function startUdhcpc(
  argv: readonly string[],
  { dev, lastAddress, onNews, onEnd }: DhcpClientOptions,
): DhcpClient {
  const [program = '', ...before] = argv
  let saidLast = ''
  let isOver = false
  const end = (said: string): void => {
    if (isOver) return
    isOver = true
    onEnd(said)
  }
  let child: ChildProcess
  try {
    child = spawn(
      program,
      [
        ...before,
        ...ONLY_TELLING,
        newsScript(),
        '-i',
        dev,
        ...(lastAddress === undefined ? [] : ['-r', lastAddress]),
      ],
      { ...OWN_GROUP, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'] ?? DEFAULT_PATH } },
    )
  } catch (cause) {
    // Most reasons come as an event; no memory (ENOMEM) is thrown.
    queueMicrotask(() => end(messageOf(cause)))
    return { renew: () => undefined, close: () => void (isOver = true) }
  }
  rememberOwn(child.pid)
  // Without a descriptor left (EMFILE) there are no pipes; `error` tells.
  if (child.stdout !== null && child.stderr !== null) {
    createInterface(child.stdout).on('line', (line) => {
      const news = parseDhcpNews(line)
      if (news !== undefined && !isOver) onNews(news)
    })
    createInterface(child.stderr).on('line', (line) => (saidLast = line))
  }
  child.on('error', (cause) => end(messageOf(cause)))
  child.on('close', () => end(saidLast))
  return {
    renew: () => void child.kill('SIGUSR1'),
    close: () => {
      isOver = true
      child.kill('SIGTERM')
    },
  }
}

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** From the sources and from the bundle in `dist/` alike. */
function newsScript(): string {
  let directory = import.meta.dirname
  const path = (): string => join(directory, 'scripts', 'dhcp-news.sh')
  while (!existsSync(path()) && directory !== dirname(directory)) directory = dirname(directory)
  return path()
}
