// Whether the hospital's certificate was revoked, as far as the list can be had. It is asked for before each handshake,
// through the hospital itself: whoever holds it back could as well hold back the handshake, so that its absence is no
// verdict; but what was once seen as revoked stays so.
import { createEstClient, type IsRevoked, parseCertificate, readCrl } from '@vitalseal/certifying-authority';
import type { DeviceCredential } from '../custody/key-custody.ts';
import type { Transport } from './transport.ts';

const patienceMs = 4000;

export class Revocation {
  readonly #revoked = new Set<string>();
  #number = -1;

  readonly isRevoked: IsRevoked = (serial) => this.#revoked.has(serial);

  /** True where a genuine list was read. Never throws: a list that cannot be had or is not genuine changes nothing. */
  async refresh({ hospitalUrl, fetch }: Transport, { chain }: DeviceCredential): Promise<boolean> {
    const [, issuer] = chain;
    if (issuer === undefined) return false;
    try {
      const client = createEstClient({
        url: new URL(hospitalUrl).origin,
        fetch: (address, init) => fetch(address, init),
      });
      const der = await client.crl(undefined, AbortSignal.timeout(patienceMs));
      if (der === undefined) return false;
      const list = await readCrl(der, parseCertificate(issuer));
      if (list.number < this.#number) return false;
      this.#number = list.number;
      for (const serial of list.revoked) this.#revoked.add(serial);
      return true;
    } catch {
      return false;
    }
  }
}
