/** What docs/commands.md and the manual tell beyond what the program itself knows. */
import { EXIT } from '../src/cli/exit-codes.ts'

/** By the command's words: what it prints, and the exit codes besides 0, 1 and 2. */
export const COMMANDS: Readonly<Record<string, { readonly prints: string; readonly exits: string }>> = {
  status: {
    prints:
      'The verdict in a sentence, then two tables of the lines, and what is done about those that fail. `DELAY` and `LOSS` are those of our own checks, and missing where no line is watched. `NEW/WANT` is the share of new connections of the LAN in the last five minutes, and the share wished now, in IPv4 where a line has both families (`multihome lines LINE` tells of IPv6); `OPEN` counts entries of connection tracking. `WEIGHT` is reduced to the smallest whole numbers: weights of 100 and 20 in the file are shown as 5 and 1. `--watch` shows it live until `q`, Ctrl-C or a signal, with a row of blocks for the delay of each line (from a millisecond to half a second, `✖` where it was down, nothing is known where there is a dot), and for the line that is chosen with `j` and `k` its traffic and how much of each part of the last 24 hours it worked. `d` drains it once you have said yes, `u` takes that back, `p` probes it, Enter tells all about it, `e` shows what happened, `f` who has connections open, `s` takes 5 minutes, an hour or a day, space pauses, `?` tells the rest. While the daemon does not answer, every line is shown as unknown. With `--json` it prints a document each second, each on a line, and needs no terminal.',
    exits: '4, 5; with `--check` 11 and 12',
  },
  lines: {
    prints:
      'The tables of `status` alone, or one line in detail. "Chosen N times for the LAN" counts new connections of the LAN that had their turn since the table was made in the kernel: not those of this box, not those from outside, and not those to the line’s own networks. So a line can carry bytes and have been chosen 0 times.',
    exits: '4, 5',
  },
  events: {
    prints:
      'A row for each event: when, by the clock of this box, which line (`router` is the box as a whole), what, and why. What follows from the row above begins with `so`. They are remembered over restarts (docs/history.md); without `--since` and `--until` the last 100 are told, and where there are older ones the last row says how to ask for them. `--follow` begins with the last ten, asks twice a second and waits for a daemon that is away; with `--json` it prints a document for each event.',
    exits: '4, 5',
  },
  report: {
    prints:
      'What a month of the line came to: availability, delay and how much it varies, loss, data and speed, then every outage with its beginning, how long it lasted, how many connections were cut off, and why; for both families where the line has them. Availability counts only the time in which the daemon knew how the line is, and what is rounded never makes it better. An outage that lasted "at least" so long was not seen to end, because the daemon was stopped. `--html` prints a page that stands alone, with a table of the data by day. `--clients` has a row for each client instead, those with the most first; it is empty unless the configuration says `history: { clients: true }` (docs/history.md).',
    exits: '4, 5',
  },
  probe: {
    prints:
      'What it comes to in a sentence, and a row for each answer: its delay, or why there is none. The daemon asks, so that it needs no right of yours but to reach its socket. DNS is asked for the name servers of the root; whoever answers a ping or takes or refuses a connection has answered. `login page`: a page of 1.1.1.1, over plain HTTP, which a captive portal answers with its own.',
    exits: '4, 5',
  },
  trace: {
    prints:
      'The questions that the packet meets on its way through our rules, each with its answer; the line, or where it goes instead, and why. Where nobody can know (a slot is drawn, a group of nexthops decides) all lines with their shares. Then what would become of it without that line, and without the next one. Last the answer of `ip route get` to the same question: when it is another than ours, something on this box is not as the daemon believes. FROM may be a client, an address of this box, `me` (a program on it that asks for no address) or an address outside, whose connections come in by the line that has the address TO. The box resolves names. Between FROM and TO stands a space, `→` or `->` (the last one in quotes, else the shell takes its `>`).',
    exits: '4, 5; with `--exit-code` 14',
  },
  flows: {
    prints:
      'How many connections are open, of how many clients, and a row for each client with how many it has on each line; with `--list` or `--client` a row for each connection: `>` was begun inside, `<` from outside. TCP connections that are over, or nearly, are counted apart and listed last: connection tracking remembers them for up to two minutes, and `status` counts them among `OPEN`. Bytes are there where the kernel counts them (`sysctl net.netfilter.nf_conntrack_acct=1`).',
    exits: '4, 5',
  },
  init: {
    prints:
      'A table of the interfaces, a sentence about whatever is unusual, each with what to do about it, and the proposed file or where it was written. `INTERNET?` is answered by 1.1.1.1, 8.8.8.8 and 9.9.9.9, by ping and at their HTTPS port, asked over each interface that has a default route, whichever the box itself would take; `NAT` and `CGNAT` are told by the address. Enter takes the answer in brackets, a dash leaves out. Where the file is already there, the new one is written beside it, as FILE.new. Looking needs no right; where no question may be put, that is said. It fails when no line was found.',
    exits: '5',
  },
  check: {
    prints:
      'Each problem of the file with its place. Without `CAP_NET_ADMIN` only the file is judged, and a note says so.',
    exits: '3',
  },
  plan: {
    prints:
      'How much there is to do, then by subject the cause, the effect and the commands. It reads the box, for which it needs `CAP_NET_ADMIN`.',
    exits: '3, 5; with `--exit-code` 10',
  },
  apply: {
    prints:
      'The same as `plan --short`, and how long it took. With `--confirm` which lines the Internet answered on before and after, and on a terminal a question; Ctrl-C and a lost terminal leave the time running, which is the daemon’s. Elsewhere it does not wait: `confirm` is another command. What is undone stays in the file, which is never written.',
    exits: '3, 4, 5; 6 while the last change waits; 7 when it was undone; 130 after Ctrl-C at the question',
  },
  confirm: { prints: 'One sentence.', exits: '4, 5; 7 when it was undone already' },
  undo: {
    prints:
      'What is in force again, and what was read back from the kernel. Without a change that waits to be confirmed it goes back by one accepted configuration, and again by one; the last eight are kept.',
    exits: '4, 5',
  },
  'token list': { prints: 'A row for each token: its name, what it may do, since when.', exits: '4, 5' },
  'token add': {
    prints:
      'The secret alone in the first line, then how to send it. It is told this once; only its digest is kept.',
    exits: '4, 5',
  },
  'token remove': { prints: 'One sentence, and the tokens that are left.', exits: '4, 5' },
  drain: {
    prints:
      'One sentence with the number of open connections. On a terminal, or with `--wait`, it goes on until none is open; Ctrl-C ends the watching, not the drain. What connection tracking still remembers counts as open: a closed TCP connection for up to two minutes, an answered UDP packet for up to three.',
    exits: '4, 5; 6 when no other line works; with `--wait` 130 after Ctrl-C',
  },
  undrain: { prints: 'One sentence.', exits: '4, 5' },
  weight: { prints: 'One sentence: the weight, what the file says, and the share.', exits: '4, 5' },
  use: {
    prints:
      'What the command prints, and nothing of its own but a warning on stderr when the line is not up. What the command leaves running in the background keeps its line. The exit code is that of the command, 127 when there is no such command, 128 and more when a signal ended it; when it was not even begun, one of these. It needs root, the daemon and a cgroup2 below /sys/fs/cgroup, which every system of the last years has; kernels before 5.13 cannot tell its packets.',
    exits: "4, 5; the command's own",
  },
  doctor: {
    prints:
      'A row for each finding: `FIX` is something that does not work until it is settled, `note` something to know, `ok` what is well; they stand in this order. They are what `check` says of the file; the versions of kernel and tools; the room of connection tracking; whether somebody keeps the clock right; whether the path filter is loose and somebody else uses our numbers; the programs beside us that have a hand in the network, each with the sign it was known by, what it does, who wins and what to set; for each line whether its resolvers answer by it, and how large a packet may be that passes (a size above which packets vanish without a word is the reason for pages that hang); the files in the state directory; and from the daemon whether the kernel is as the file wishes, its notes, waiting messages and tokens. Where no daemon answers it says what that means, and what it could not see. Lines that are down are not asked over. Signs of programs are names of nft chains and tables, rules, interfaces and running programs; what runs in a container with a network of its own is not counted, where root asks. It sends some packets over each line and takes up to four seconds. Without `CAP_NET_ADMIN` it ends with what it could not see. Nothing is changed.',
    exits: '13 when there is something to fix; notes alone are 0',
  },
  bugreport: {
    prints:
      'On a terminal what is in the report, what was taken out and what could not be had, and then the question whether to write it; `p` shows all of it. Elsewhere it writes at once, and tells the same. The file is new, and for its owner alone. Of the configuration everything stays that is known to be for all: values of keys that are secret, of keys that nobody knows and values that their key does not take are `<secret>` in it, wherever else they stand too; comments are left out. Names of hosts, networks and clients stay. It works without the daemon, and without root it has less in it.',
    exits: '1',
  },
  'notify list': {
    prints:
      'A row for each channel of the file: how many messages wait, when one was sent last, over which line, and the answer. `multihome notify` alone is the same.',
    exits: '4, 5',
  },
  'notify test': {
    prints:
      'For each channel the text as it was sent, the line it took and the answer. No secret is in it. It is sent at once, whatever the limits and the hour, and takes as long as the receivers do.',
    exits: '1 when one of them did not take it, 2 for a channel that there is none of, 4, 5',
  },
  explain: {
    prints:
      'What it is, why, what to do, and where to read on. The same word may be several things: `multihome explain down` tells of the state and of the command. The words of ours are in [words.md](words.md) too.',
    exits: 'none',
  },
  lab: {
    prints:
      'The report of the lab; `multihome lab --help` names its own commands and options. Its internet owns 203.0.113.10 and up, and 1.1.1.1, 8.8.8.8 and 9.9.9.9, so that `multihome init` finds there what it finds in real life.',
    exits: '4, 130',
  },
  'config schema': { prints: 'JSON in either case.', exits: 'none' },
  completion: {
    prints:
      'The script. What it completes is asked of this command at each Tab: names of lines from the daemon, or from the file while the daemon is away.',
    exits: 'none',
  },
  run: {
    prints:
      'One line with "ready" on stdout, the log on stderr. Failures stand on stderr as text, with `--json` too. `multihomed` is the same as `multihome run`.',
    exits: '5, 78',
  },
  down: {
    prints:
      'What was removed and put back, in numbers; with `--dry-run` what would be, with the commands. With a daemon that daemon does it and ends; without one it needs `CAP_NET_ADMIN`, and `--state-dir` and `--socket` as the daemon had them, since how the box was before is remembered there. Where nothing is remembered, it names the settings that stay.',
    exits: '4, 5',
  },
}

