/** Which hosts are of a private network or of this machine: where a server elsewhere must not send us. */
import { BlockList, isIP } from 'node:net';

const IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

const IPV6 = [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const;

function listPrivateRanges(): BlockList {
  const ranges = new BlockList();
  for (const [network, prefix] of IPV4) {
    ranges.addSubnet(network, prefix, 'ipv4');
    // The same as an IPv6 address, and through a translator of addresses (RFC 6052).
    ranges.addSubnet(`::ffff:${network}`, 96 + prefix, 'ipv6');
    ranges.addSubnet(`64:ff9b::${network}`, 96 + prefix, 'ipv6');
  }
  for (const [network, prefix] of IPV6) ranges.addSubnet(network, prefix, 'ipv6');
  return ranges;
}

/** Made when it is first asked: rendering without web files needs neither it nor Node's sockets. */
let privateRanges: BlockList | undefined;

/** True for an address of a private network or of this machine, as a socket names its peer. */
export function isPrivateAddress(address: string): boolean {
  privateRanges ??= listPrivateRanges();
  return privateRanges.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** The same of a host as URL.hostname has it, without looking a name up: what a proxy would be asked for. */
export function isPrivateHostname(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (isIP(host) !== 0) return isPrivateAddress(host);
  return host === 'localhost' || host.endsWith('.localhost');
}
