// A fresh card, an activation code, nothing else: the code goes into the card, which calls the hospital by itself over
// BIP and comes back personalised. The phone lends it a socket to the one host that the code names.

import { setTimeout as wait } from 'node:timers/promises';
import { type AdministrationStanding, SecurityDomainClient } from '@vitalseal/secure-element/terminal';
import type { Card } from '@vitalseal/uicc';
import { decodeActivationCode } from '@vitalseal/uicc/global-platform';
import { CardInService } from '../card/card-in-service.ts';
import { makeFolder } from '../card/phone-folder.ts';
import { type OpenCardOptions, openCard } from '../card/which-card.ts';
import { PatientError } from '../errors.ts';
import { lookUp } from '../hospital/hospital-address.ts';
import { keepHospital } from './administered-by.ts';

export interface Activation {
  /** The phone's: what it must know of the hospital is kept there. */
  readonly folder: string;
  /** As the hospital gave it out. */
  readonly code: string;
  /** That of the card; a new card gets it. */
  readonly pin: string;
  /** How long the hospital may take, ms. */
  readonly patienceMs?: number;
}

export type ActivateCardOptions = OpenCardOptions & Activation;

const lookEveryMs = 200;
const usualPatienceMs = 120_000;

/** With the card of the phone's folder, or of a reader. @throws as `activateOpenedCard` does */
export async function activateCard(options: ActivateCardOptions): Promise<void> {
  // Before a card is made: whoever mistyped the code is told so at once.
  decodeActivationCode(options.code);
  makeFolder(options.folder);
  const card = await openCard(options);
  try {
    await activateOpenedCard(card, options);
  } finally {
    await card.close();
  }
}

/**
 * Called again with the same code, it goes on where it was.
 * @throws UiccError `activation-code-malformed`
 * @throws PatientError `card-activated`, `administration-unfinished`, `card-pin-refused`, `hospital-unreachable`
 */
export async function activateOpenedCard(card: Card, activation: Activation): Promise<void> {
  const { folder, code, pin, patienceMs = usualPatienceMs } = activation;
  const { host, port, administrationId } = decodeActivationCode(code);
  const address = await lookUp({ name: host, port });
  const inService = new CardInService({ card, pin, isFirst: true, senses });
  try {
    await inService.tellHospital(address);
    await inService.start();
    const domain = new SecurityDomainClient(inService.user);
    if ((await domain.standing()).server === undefined) await domain.activate(code);
    else if ((await domain.status()).administrationId !== administrationId) {
      throw new PatientError('card-activated', 'expected a fresh card: this one has the activation code of another');
    }
    await domain.putAddress(address.address);
    await personalised(domain, patienceMs);
    keepHospital(folder, { host, port });
  } finally {
    await inService.close();
  }
}

const senses = {
  timestamp: () => ({ utcMs: Date.now(), offsetMinutes: -new Date().getTimezoneOffset() }),
  location: () => undefined,
};

async function personalised(domain: SecurityDomainClient, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const standing = await domain.standing();
    if (isDone(standing)) return;
    if (performance.now() > deadline) throw unfinished(standing);
    await wait(lookEveryMs);
  }
}

/** Whatever else waits for it is done, too: the session has come to its end. */
function isDone({ mha, administration }: AdministrationStanding): boolean {
  return mha === 'personalized' && administration.state === 'idle';
}

function unfinished({ administration }: AdministrationStanding): PatientError {
  const why = administration.state === 'waiting' ? ` (the card waits: ${administration.code})` : '';
  const expected = `expected the hospital to personalise the card in time${why}; the same command goes on where it was`;
  return new PatientError('administration-unfinished', expected);
}