const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: 'done, or nothing to complain of',
  couldNot: 'it could not be done: the kernel said no, a mistake of our own; of the lab: not as wished',
  wrongUsage: 'wrong usage: no such command, option or line',
  configWrong: 'the configuration file is wrong, or something on this box must be settled first',
  notReachable: 'no daemon answers; of the lab: there is none',
  notAllowed: 'not allowed: a privilege is missing',
  refusedForSafety:
    'refused for safety: it would cut everyone off, or a change waits to be confirmed, or what to go back to cannot be written down',
  undone: 'the change was undone',
  planHasChanges: '`plan --exit-code`: there are changes',
  someLinesInUse: '`status --check`: some line, or the kernel, is not as wished',
  noLineInUse: '`status --check`: no line is in use',
  somethingToFix: '`doctor`: there is something to fix',
  noLineForIt: '`trace --exit-code`: no line takes it, or the kernel says otherwise',
  interrupted: 'ended by Ctrl-C before it came to what was asked for; of the lab: 128 + N by signal N',
}

/** Given by the daemon and the lab. */
const MORE_EXITS = [
  [78, '`run`: the configuration file is wrong, and another start would not mend it (EX_CONFIG)'],
] as const

export const ENVIRONMENT = [
  ['MULTIHOMED_CONFIG', 'the configuration file, as `--config`'],
  ['MULTIHOMED_STATE_DIR', 'what outlives a restart, as `--state-dir`'],
  ['MULTIHOMED_SOCKET', "the daemon's socket, as `--socket`"],
  [
    'MULTIHOMED_LOG_LEVEL',
    'of the daemon: trace, debug, info, warn, error or fatal; left out or anything else: info. `debug` logs every command',
  ],
  ['JOURNAL_STREAM', 'set by systemd: the log then has priorities and no times, for the journal has its own'],
  ['NOTIFY_SOCKET', 'set by systemd: where the daemon tells that it is ready, and the verdict'],
  ['NO_COLOR, TERM', 'any NO_COLOR, or a TERM of dumb: no colour, unless `--color always`'],
  ['LC_ALL, LC_CTYPE, LANG', 'the first that is set; without UTF-8 in it: no signs outside ASCII'],
] as const

/** Every exit code with its meaning, the answers last. */
export const exitCodes = (): (readonly [code: number, means: string])[] => [
  ...Object.entries(EXIT).map(([name, code]) => [code, EXIT_MEANINGS[name as keyof typeof EXIT]] as const), // its own keys
  ...MORE_EXITS,
]
