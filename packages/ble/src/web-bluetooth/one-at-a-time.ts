// GATT operations of one device, one after the other, with the browser's refusals told as ours.

import { BleError, type BleErrorCode } from '../errors.ts';

/** As long as ATT waits before it takes a link for dead (Bluetooth Core, Vol 3, Part F, 3.3.3). */
const longestMs = 30_000;

export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** @throws BleError */
  run<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#last.then(() => this.#attempt(operation));
    this.#last = result.catch(() => {});
    return result;
  }

  close(): void {
    this.#closed = true;
  }

  async #attempt<T>(operation: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new BleError('radio-disconnected', 'expected a device that is connected');
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new BleError('radio-disconnected', 'expected the device to answer in time')),
      longestMs,
    );
    try {
      return await Promise.race([operation(), late.promise]);
    } catch (error) {
      throw refusal(error);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Names of DOMExceptions, as Web Bluetooth has them. */
const codes: Readonly<Record<string, BleErrorCode>> = {
  NetworkError: 'radio-disconnected',
  InvalidStateError: 'radio-disconnected',
  AbortError: 'radio-disconnected',
  NotFoundError: 'gatt-refused',
  NotSupportedError: 'gatt-refused',
  SecurityError: 'gatt-refused',
  InvalidModificationError: 'gatt-refused',
};

function refusal(error: unknown): BleError {
  if (error instanceof BleError) return error;
  const name = error instanceof DOMException ? error.name : '';
  const code = codes[name] ?? 'gatt-refused';
  const expected = code === 'radio-disconnected' ? 'a device in range' : 'what the device allows';
  return new BleError(code, `expected ${expected}`, { cause: error });
}
