import { EVENT_KINDS } from '../model/index.ts'
import type { DegradedShare, FailbackPolicy, HealthPolicy, LineRole } from '../model/index.ts'
import type { KeyDoc } from './keys.ts'
import type { Bounds } from './quantities.ts'

/** The keys that say how a line is watched, and what follows when it dies. */

export const ROLES = ['normal', 'backup'] as const satisfies readonly LineRole[]
export const PREFERENCES = ['quick', 'stable'] as const satisfies readonly HealthPolicy['prefer'][]
export const DEGRADED_SHARES = ['keep', 'less', 'none'] as const satisfies readonly DegradedShare[]
export const FAILBACKS = ['leave', 'move', 'drain'] as const satisfies readonly FailbackPolicy['is'][]

export const BOUNDS = {
  suspicion: {
    min: '200ms',
    max: '10s',
    tooLittle: 'a short gap, which every radio line has, would end connections',
    tooMuch: 'new connections avoid a suspected line already, and those that hang would only hang longer',
  },
  rise: { min: '0s', max: '1h', tooMuch: 'a line that comes and goes is kept out longer by itself' },
  lossy: { min: '1%', max: '100%', tooLittle: 'losses below 1% cannot be told from chance by a few probes' },
  slow: {
    min: '50ms',
    max: '10s',
    tooLittle: 'a line that carries much is slower than that at times',
    tooMuch: 'an answer that late counts as none',
  },
  after: { min: '0s', max: '1h', tooMuch: 'for connections that shall never be ended, write never' },
  drain: {
    min: '1s',
    max: '24h',
    tooLittle: 'to end them at once, write move',
    tooMuch: 'to keep them as long as they last, write leave',
  },
  budget: {
    min: '1 MB',
    max: '1 GB',
    tooLittle: 'an idle line could not even be asked every five minutes',
    tooMuch:
      'it is what our questions may cost, not what the line may carry; without any limit they cost less',
  },
  history: {
    min: '5 MB',
    max: '100 GB',
    tooLittle: 'a week would not fit into it; to keep nothing, write history: off',
    tooMuch: 'ten years of eight lines take less',
  },
  quota: {
    min: '1 MB',
    max: '1000 TB',
    tooLittle: 'our own questions take more than that',
    tooMuch: 'no line carries that in a month',
  },
  timeout: {
    min: '1s',
    max: '5m',
    tooLittle: 'a busy box may need that long to start a program',
    tooMuch: 'a program that takes longer would pile up when a line comes and goes',
  },
} as const satisfies Record<string, Bounds>

export const HEALTH_EXPECTS = 'off, or a map such as { suspicion: 800ms, rise: 10s }'
export const RELEASE_EXPECTS = 'never, a time such as 3s, or a map such as { after: 3s, own: false }'
export const FAILBACK_EXPECTS = 'leave, move, or drain with a time, such as drain 10m'

export const HEALTH_ELSEWHERE = ['check', 'checks', 'healthcheck', 'track', 'monitor', 'monitoring', 'probe', 'probes', 'targets', 'track_ip', 'trackip', 'ping'] // prettier-ignore
export const RELEASE_ELSEWHERE = [
  'kill',
  'killstates',
  'kill_states',
  'flush_conntrack',
  'reset',
  'terminate',
]
export const FAILBACK_ELSEWHERE = ['preempt', 'failbackstates', 'return', 'recovery']

