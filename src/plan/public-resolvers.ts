/**
 * Resolvers that answer everybody, whoever the provider is: such a one belongs to no line, and is reached over any
 * other when its line is down. Those whom many networks hand out by DHCP; any other can be listed for several lines.
 */
const PUBLIC_RESOLVERS: ReadonlySet<string> = new Set([
  // Google
  '8.8.8.8',
  '8.8.4.4',
  '2001:4860:4860::8888',
  '2001:4860:4860::8844',
  // Cloudflare
  '1.1.1.1',
  '1.0.0.1',
  '2606:4700:4700::1111',
  '2606:4700:4700::1001',
  // Quad9
  '9.9.9.9',
  '149.112.112.112',
  '2620:fe::fe',
  '2620:fe::9',
  // OpenDNS
  '208.67.222.222',
  '208.67.220.220',
  '2620:119:35::35',
  '2620:119:53::53',
])

/** @param address in the kernel's spelling */
export const answersEverybody = (address: string): boolean => PUBLIC_RESOLVERS.has(address)
