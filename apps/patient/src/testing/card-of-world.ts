// A card for tests of the phone, personalised by a small authority of the test's own.

import type { Identity } from '@vitalseal/protocol';
import { type CertifiedWorld, patientIdentity, sensorIdentity } from '@vitalseal/secure-element/testing';
import { type OpenCardOptions, type OpenedCard, openCard } from '../card/which-card.ts';
import { withCard } from '../card/with-card.ts';

export const testPin = '2580';

/** Tests open cards by the dozen. */
const cheapPin = 4;
const impatient = { firstMs: 5, mostMs: 40 };

export interface CardOfWorldOptions extends OpenCardOptions {
  readonly sensors?: readonly Identity[];
  /** `testPin` if left out. */
  readonly pin?: string;
}

/** Personalised and bonded; the caller closes it. */
export async function cardOfWorld(world: CertifiedWorld, options: CardOfWorldOptions): Promise<OpenedCard> {
  const { sensors = [sensorIdentity], pin = testPin, ...rest } = options;
  const card = await openCard({ log2Cost: cheapPin, mha: { backoff: impatient }, ...rest });
  await withCard({ card, pin, isFirst: true }, async (mha) => {
    const chain = await world.certify(await mha.generateKey(patientIdentity), patientIdentity);
    await mha.installCertificates({ chain, anchors: [world.root] });
    await mha.bond({ sensors });
  });
  return card;
}
