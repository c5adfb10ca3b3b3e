// The phone's errand for a card that its hospital administers: the card names the server, and the phone says where the
// name leads to. It does so for the one hospital that it was told of by its user; a card that names another host is not
// helped, or a hostile one could have the phone knock at any door.

import { SecurityDomainClient } from '@vitalseal/secure-element/terminal';
import { type Transmit, UiccError } from '@vitalseal/uicc';
import type { HospitalAddress } from '../hospital/hospital-address.ts';

/**
 * Of a card without a security domain, or that nobody administers, nothing is asked.
 * @param unlessTold a card that has an address since its last reset keeps it, and is not made to call the hospital
 * @throws UiccError `card-gone`
 */
export async function tellDomain(
  transmit: Transmit,
  { name, port, address }: HospitalAddress,
  { unlessTold = false } = {},
): Promise<void> {
  const domain = new SecurityDomainClient({ run: (use) => use(transmit) });
  try {
    const { server, hasAddress } = await domain.standing();
    const isOurs = server?.host === name && server.port === port;
    if (isOurs && !(unlessTold && hasAddress)) await domain.putAddress(address);
  } catch (error) {
    if (!(error instanceof UiccError) || error.code !== 'card-refused') throw error;
  }
  await domain.close();
}
