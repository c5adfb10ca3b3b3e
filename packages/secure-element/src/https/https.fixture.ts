// A card with HTTPS of its own, a terminal, and a hospital's server that asks for the card's certificate.

import { formatIdentity } from '@vitalseal/protocol';
import type { CarriedAnswer } from '../delivery/hospital-carrier.ts';
import { elementInService, type InService, patientIdentity } from '../testing/element-in-service.ts';
import { HospitalServer, type HospitalServerOptions } from '../testing/hospital-server.ts';
import { type LinkedCard, linkedCard, polled } from '../testing/linked-card.ts';
import type { CardHttpsOptions } from './card-https.ts';
import { HospitalHttps } from './hospital-https.ts';

export interface HttpsScene extends LinkedCard {
  readonly inService: InService;
  readonly server: HospitalServer;
  readonly carrier: HospitalHttps;
  /** Posts while the terminal polls. */
  readonly post: (body?: Uint8Array<ArrayBuffer>, signal?: AbortSignal) => Promise<CarriedAnswer>;
  readonly close: () => Promise<void>;
}

export const patientUri: string = `URI:${formatIdentity(patientIdentity)}`;

export async function httpsScene(
  options: { readonly server?: Partial<HospitalServerOptions>; readonly https?: Partial<CardHttpsOptions> } = {},
): Promise<HttpsScene> {
  const inService = await elementInService({ at: Date.now() });
  const { hospital, world, element } = inService;
  const server = await HospitalServer.listen({ hospital, world, ...options.server });
  const linked = await linkedCard();
  const carrier = new HospitalHttps({
    session: linked.session,
    destination: () => ({ name: 'localhost', address: Uint8Array.of(127, 0, 0, 1), port: server.port }),
    security: async () => ({ kind: 'certificate', ...(await element.linkCredential()) }),
    ...options.https,
  });
  return {
    ...linked,
    inService,
    server,
    carrier,
    post: (body = new Uint8Array(300), signal = new AbortController().signal) =>
      polled(linked.terminal, carrier.post('/echo', 'application/cbor', body, signal)),
    close: async () => {
      carrier.close();
      await linked.terminal.close();
      await server.close();
    },
  };
}
