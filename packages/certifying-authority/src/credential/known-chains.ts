// Chains met before, by x5t (RFC 9360): what turns an 8-octet reference in a handshake back into certificates.
import { type Bytes, bytesToHex } from '@vitalseal/protocol';
import { x5t } from '../certificate/thumbprint.ts';
import { BoundedMap } from '../path/bounded-map.ts';

/** In memory; a hospital fills it from its store when it starts. Bounded: what fell out is asked for by value again. */
export class KnownChains {
  readonly #chains: BoundedMap<readonly Bytes[]>;

  constructor(limit = 100_000) {
    this.#chains = new BoundedMap(limit);
  }

  readonly find = (reference: Bytes): readonly Bytes[] | undefined => this.#chains.get(bytesToHex(reference));

  readonly remember = (reference: Bytes, chain: readonly Bytes[]): void => {
    this.#chains.set(bytesToHex(reference), chain);
  };

  /** @param chain leaf first */
  async add(chain: readonly Bytes[]): Promise<void> {
    const [leaf] = chain;
    if (leaf !== undefined) this.remember(await x5t(leaf), chain);
  }
}
