// The watch over an adapter that opens and then cannot scan, as one of BlueZ's that another program has taken.

import { BleError } from '@vitalseal/ble';
import type { Radio } from '@vitalseal/ble/node';
import { expect, test } from 'vitest';
import { watchRadio } from './radio-watch.ts';

class MuteRadio implements Radio {
  readonly address = 'C0:00:00:00:00:01';
  readonly refused = 0;
  readonly #closed = Promise.withResolvers<void>();
  isClosed = false;

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  async *scan(): ReturnType<Radio['scan']> {
    yield await Promise.reject(unable());
  }

  async find(): ReturnType<Radio['find']> {
    throw unable();
  }

  async connect(): ReturnType<Radio['connect']> {
    throw unable();
  }

  async advertise(): ReturnType<Radio['advertise']> {
    throw unable();
  }

  async forget(): Promise<void> {}

  async close(): Promise<void> {
    this.isClosed = true;
    this.#closed.resolve();
  }
}

function unable(): BleError {
  return new BleError('radio-unavailable', 'expected an adapter that can');
}

test('an adapter that cannot scan is let go before it is opened again', async () => {
  const opened: MuteRadio[] = [];
  const states: string[] = [];
  const watch = watchRadio({
    kinds: [{ service: '0000180d-0000-1000-8000-00805f9b34fb', serve: async () => true }],
    open: async () => {
      expect(opened.every(({ isClosed }) => isClosed)).toBe(true);
      const radio = new MuteRadio();
      opened.push(radio);
      return radio;
    },
    adapter: (state) => states.push(state.state === 'on' ? 'on' : state.code),
  });
  await expect.poll(() => opened.length, { timeout: 10_000 }).toBeGreaterThan(2);
  await watch.stop();
  expect(opened.every(({ isClosed }) => isClosed)).toBe(true);
  expect(new Set(states)).toEqual(new Set(['on', 'radio-unavailable']));
});
