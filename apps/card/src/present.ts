// `vitalseal card --pcsc`: the software card in a virtual reader of the PC/SC stack, until stopped.

import { codeOf } from '@vitalseal/secure-element';
import { openSoftwareCard } from '@vitalseal/secure-element/node';
import { PcscSession, presentCard, type SlotState } from '@vitalseal/uicc/node';

export interface Presentation {
  readonly folder: string;
  readonly port: number;
  /** Milliseconds that have passed for the card; of a replay, those of its clock. */
  readonly elapsed: () => number;
  readonly say: (line: string) => void;
}

/** @throws UiccError `vpcd-unreachable`, `vpcd-slot-taken` @throws SecureElementError with a `storage-` code */
export async function presentSoftwareCard(presentation: Presentation, stopped: Promise<void>): Promise<void> {
  const { folder, port, elapsed, say } = presentation;
  const lines: Readonly<Record<SlotState, string>> = {
    inserted: `the card is in the virtual reader of port ${port}`,
    waiting: 'the reader is gone; the card goes in again when it is back',
    failed: 'the card failed, and is out',
  };
  const onFault = (error: unknown) => say(`the card met a fault (${codeOf(error) ?? 'unexpected'})`);
  const card = await openSoftwareCard({ folder, elapsed, onFault });
  const daemon = new WakefulDaemon();
  try {
    await daemon.wake();
    const failed = Promise.withResolvers<void>();
    const presented = await presentCard(card, {
      port,
      onState: (state) => {
        say(lines[state]);
        if (state === 'waiting') void daemon.wake();
        if (state === 'failed') failed.resolve();
      },
    });
    await Promise.race([stopped, failed.promise]);
    presented.remove();
  } finally {
    daemon.letSleep();
    await card.close();
  }
}

/** As Debian starts it, pcscd sleeps until a program wants it, and ends a minute after the last one left. */
class WakefulDaemon {
  #session: PcscSession | undefined;
  #over = false;

  async wake(): Promise<void> {
    this.#session?.close();
    // Where it cannot be asked, it may run all the same: whether its reader is there counts.
    this.#session = await PcscSession.open().catch(() => undefined);
    if (this.#over) this.#session?.close();
  }

  letSleep(): void {
    this.#over = true;
    this.#session?.close();
  }
}
