export { CannotPlay } from './cannot-play.ts'
export { createLab } from './lab.ts'
export type { Lab, LabOptions } from './lab.ts'
export { INTERNET, LAN, planTopology, ROUTER, SWITCH } from './topology.ts'
export type {
  Addressing,
  LabClient,
  LabLine,
  LineOptions,
  Sharing,
  Topology,
  TopologyOptions,
} from './topology.ts'
export type { AdvertisedPrefix, Advertisement } from './advertising.ts'
export { LAN6 } from './ipv6.ts'
export type { Ipv6Kind, Lan6Options, LineIpv6 } from './ipv6.ts'
export { FAULTS, faultInWords, readFault } from './fault.ts'
export type { Fault, FaultFacts, FaultKind } from './fault.ts'
export type { Inflicted } from './inflicting.ts'
export { enterPrivateWorld, inPrivateWorld, requirePrivateWorld } from './private-world.ts'
export { eventually } from './eventually.ts'
export type { EventuallyOptions } from './eventually.ts'
export { PORTS } from './servers.ts'
export type { LabServer, Seen, ServerKind } from './servers.ts'
export type { AskOptions, PingOptions, UdpTalker } from './asking.ts'
export type { Connection, ConnectOptions } from './connection.ts'
export type { LoadOptions, LoadRecord, LoadResult } from './load.ts'
export type { SocketOptions } from './sockets.ts'
export { inNamespace } from './namespace.ts'
export type { Namespace } from './namespace.ts'
export type { Output, RunOptions } from './run.ts'
export type { DaemonExit, DaemonOptions, DaemonPaths, DaemonProcess } from './daemon-process.ts'
export type { PrintedLines } from './printed-lines.ts'
export type { WrongSource } from './provider.ts'
export type { LinkWatch } from './watch-links.ts'
