// A card that can be switched off for good: whoever uses it then finds none.

import { UiccError } from '@vitalseal/uicc';
import type { VirtualCard } from '../card/index.ts';
import type { SoftwareCard } from './card-parts.ts';

export function untilClosed(card: VirtualCard, powerOff: () => Promise<void>): SoftwareCard {
  let closed: Promise<void> | undefined;
  const gone = () => new UiccError('card-gone', 'expected a card that was not closed');
  return {
    atr: card.atr,
    reset: () => (closed ? Promise.reject(gone()) : card.reset()),
    transmit: (apdu) => (closed ? Promise.reject(gone()) : card.transmit(apdu)),
    close: () => {
      closed ??= powerOff();
      return closed;
    },
  };
}
