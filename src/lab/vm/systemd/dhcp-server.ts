/** A provider's DHCP server, the real dnsmasq. */
import { rmSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import type { Lab } from '../../index.ts'
import { DIES_WITH_US, spawnIn } from '../../run.ts'
import { PROVIDER_DEVICES } from '../../topology.ts'

export interface DhcpServer {
  /** The only address it has to give; whoever asks for another one is refused. */
  gives(address: string): Promise<void>
  stop(): Promise<void>
}

export async function serveDhcp(lab: Lab, line: string): Promise<DhcpServer> {
  const { host, gateway, address } = lab.line(line)
  // Who has no address yet is no spoofer.
  await lab.must(host, ['nft', 'insert', 'rule', 'ip', 'provider', 'from_customer', 'udp', 'dport', '67', 'accept']) // prettier-ignore
  const leases = `${lab.directory}/leases-${line}`
  let end = async (): Promise<void> => {}
  const self: DhcpServer = {
    async gives(only) {
      await end()
      rmSync(leases, { force: true })
      const argv = `dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 --bind-dynamic --no-ping
        --interface=${PROVIDER_DEVICES.customer} --dhcp-authoritative --dhcp-range=${only},${only},255.255.255.240,2m
        --dhcp-option=option:router,${gateway} --dhcp-leasefile=${leases} --pid-file= --user=root`
      const child = spawnIn(lab.host(host), [...DIES_WITH_US, ...argv.split(/\s+/)], { stdio: 'ignore' })
      const ended = new Promise((resolve) => child.on('close', resolve))
      end = async () => {
        child.kill()
        await Promise.race([ended, setTimeout(5000)])
      }
    },
    stop: () => end(),
  }
  await self.gives(address)
  return self
}