export const HEALTH_KEYS = {
  targets: {
    expects: 'a list of whom to ask, such as [icmp/1.1.1.1, dns/8.8.8.8, tcp/9.9.9.9:443]',
    means:
      'Whom we ask whether the Internet is there, over the line itself. `icmp/ADDRESS`: a ping. `dns/ADDRESS`: a question to a resolver. `tcp/ADDRESS:PORT`: the beginning of a connection, to port 443 if none is given. An IPv6 address stands in brackets where a port follows, and then in quotes: `"tcp/[2620:fe::fe]:443"`. ' +
      '`http://…` or `https://…`: a page; its name is asked for over the line too, so without DNS there is no page. As a map, an answer can be asked for: `{ dns: 9.9.9.9, name: example.org, expect: 192.0.2.1 }`, `{ url: "https://example.org/alive", status: 200, body: alive }`. ' +
      'One answer proves that a line works, so a provider that drops one kind, or a target that is dead, does no harm among others: take at least two kinds, and three operators. They may be the same for all lines; the gateway is asked besides, by itself. ' +
      'A line with both families is watched in each by itself: by the targets with an address of it, and by pages with a name. Where there are none of a family, its usual ones are asked.',
    example: [
      'icmp/1.1.1.1',
      'dns/8.8.8.8',
      'tcp/9.9.9.9:443',
      { url: 'https://example.org/alive', body: 'alive' },
    ],
    leftOut:
      'ICMP and DNS to the public resolvers 1.1.1.1, 8.8.8.8 and 9.9.9.9, or 2606:4700:4700::1111, 2001:4860:4860::8888 and 2620:fe::fe over IPv6, and now and then the page http://1.1.1.1/, to find login pages; targets of your own replace all of it in their family, the page too',
    elsewhere: ['target', 'hosts', 'host', 'track_ip', 'trackip', 'ping', 'checkip', 'monitor', 'addresses'],
  },
  suspicion: {
    expects: `a time from ${BOUNDS.suspicion.min} to ${BOUNDS.suspicion.max}, such as 500ms`,
    means:
      'How long a line is suspected before it is called down. New connections avoid it from the beginning, which costs nothing; only `down` ends anything. ' +
      '`500ms` is the most with which the first retry of a connection that began on a dead line still finds another; `800ms` suits radio lines with short gaps.',
    example: '800ms',
    default: '500ms',
    elsewhere: ['down', 'fall', 'holddown', 'failurecount', 'failure-count', 'downtime'],
  },
  rise: {
    expects: `a time from ${BOUNDS.rise.min} to ${BOUNDS.rise.max}, such as 3s`,
    means:
      'How long a line that was down must answer before it is used again. It doubles with every death of the last minutes, up to five minutes.',
    example: '10s',
    default: '3s',
    elsewhere: ['up', 'recovery', 'recoverytime', 'success-count', 'successcount', 'holdup'],
  },
  prefer: {
    expects: 'quick or stable',
    means:
      '`quick`: a line is used again after `rise`. `stable`: after it was down it waits far longer, unless no other line works.',
    example: 'stable',
    default: 'quick',
    elsewhere: ['dampening', 'damping'],
  },
  lossy: {
    expects: `a share from ${BOUNDS.lossy.min} to ${BOUNDS.lossy.max}, such as 20%`,
    means: 'From which loss on a line that works counts as degraded. It is never down for loss alone.',
    example: '10%',
    default: '20%',
    elsewhere: ['loss', 'packetloss', 'losshigh', 'failure_loss', 'max_loss'],
  },
  slow: {
    expects: `a time from ${BOUNDS.slow.min} to ${BOUNDS.slow.max}, such as 1s`,
    means: 'From which round-trip time on a line that works counts as degraded.',
    example: '400ms',
    default: '1s',
    elsewhere: ['latency', 'delay', 'rtt', 'latencyhigh', 'failure_latency', 'max_latency'],
  },
  degraded: {
    expects: 'keep, less or none',
    means:
      'What a line gets of the new connections while it is lossy or slow. `keep`: its share. `less`: a quarter of it. `none`: nothing, as long as a better line works.',
    example: 'none',
    default: 'less',
    elsewhere: ['onloss', 'brownout'],
  },
} as const satisfies Record<string, KeyDoc>

/** What other programs have keys for, and why there is none here. */
export const NO_HEALTH_KEYS: ReadonlyMap<string, string> = new Map([
  ...['interval', 'checkinterval', 'period', 'frequency'].map(
    (word) =>
      [word, 'a line in use is watched all the time, an idle one asked every few seconds; for one that costs by volume, write metered at the line'] as const,
  ),
  ...['timeout', 'resptime', 'resp-time'].map(
    (word) => [word, 'how long to wait for an answer is learned from the answers of the line'] as const,
  ),
  ...['reliability', 'quorum', 'count', 'retries', 'attempts', 'failures'].map(
    (word) => [word, 'one answer proves that a line works; suspicion says for how long all must be missing'] as const,
  ),
]) // prettier-ignore

