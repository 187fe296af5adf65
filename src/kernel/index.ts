export type { ConnectionsOfLine, Counts, Endings, Kernel, KernelEvent, OpenConnection } from './port.ts'
export {
  findDhcpClient,
  type FoundDhcpClient,
  type DhcpClient,
  type DhcpClientOptions,
  type MissingForDhcp,
  type StartDhcpClient,
} from './dhcp-client.ts'
export type { DhcpNews } from './dhcp-news.ts'
export { lockFile } from './lock-file.ts'
export { openLinuxKernel } from './linux.ts'
export { takeServiceManager } from './notify-socket.ts'
export { nameHolder, type NameHolder } from './name-holder.ts'
export { sendMail, type Mailed, type Mailing } from './send-mail.ts'
export { post, type Posted, type Posting } from './post.ts'
export { probeOnce } from './probe-once.ts'
export { runHook, type HookOutcome, type HookRun } from './run-hook.ts'
export { openAdvertiser, type Advertiser, type AdvertiserEars, type OpenAdvertiser } from './advertiser.ts'
export {
  foreseenResolverTrouble,
  tellResolvers,
  type ResolverNews,
  type ResolverTrouble,
  type TellResolvers,
} from './tell-resolvers.ts'
export { surveyBox } from './survey.ts'
export { seeCompany } from './see-company.ts'
export { portHolder } from './port-holder.ts'
export { isClockKept } from './clock.ts'
export { conntrackRoom, type ConntrackRoom } from './conntrack-room.ts'
export { pathMtu } from './path-mtu-once.ts'
export { processCost, type ProcessCost } from './process-cost.ts'
export { toolVersions, type ToolVersions } from './tool-versions.ts'
export { listBox, type Listing } from './list-box.ts'
