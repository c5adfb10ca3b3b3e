import { parseTpmAddress } from './address.ts';
import { openDevice } from './device-transport.ts';
import { openSocket } from './socket-transport.ts';
import type { Transport } from './transport.ts';

/**
 * @param address as `parseTpmAddress` reads it
 * @throws TpmError `tpm-address-malformed`, `tpm-unavailable`, `tpm-busy`
 */
export async function openTransport(address: string, waitMs: number): Promise<Transport> {
  const where = parseTpmAddress(address);
  switch (where.kind) {
    case 'unix':
      return await openSocket({ path: where.path }, waitMs);
    case 'tcp':
      return await openSocket({ host: where.host, port: where.port }, waitMs);
    case 'device':
      return await openDevice(where.path, waitMs);
  }
}
