// GATT operations of one device, one after the other, with the browser's refusals told as ours.

import { BleError, type BleErrorCode } from '../errors.ts';

/** As long as ATT waits before it takes a link for dead (Bluetooth Core, Vol 3, Part F, 3.3.3). */
const longestMs = 30_000;

/** By the names of DOMExceptions, as Web Bluetooth has them. */
export type Refusals = Readonly<Record<string, BleErrorCode>>;

export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  /**
   * @param refusals what a DOMException of this name means here, where it is not what it usually means
   * @throws BleError
   */
  run<T>(operation: () => Promise<T>, refusals: Refusals = {}): Promise<T> {
    const result = this.#last.then(() => this.#attempt(operation, refusals));
    this.#last = result.catch(() => {});
    return result;
  }

  close(): void {
    this.#closed = true;
  }

  async #attempt<T>(operation: () => Promise<T>, refusals: Refusals): Promise<T> {
    if (this.#closed) throw new BleError('radio-disconnected', 'expected a device that is connected');
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new BleError('radio-disconnected', 'expected the device to answer in time')),
      longestMs,
    );
    try {
      return await Promise.race([operation(), late.promise]);
    } catch (error) {
      throw refusal(error, refusals);
    } finally {
      clearTimeout(timer);
    }
  }
}

const codes: Refusals = {
  NetworkError: 'radio-disconnected',
  InvalidStateError: 'radio-disconnected',
  AbortError: 'radio-disconnected',
  NotFoundError: 'gatt-refused',
  NotSupportedError: 'gatt-refused',
  SecurityError: 'gatt-refused',
  InvalidModificationError: 'gatt-refused',
};

const expected: Partial<Record<BleErrorCode, string>> = {
  'radio-unavailable': 'Bluetooth that is on',
  'radio-disconnected': 'a device in range',
  'device-forgotten': 'a device that the browser still lets this page use',
};

function refusal(error: unknown, refusals: Refusals): BleError {
  if (error instanceof BleError) return error;
  const name = error instanceof DOMException ? error.name : '';
  const code = refusals[name] ?? codes[name] ?? 'gatt-refused';
  return new BleError(code, `expected ${expected[code] ?? 'what the device allows'}`, { cause: error });
}
