// A card for one errand of a command, without a way to the hospital.

import type { MhaClient } from '@vitalseal/secure-element/terminal';
import type { Card } from '@vitalseal/uicc';
import { CardInService } from './card-in-service.ts';

export interface WithCardOptions {
  readonly card: Card;
  readonly pin: string;
  /** Whether a card that has no PIN yet gets this one. */
  readonly isFirst?: boolean;
}

const senses = {
  timestamp: () => ({ utcMs: Date.now(), offsetMinutes: -new Date().getTimezoneOffset() }),
  location: () => undefined,
};

/** @throws PatientError `card-gone`, `card-faulty`, `card-pin-refused`, `card-pin-blocked`, and whatever the errand throws */
export async function withCard<T>(options: WithCardOptions, errand: (mha: MhaClient) => Promise<T>): Promise<T> {
  const inService = new CardInService({ ...options, senses });
  try {
    await inService.start();
    return await errand(inService.mha);
  } finally {
    await inService.close();
  }
}
