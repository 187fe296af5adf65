import type { NoteCode } from '../plan/index.ts'

/**
 * Every code that the API, the command and the daemon at its start give out. They never change their meaning. Codes
 * of the configuration file (MH1xx to MH4xx) are in the table of the room that reads it.
 */
export const CODES = {
  MH190: 'wrong usage',
  MH191: 'no such command',
  MH192: 'nothing to explain by that name',
  MH500: 'the box could not be taken over',
  MH590: 'the kernel said no',
  MH591: 'a privilege is missing',
  MH601: 'it would cut everyone off',
  MH602: 'nothing can be run over this line',
  MH603: 'connections are still open on a line that was drained',
  MH604: 'a change waits to be confirmed',
  MH605: 'what is to be kept or gone back to cannot be written down',
  MH606: 'nothing waits to be confirmed',
  MH607: 'the change was undone',
  MH608: 'there is nothing to go back to',
  MH701: 'the daemon is not running',
  MH702: 'the daemon is running already',
  MH703: 'what was remembered cannot be read',
  MH705: 'no such path',
  MH706: 'method not allowed',
  MH707: 'a parameter is wrong',
  MH708: 'no such version of the API',
  MH709: 'no such line',
  MH710: 'the configuration is refused',
  MH711: 'not allowed to ask the daemon',
  MH712: 'the daemon does not answer',
  MH713: 'an answer that is not understood',
  MH720: 'a name that cannot be resolved',
  MH721: 'two ends that cannot meet',
  MH901: 'a mistake of our own',
} as const

export type Code = keyof typeof CODES

/** What a note of the plan is called on the wire. */
export const NOTE_CODES: Readonly<Record<NoteCode, `MH${number}`>> = {
  'foreign-table': 'MH501',
  'foreign-priority': 'MH502',
  'foreign-mark': 'MH503',
  'mask-changed': 'MH504',
  'vpn-catches': 'MH510',
  'leftover-default': 'MH511',
  'no-usable-line': 'MH512',
  'near-overlap': 'MH513',
  'old-kernel': 'MH514',
  'missing-interface': 'MH515',
  'vpn-overruled': 'MH516',
  'vpn-wins': 'MH517',
  'main-default-behind': 'MH518',
  'gateways-alike': 'MH519',
  'last-resort': 'MH520',
  'fail-open': 'MH521',
  'inbound-dropped': 'MH524',
  'shut-out': 'MH525',
  'memory-unsaved': 'MH530',
  'file-refused': 'MH531',
  'file-undone': 'MH533',
  unconfirmed: 'MH534',
  'fought-over': 'MH532',
}

/** What each note tells. */
export const NOTE_MEANINGS: Readonly<Record<NoteCode, string>> = {
  'foreign-table': 'a routing table of our numbers holds a route of another program',
  'foreign-priority': "another program's rule stands between ours",
  'foreign-mark': "another program's rule uses mark bits of ours",
  'mask-changed': 'marks.mask differs from that of the open connections',
  'vpn-catches': 'a VPN catches traffic before it comes to a line',
  'leftover-default': 'a default route by a line is in the main table: harmless',
  'no-usable-line': 'no line can be used',
  'near-overlap': 'the same network is behind two lines',
  'gateways-alike': 'nothing tells from outside which of two lines on one interface was meant',
  'old-kernel': 'something that this kernel is too old for, and what that costs',
  'missing-interface': 'an interface of the file is not there',
  'vpn-overruled': 'a VPN comes after the lines, as `vpn: ours` says',
  'vpn-wins': 'a VPN comes before the lines in spite of `vpn: ours`',
  'main-default-behind': 'a default route in the main table stands before that of the lines',
  'last-resort': 'a drained line is used because no other works',
  'fail-open': 'no line works, and new connections take them all the same',
  'inbound-dropped': 'what comes in by a line is dropped, but for answers and what is open',
  'shut-out': 'your own SSH session could not be begun again',
  'memory-unsaved': 'what must not be forgotten cannot be written to disk',
  'file-refused': 'the file was changed and refused: what runs is an older configuration',
  'file-undone': 'the file holds a configuration that was undone: what runs is an older one',
  unconfirmed: 'what runs waits to be confirmed, and is undone else',
  'fought-over': 'another program keeps removing something of ours',
}
