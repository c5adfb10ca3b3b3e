// A link with a phone as the sensor came by it. On the radio anyone may connect, and phones stand in line.

import type { WhoWaits } from '@vitalseal/ble';
import type { MessageLink } from '@vitalseal/sensor-link';

export interface PhoneLink extends MessageLink {
  /** To be told when the phone has shown the key of the patient's element. */
  readonly proved?: () => void;
  /** Who waits for this one's turn to end. */
  readonly waiting?: () => WhoWaits;
}
