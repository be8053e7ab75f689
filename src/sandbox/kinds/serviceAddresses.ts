import { child, children, ensure, fill, text } from '../draft.js';
import type { Draft } from '../draft.js';
import type { World } from '../registry/world.js';
import { fieldInvalid, invalid } from '../fieldErrors.js';

/** The addresses and ports that a server hands out to Services: 10.96.0.0/16 and 30000 to 32767. */
export function giveAddresses(world: World, service: Draft): void {
  const spec = ensure(service, 'spec');
  const type = text(spec, 'type');
  if (type === 'ExternalName') return;
  const addresses = Array.isArray(spec['clusterIPs']) ? spec['clusterIPs'].map(String) : [];
  const wanted = text(spec, 'clusterIP') || addresses[0];
  const services = world.store.list('Service') as readonly Draft[];
  if (wanted !== undefined && wanted !== 'None') checkAddress(service, services, wanted);
  const address = wanted ?? freeAddress(world, services);
  Object.assign(spec, { clusterIP: address, clusterIPs: [address] });
  const headless = address === 'None' && child(spec, 'selector') === undefined;
  fill(spec, { ipFamilies: ['IPv4'], ipFamilyPolicy: headless ? 'RequireDualStack' : 'SingleStack' });
  if (type === 'NodePort' || (type === 'LoadBalancer' && spec['allocateLoadBalancerNodePorts'] !== false)) {
    giveNodePorts(world, spec, services);
  }
}

/** A change of type to one that needs an address or ports gets them; the old ones stay. */
export function keepAddresses(world: World, service: Draft, old: Draft): void {
  const spec = ensure(service, 'spec');
  const before = child(old, 'spec') ?? {};
  if (text(spec, 'type') === 'ExternalName') return;
  const kept = text(before, 'type') === 'ExternalName' ? {} : before;
  for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) {
    if (kept[field] !== undefined) fill(spec, { [field]: kept[field] });
  }
  for (const port of children(spec, 'ports')) {
    const same = children(before, 'ports').find(
      (p) => p['port'] === port['port'] && p['protocol'] === port['protocol'],
    );
    if (same?.['nodePort'] !== undefined && text(spec, 'type') !== 'ClusterIP') {
      fill(port, { nodePort: same['nodePort'] });
    }
  }
  const others = world.store.list('Service').filter((s) => s.metadata.uid !== child(old, 'metadata')?.['uid']);
  if (text(spec, 'clusterIP') === '') {
    const address = freeAddress(world, others);
    Object.assign(spec, { clusterIP: address, clusterIPs: [address] });
    fill(spec, { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
  }
  if (text(spec, 'type') === 'NodePort' || text(spec, 'type') === 'LoadBalancer') {
    giveNodePorts(world, spec, others);
  }
}

function checkAddress(service: Draft, services: readonly Draft[], address: string): void {
  const taken = services.some((other) => text(child(other, 'spec'), 'clusterIP') === address);
  if (!taken) return;
  const name = text(child(service, 'metadata'), 'name');
  const why = 'failed to allocate IP ' + address + ': provided IP is already allocated';
  throw invalid('', 'Service', name, [fieldInvalid('spec.clusterIPs', [address], why)]);
}

function freeAddress(world: World, services: readonly Draft[]): string {
  const taken = new Set(services.map((service) => text(child(service, 'spec'), 'clusterIP')));
  for (;;) {
    const number = 256 + Math.floor(world.store.random() * 65_000);
    const address = `10.96.${number >> 8}.${number & 0xff}`;
    if (!taken.has(address)) return address;
  }
}

function giveNodePorts(world: World, spec: Draft, services: readonly Draft[]): void {
  const ports = (service: Draft): unknown[] =>
    children(child(service, 'spec'), 'ports').map((port) => port['nodePort']);
  const taken = new Set(services.flatMap(ports));
  for (const port of children(spec, 'ports')) {
    if (typeof port['nodePort'] === 'number' && port['nodePort'] > 0) continue;
    let free = 30_000 + Math.floor(world.store.random() * 2768);
    while (taken.has(free)) free = free === 32_767 ? 30_000 : free + 1;
    taken.add(free);
    port['nodePort'] = free;
  }
}
