import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { WeirError } from '@weir/errors';

// IANA's special-purpose registries: loopback, private, link-local (with the clouds' metadata), shared, documentation,
// benchmarking, multicast and reserved.
const IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;
// Also every way to write an IPv4 address as an IPv6 one.
const IPV6 = [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const;

// Two lists: in one, the range of mapped addresses would take every IPv4 address with it.
const BLOCKED = { ipv4: blockList(IPV4, 'ipv4'), ipv6: blockList(IPV6, 'ipv6') };

function blockList(nets: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [net, bits] of nets) list.addSubnet(net, bits, family);
  return list;
}

/** Whether an address is one that only this machine or its network should reach. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return true;
  return family === 6 ? BLOCKED.ipv6.check(address, 'ipv6') : BLOCKED.ipv4.check(address);
}

/** @throws WeirError `invalid_configuration` when a host is written as a private address; names are checked later */
export function requirePublicHost(host: string): void {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (isIP(bare) !== 0 && isPrivateAddress(bare)) throw refused(bare);
}

export type Resolve = (host: string, done: (error: Error | null, addresses: LookupAddress[]) => void) => void;

const resolveAll: Resolve = (host, done) => dnsLookup(host, { all: true }, done);

/**
 * A `lookup` for sockets that answers with public addresses only. The socket connects to what was checked, so that a
 * name that resolves differently a moment later changes nothing.
 */
export function publicLookup(resolve: Resolve = resolveAll): LookupFunction {
  return (host, options, done) => {
    resolve(host, (error, addresses) => {
      if (error) return done(error, []);
      const allowed = addresses.filter(({ address }) => !isPrivateAddress(address));
      const [first] = allowed;
      if (!first || allowed.length < addresses.length) return done(refused(host), []);
      if (options.all) return done(null, allowed);
      return done(null, first.address, first.family);
    });
  };
}

function refused(host: string): WeirError {
  return new WeirError('invalid_configuration', `The host ${host} is at a private address, which is not allowed.`);
}
