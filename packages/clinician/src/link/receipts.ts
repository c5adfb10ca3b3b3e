// The receipts that this device owes: 'received' when it opened an alarm, 'opened' when someone saw it. They are kept
// until the hospital took them, in order, because the hospital escalates what nobody received.
import type { Receipt } from '@vitalseal/protocol';
import { codeOf } from '../errors.ts';

export interface ReceiptsOptions {
  readonly send: (receipt: Receipt) => Promise<void>;
  readonly onAccepted: (receipt: Receipt) => void;
  /** The hospital has no such alarm for us, or cannot take the receipt: sending it again would not help. */
  readonly onRefused: (code: string) => void;
}

export class Receipts {
  readonly #options: ReceiptsOptions;
  readonly #owed: Receipt[] = [];
  readonly #known = new Set<string>();
  #sending: Promise<void> | undefined;

  constructor(options: ReceiptsOptions) {
    this.#options = options;
  }

  owe(alarm: string, kind: Receipt['kind']): void {
    const name = `${kind} ${alarm}`;
    if (this.#known.has(name)) return;
    this.#known.add(name);
    this.#owed.push({ type: 'receipt', alarm, kind });
    void this.settle();
  }

  /** Sends what is owed until one does not get through; to be called again when the link lives. */
  settle(): Promise<void> {
    this.#sending ??= this.#settle().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  async #settle(): Promise<void> {
    for (let receipt = this.#owed[0]; receipt !== undefined; receipt = this.#owed[0]) {
      try {
        await this.#options.send(receipt);
        this.#options.onAccepted(receipt);
      } catch (error) {
        const code = codeOf(error);
        if (code !== 'request-refused' && code !== 'message-not-understood') return;
        this.#options.onRefused(code);
      }
      this.#owed.shift();
    }
  }
}
