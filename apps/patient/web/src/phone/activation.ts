// A fresh card comes into the hospital's care: it is given the activation code, and the hospital's scripts make it the
// card of its patient while the page carries.

import { UiccError } from '@vitalseal/uicc';
import { decodeActivationCode } from '@vitalseal/uicc/global-platform';
import type { CardInPage } from './card/card-in-page.ts';
import { PhoneError } from './phone-error.ts';

const lookEveryMs = 150;
const patienceMs = 60_000;
/** A hospital that does not take the code will not take it in a minute either. */
const hopeless: ReadonlySet<string> = new Set(['hospital-untrusted', 'hospital-refused']);

/** @throws UiccError `activation-code-malformed` */
export function checkedCode(code: string): string {
  decodeActivationCode(code);
  return code;
}

/** Whether the code's key has been replaced: from then on the card is this hospital's. */
export async function isInCare({ domain }: CardInPage): Promise<boolean> {
  if ((await domain.standing()).server === undefined) return false;
  return (await domain.status()).card !== 'opReady';
}

/** @throws PhoneError */
export async function activate(card: CardInPage, code: string): Promise<void> {
  try {
    await card.domain.activate(code);
  } catch (error) {
    if (!(error instanceof UiccError) || error.code !== 'card-refused') throw error;
    throw new PhoneError('card-activated', 'expected a fresh card', { cause: error });
  }
  card.stir();
}

/** Until the hospital has done what it has to do. @throws PhoneError `activation-code-used` or the card's own reason */
export async function personalised(card: CardInPage): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const { mha, administration } = await card.domain.standing();
    if (mha === 'personalized' && administration.state === 'idle') return;
    const waitsFor = administration.state === 'waiting' ? administration.code : undefined;
    if (waitsFor !== undefined && (hopeless.has(waitsFor) || performance.now() > deadline)) {
      const isRefused = waitsFor === 'hospital-refused' && !(await isInCare(card));
      throw new PhoneError(isRefused ? 'activation-code-used' : waitsFor, 'expected the hospital to take the card');
    }
    if (performance.now() > deadline) throw new PhoneError('administration-unfinished', 'expected it done in time');
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}
