import { formatRate, type Config, type LineConfig, type Observed } from '../model/index.ts'
import type { Note } from './report.ts'

/** What became of the wish to shape lines, where it could not be fulfilled as well as could be. */
export const shapingNotes = ({ lines }: Config, observed: Observed): Note[] =>
  lines
    .filter(({ shape }) => shape !== undefined)
    .flatMap((line) => [
      ...strangers(line, observed),
      ...impossible(line, observed),
      ...plain(line, observed),
    ])

function strangers({ name, interface: dev, shape }: LineConfig, { otherQueues }: Observed): Note[] {
  const isWished = { up: shape?.upBitsPerSecond !== undefined, down: shape?.downBitsPerSecond !== undefined }
  return otherQueues
    .filter((queue) => queue.dev === dev && isWished[queue.direction])
    .map(({ direction, called }) => ({
      code: 'other-queue',
      severity: 'warning',
      text: `${name} is not shaped ${direction}wards: ${dev} has a queue that is not ours (${called})`,
      help: `if it is to go: tc qdisc del dev ${dev} ${direction === 'up' ? 'root' : called.split(' ')[0]}; then multihome apply`,
    }))
}

function impossible({ name, shape = {} }: LineConfig, { capabilities: { shaping } }: Observed): Note[] {
  const lost = [
    ...(shaping === 'none' && shape.upBitsPerSecond !== undefined
      ? [`up (${formatRate(shape.upBitsPerSecond)})`]
      : []),
    ...(shaping !== 'both' && shape.downBitsPerSecond !== undefined
      ? [`down (${formatRate(shape.downBitsPerSecond)})`]
      : []),
  ]
  if (lost.length === 0) return []
  return [
    {
      code: 'old-kernel',
      severity: 'warning',
      text: `${name} is not shaped ${lost.join(' nor ')}: this kernel, or its tc, lacks what that takes`,
      help: 'up takes sch_cake or sch_tbf, down also ifb, sch_ingress, cls_u32 and act_mirred; tc is in the Debian package iproute2',
    },
  ]
}

/** Told of what is there by now: before, nobody knows what the kernel will have. */
function plain({ name, interface: dev }: LineConfig, { shapers }: Observed): Note[] {
  const by = shapers.find((shaper) => shaper.dev === dev && shaper.by === 'tbf')?.by
  if (by === undefined) return []
  return [
    {
      code: 'old-kernel',
      severity: 'note',
      text: `${name} is shaped by ${by}, for this kernel has no cake: the speed is right, but hosts do not get equal shares`,
      help: 'load or install the module sch_cake, then multihome down and start again',
    },
  ]
}
