// The address of a radio: static and random (Bluetooth Core, volume 6 part B 1.3.2.1), drawn once and kept beside the bonds
// that know it, so that it is the same after a reboot and on another adapter.

import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const form = /^[C-F][0-9A-F](:[0-9A-F]{2}){5}$/;

export const isStaticRandom = (address: string) => form.test(address);

export function keptIdentity(bondFolder: string): string {
  const path = join(bondFolder, 'identity');
  try {
    const kept = readFileSync(path, 'utf8');
    if (isStaticRandom(kept)) return kept;
  } catch {
    // None was drawn yet.
  }
  const octets = randomBytes(6);
  octets.writeUInt8(octets.readUInt8(0) | 0xc0, 0);
  const identity = Array.from(octets, (octet) => octet.toString(16).padStart(2, '0').toUpperCase()).join(':');
  mkdirSync(bondFolder, { recursive: true, mode: 0o700 });
  writeFileSync(path, identity, { mode: 0o600, flush: true });
  return identity;
}
