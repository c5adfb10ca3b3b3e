// Bonds of a radio, in a folder of its own: the keys of LE Secure Connections, and what each bonded central had subscribed
// to. It stands in the place of the host stack's own store, which writes to the working directory, readable by everybody,
// one for the whole process. A key that did not come from LE Secure Connections is not kept. Whoever is in range may pair where
// nobody is asked: only bonds that somebody vouched for are kept for good, of the others the latest few.

import { createCipheriv } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface LongTermKey {
  readonly ltk: Buffer;
  readonly rand: Buffer;
  readonly ediv: number;
}

interface Bond {
  readonly mitm: boolean;
  readonly irk: Buffer | null;
  readonly localLtk: LongTermKey | null;
  readonly peerLtk: LongTermKey | null;
  readonly subscriptions: Map<number, number>;
  /** Somebody has said that this peer is one of theirs. */
  readonly kept: boolean;
}

interface BondFile {
  readonly mitm: boolean;
  readonly irk: string | null;
  readonly ltk: { readonly local: string | null; readonly peer: string | null };
  readonly subscriptions: Readonly<Record<string, number>>;
  readonly kept: boolean;
}

const mostNotKept = 16;

const fileName = /^0[01](-[0-9A-F]{2}){6}\.json$/;
const keyText = /^[0-9a-f]{32}$/;

/** What the host stack asks of its store. Addresses are `00:` (public) or `01:` (random), then six octets. */
export class BondStore {
  readonly #folder: string;
  readonly #bonds = new Map<string, Bond>();

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder)) {
      if (!fileName.test(name)) continue;
      const bond = readBond(join(folder, name));
      if (bond !== undefined) this.#bonds.set(name.slice(0, -'.json'.length).replaceAll('-', ':'), bond);
    }
  }

  constructAddress(type: string, address: string): string {
    return `${type === 'public' ? '00:' : '01:'}${address}`;
  }

  storeKeys(
    _own: string,
    peer: string,
    mitm: boolean,
    secureConnections: boolean,
    irk: Buffer | null | undefined,
    ...keys: readonly (Buffer | number | null)[]
  ): void {
    if (!secureConnections) return;
    const [localLtk, localRand, localEdiv, peerLtk, peerRand, peerEdiv] = keys;
    const bond: Bond = {
      mitm,
      irk: irk ?? null,
      localLtk: longTermKey(localLtk, localRand, localEdiv),
      peerLtk: longTermKey(peerLtk, peerRand, peerEdiv),
      subscriptions: new Map(),
      // Of a peer that pairs anew by the wish of whoever forgot it, as of any other.
      kept: false,
    };
    this.#bonds.delete(peer);
    this.#bonds.set(peer, bond);
    this.#save(peer, bond);
    this.#forgetSome();
  }

  /** @param address of a peer, without its kind */
  keep(address: string): void {
    for (const [peer, bond] of this.#bonds) {
      if (bond.kept || peer.slice('00:'.length) !== address.toUpperCase()) continue;
      const kept = { ...bond, kept: true };
      this.#bonds.set(peer, kept);
      this.#save(peer, kept);
    }
  }

  #forgetSome(): void {
    const passing = [...this.#bonds].filter(([, { kept }]) => !kept).map(([peer]) => peer);
    for (const peer of passing.slice(0, Math.max(0, passing.length - mostNotKept))) this.removeBond('', peer);
  }

  getKeys(_own: string, peer: string) {
    const bond = this.#bonds.get(peer);
    return bond && { mitm: bond.mitm, sc: true, localLtk: bond.localLtk, peerLtk: bond.peerLtk };
  }

  /** Of a resolvable private address (Bluetooth Core, volume 6 part B 1.3.2.3). */
  resolveAddress(_own: string, random: string): string | null {
    const octets = Buffer.from(random.replaceAll(':', '').slice(2), 'hex');
    for (const [peer, { irk }] of this.#bonds) {
      if (irk === null) continue;
      const block = Buffer.concat([Buffer.alloc(13), octets.subarray(0, 3)]);
      const cipher = createCipheriv('aes-128-ecb', Buffer.from(irk).reverse(), null);
      if (cipher.update(block).subarray(13).equals(octets.subarray(3))) return peer;
    }
    return null;
  }

  storeCccd(_own: string, peer: string, handle: number, value: number): void {
    const bond = this.#bonds.get(peer);
    if (bond === undefined || (bond.subscriptions.get(handle) ?? 0) === value) return;
    bond.subscriptions.set(handle, value);
    this.#save(peer, bond);
  }

  getCccd(_own: string, peer: string, handle: number): number {
    return this.#bonds.get(peer)?.subscriptions.get(handle) ?? 0;
  }

  /** What services a peer has is asked anew on each connection: they change when its firmware does. */
  storeGattCache(): void {}

  getGattCache(): null {
    return null;
  }

  removeBond(_own: string, peer: string): void {
    this.#bonds.delete(peer);
    rmSync(this.#fileOf(peer), { force: true });
  }

  #fileOf(peer: string): string {
    return join(this.#folder, `${peer.replaceAll(':', '-')}.json`);
  }

  #save(peer: string, bond: Bond): void {
    const file: BondFile = {
      mitm: bond.mitm,
      irk: bond.irk?.toString('hex') ?? null,
      ltk: { local: bond.localLtk?.ltk.toString('hex') ?? null, peer: bond.peerLtk?.ltk.toString('hex') ?? null },
      subscriptions: Object.fromEntries(bond.subscriptions),
      kept: bond.kept,
    };
    const path = this.#fileOf(peer);
    writeFileSync(`${path}.new`, JSON.stringify(file), { mode: 0o600, flush: true });
    renameSync(`${path}.new`, path);
  }
}

/** Keys of LE Secure Connections have no number to be found by: rand and ediv are zero. */
function longTermKey(ltk: unknown, rand: unknown, ediv: unknown): LongTermKey | null {
  if (!Buffer.isBuffer(ltk)) return null;
  return { ltk, rand: Buffer.isBuffer(rand) ? rand : Buffer.alloc(8), ediv: typeof ediv === 'number' ? ediv : 0 };
}

/** @returns undefined for a file that is not ours or was spoilt: that peer pairs again */
function readBond(path: string): Bond | undefined {
  try {
    const file: Partial<BondFile> = JSON.parse(readFileSync(path, 'utf8'));
    const key = (text: string | null | undefined) =>
      typeof text === 'string' && keyText.test(text) ? Buffer.from(text, 'hex') : null;
    const subscriptions = new Map<number, number>();
    for (const [handle, value] of Object.entries(file.subscriptions ?? {})) {
      if (Number.isInteger(value) && value >= 0 && value <= 3) subscriptions.set(Number(handle), value);
    }
    return {
      mitm: file.mitm === true,
      irk: key(file.irk),
      localLtk: longTermKey(key(file.ltk?.local), undefined, undefined),
      peerLtk: longTermKey(key(file.ltk?.peer), undefined, undefined),
      subscriptions,
      // Of an earlier release, which kept them all.
      kept: file.kept !== false,
    };
  } catch {
    return undefined;
  }
}
