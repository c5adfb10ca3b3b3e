// Whom the card may reach through the phone: the hosts that the phone was told of, and no other. Without this a hostile
// card could search the patient's home network by OPEN CHANNEL.

import { BlockList, isIP } from 'node:net';

export class ReachableHosts {
  /** Node's list of addresses compares them in every spelling; here it says what may pass. */
  readonly #byPort = new Map<number, BlockList>();

  /** @param address IPv4 or IPv6, as text; anything else is not added */
  allow(address: string, port: number): void {
    const version = isIP(address);
    if (version === 0) return;
    const list = this.#byPort.get(port) ?? new BlockList();
    list.addAddress(address, version === 6 ? 'ipv6' : 'ipv4');
    this.#byPort.set(port, list);
  }

  /** @param address 4 or 16 bytes */
  allows(address: Uint8Array, port: number): boolean {
    const list = this.#byPort.get(port);
    return list?.check(addressText(address), address.length === 16 ? 'ipv6' : 'ipv4') ?? false;
  }
}

/** @param address 4 or 16 bytes, in the order of the network */
export function addressText(address: Uint8Array): string {
  if (address.length === 4) return address.join('.');
  const groups: string[] = [];
  for (let at = 0; at < address.length; at += 2) {
    groups.push((((address[at] ?? 0) << 8) | (address[at + 1] ?? 0)).toString(16));
  }
  return groups.join(':');
}
