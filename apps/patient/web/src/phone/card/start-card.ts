// A Worker with the card in it, started and ended.

import { type Card, UiccError } from '@vitalseal/uicc';
import { openMessagePortCard } from '@vitalseal/uicc/message-port';
import { trustedScript } from '../../integrity/index.ts';
import { PhoneError } from '../phone-error.ts';
import cardWorker from './card.worker.ts?worker&url';
import type { OpenTheCard, WorkerNews } from './worker-messages.ts';

export interface StartedCard {
  readonly card: Card;
  /** Whatever it is doing is cut, as by a loss of power. */
  end(): void;
}

export interface CardEvents {
  readonly stirred: () => void;
  readonly fault: (code: string) => void;
}

/** @throws PhoneError with the code of why the card could not be opened: `storage-in-use` while another tab has it */
export async function startCard(name: string, { stirred, fault }: CardEvents): Promise<StartedCard> {
  const worker = new Worker(trustedScript(cardWorker), { type: 'module', name: 'card' });
  const { port1, port2 } = new MessageChannel();
  const failed = Promise.withResolvers<never>();
  worker.addEventListener('message', ({ data }: MessageEvent<WorkerNews>) => {
    if (data.kind === 'stirred') stirred();
    else if (data.kind === 'fault') fault(data.code);
    else failed.reject(new PhoneError(data.code, 'expected a card that opens'));
  });
  worker.addEventListener('error', () => failed.reject(new PhoneError('card-faulty', 'expected a card that starts')));
  worker.postMessage({ name } satisfies OpenTheCard, [port2]);
  const opened = openMessagePortCard(port1);
  opened.catch(() => {});
  try {
    const card = await Promise.race([opened, failed.promise]);
    failed.promise.catch(() => fault('card-gone'));
    return {
      card,
      end() {
        card.close();
        worker.terminate();
      },
    };
  } catch (error) {
    worker.terminate();
    // Chromium closes the port before the Worker's own word arrives.
    if (error instanceof UiccError) throw new PhoneError('card-faulty', 'expected a card that opens', { cause: error });
    throw error;
  }
}