export const DNS_TARGET_KEYS = {
  dns: {
    expects: 'the address of a resolver, such as 9.9.9.9',
    means: 'Asks this resolver, on port 53 unless one is given: `9.9.9.9:5353`, `"[2620:fe::9]:5353"`.',
    example: '9.9.9.9',
    elsewhere: ['resolver', 'server', 'address'],
  },
  name: {
    expects: 'the name of a host, such as example.org',
    means: 'What is asked for.',
    example: 'example.org',
    leftOut: 'the name servers of the root; any answer will do',
    elsewhere: ['query', 'host', 'question', 'qname'],
  },
  expect: {
    expects: 'an address, such as 192.0.2.1',
    means:
      'An address, IPv4 or IPv6, that must be among the answers: another is the answer of a login page. Only with `name`.',
    example: '192.0.2.1',
    leftOut: 'any answer will do',
    elsewhere: ['answer', 'result', 'expected'],
  },
} as const satisfies Record<string, KeyDoc>

export const PAGE_TARGET_KEYS = {
  url: {
    expects: 'an address of a page, such as https://example.org/alive',
    means: 'Fetches this page by HTTP or HTTPS.',
    example: 'https://example.org/alive',
    elsewhere: ['http', 'https', 'page', 'uri'],
    secret: true,
  },
  status: {
    expects: 'a status of HTTP, from 100 to 599',
    means: 'The status that must come.',
    example: 204,
    leftOut: 'any will do, but a redirect to another host is taken for a login page',
    elsewhere: ['code', 'statuscode', 'expect'],
  },
  body: {
    expects: 'text, such as alive',
    means: 'Text that must be in the page.',
    example: 'alive',
    leftOut: 'any page will do',
    elsewhere: ['text', 'contains', 'content', 'match'],
    secret: true,
  },
} as const satisfies Record<string, KeyDoc>

export const RELEASE_KEYS = {
  after: {
    expects: `never, or a time from ${BOUNDS.after.min} to ${BOUNDS.after.max}, such as 3s`,
    means:
      'How long a line must be down before its established TCP connections are ended, so that the programs at their ends connect anew. That long waits a line whose provider is silent, or whose address or gateway is away: back in time, they go on (with `nat: masquerade` the kernel forgets them with the address). At once, whatever is set: without carrier, without the interface, or when that was switched off. `never`: not even then; they hang until the line is back or they give up. Nothing is ended while no other line works, nor while the line answers again and only has to go on like that for `health.rise`.',
    example: '10s',
    default: '3s',
    elsewhere: ['delay', 'wait', 'timeout'],
  },
  repick: {
    expects: 'true or false',
    means:
      'Whether connections that never had an answer, and UDP and ICMP, may begin anew on another line as soon as a line is down.',
    example: false,
    default: true,
    elsewhere: ['retry', 'udp', 'flush'],
  },
  own: {
    expects: 'true or false',
    means: 'Whether TCP connections of this box itself are ended along with those of the clients.',
    example: false,
    default: true,
    elsewhere: ['local', 'self', 'host', 'box'],
  },
} as const satisfies Record<string, KeyDoc>

export const HOOK_KEYS = {
  run: {
    expects: 'a path, or a list of a path and arguments, such as [/usr/local/bin/tell, admin]',
    means:
      'The program, by its absolute path, and its arguments. No shell is in between. The event comes as JSON on its standard input and in environment variables.',
    example: ['/usr/local/bin/tell', 'admin'],
    elsewhere: ['exec', 'command', 'cmd', 'script', 'program', 'path'],
  },
  on: {
    expects: `a list of events, such as [down, up]`,
    means: `When it is run: ${EVENT_KINDS.map((kind) => `\`${kind}\``).join(', ')}.`,
    example: ['down', 'up'],
    leftOut: 'on every event',
    elsewhere: ['events', 'event', 'when', 'for', 'trigger'],
  },
  timeout: {
    expects: `a time from ${BOUNDS.timeout.min} to ${BOUNDS.timeout.max}, such as 10s`,
    means: 'After that time the program is ended. Nothing waits for it meanwhile.',
    example: '30s',
    default: '10s',
    elsewhere: ['limit', 'maxtime', 'deadline'],
  },
} as const satisfies Record<string, KeyDoc>
