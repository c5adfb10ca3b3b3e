// A link with a phone as the sensor came by it. On the radio anyone may connect, and phones stand in line.

import type { MessageLink } from '@vitalseal/sensor-link';

export interface PhoneLink extends MessageLink {
  /** To be told when the phone has shown the key of the patient's element. */
  readonly proved?: () => void;
  readonly othersWait?: () => boolean;
}
