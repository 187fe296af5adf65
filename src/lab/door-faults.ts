/** The faults that a page may play, with what stands on its buttons. Pure. */
import { FAULTS, isFaultKind } from './fault.ts'
import type { Fault, FaultKind } from './fault.ts'
import type { LabLine } from './topology.ts'

/** What `GET /lab/state` answers. */
export interface LabStateDocument {
  readonly lines: readonly {
    readonly name: string
    /** What is wrong with it, the oldest first, by the names below. */
    readonly faults: readonly string[]
  }[]
  /** What can be done to a line: `POST /lab/lines/LINE/NAME`. */
  readonly faults: readonly { readonly name: string; readonly title: string; readonly text: string }[]
}

/** The most telling first; `target-dead` concerns no line. */
const BUTTONS: Readonly<Partial<Record<FaultKind, { readonly name?: string; readonly title: string }>>> = {
  carrier: { name: 'cut', title: 'Cut the cable' },
  'internet-gone': { name: 'blackhole', title: 'Provider falls silent' },
  loss: { title: 'Lose 30 % of the packets' },
  delay: { title: 'Slow: 200 ms more each way' },
  flapping: { title: 'Come and go every 10 s' },
  saturation: { title: 'A full queue of 2 s' },
  'gateway-gone': { title: 'Gateway falls silent' },
  portal: { title: 'A login page' },
  'dns-dead': { title: 'No names are answered' },
  'one-way': { title: 'Lose what is sent' },
  'icmp-dropped': { title: 'No ping is answered' },
  'gateway-mac': { title: 'Gateway changes its MAC address' },
  'address-change': { title: 'Another address' },
  'device-removed': { name: 'unplug', title: 'Take the card out' },
}

const nameOf = (kind: FaultKind): string => BUTTONS[kind]?.name ?? kind

/** @returns the kind that a page calls so */
export const kindNamed = (name: string): FaultKind | undefined =>
  Object.keys(BUTTONS).find((kind): kind is FaultKind => isFaultKind(kind) && nameOf(kind) === name)

export function labState(
  lines: readonly LabLine[],
  faultsOf: (line: string) => readonly Fault[],
): LabStateDocument {
  return {
    lines: lines.map(({ name }) => ({ name, faults: faultsOf(name).map(({ kind }) => nameOf(kind)) })),
    faults: Object.entries(BUTTONS).flatMap(([kind, { title }]) =>
      isFaultKind(kind) && lines.some((line) => canHave(line, kind))
        ? [{ name: nameOf(kind), title, text: textOf(kind) }]
        : [],
    ),
  }
}

const canHave = (line: LabLine, kind: FaultKind): boolean =>
  kind !== 'address-change' || line.addressing === 'by-provider'

/** As a sentence about the line, with the command that does the same. */
function textOf(kind: FaultKind): string {
  const { does, value } = FAULTS[kind]
  const sentence = `${does[0]?.toUpperCase()}${does.slice(1)}.`
  return `${sentence} In a terminal: multihome lab fault LINE ${kind}${value === undefined ? '' : ` ${value.usual}`}`
}
