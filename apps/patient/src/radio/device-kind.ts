// A kind of device that the gateway looks for, and what it does with one.

import type { FoundDevice, RadioConnection } from '@vitalseal/ble/node';

export interface DeviceKind {
  /** UUID of the service that such a device advertises. */
  readonly service: string;
  /** Left out, every device that advertises it. What it wants is the patient's: it was named. */
  wants?(found: FoundDevice): boolean;
  /**
   * Serves it until the connection is closed.
   * @param standing told how it can be seen whether this is one of the patient's: one that is not makes room for others
   * @returns whether it was one of this patient's; another one is not called again soon
   */
  serve(
    connection: RadioConnection,
    signal: AbortSignal,
    found: FoundDevice,
    standing: (proven: () => boolean) => void,
  ): Promise<boolean>;
}
