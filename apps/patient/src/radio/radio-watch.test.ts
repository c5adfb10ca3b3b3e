// The watch over a radio that no air could be: an adapter that opens and then cannot scan, as one of BlueZ's that another
// program has taken, and strangers without end.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BleError } from '@vitalseal/ble';
import type { DeviceAddress, Radio, RadioConnection, ScanFilter } from '@vitalseal/ble/node';
import { pause } from '@vitalseal/retry';
import { expect, test } from 'vitest';
import { knownSensors } from './known-sensors.ts';
import { watchRadio } from './radio-watch.ts';

class MuteRadio implements Radio {
  readonly address = 'C0:00:00:00:00:01';
  readonly refused = 0;
  readonly #closed = Promise.withResolvers<void>();
  isClosed = false;

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  async *scan(_filter?: ScanFilter, _signal?: AbortSignal): ReturnType<Radio['scan']> {
    yield await Promise.reject(unable());
  }

  async find(): ReturnType<Radio['find']> {
    throw unable();
  }

  async connect(_device: DeviceAddress): Promise<RadioConnection> {
    throw unable();
  }

  async advertise(): ReturnType<Radio['advertise']> {
    throw unable();
  }

  keep(): void {}

  async forget(): Promise<void> {}

  async close(): Promise<void> {
    this.isClosed = true;
    this.#closed.resolve();
  }
}

/** Always one more device that wants to be connected. */
class CrowdedRadio extends MuteRadio {
  readonly links: { readonly id: string; open: boolean }[] = [];
  #heard = 0;

  override async *scan(_filter?: ScanFilter, signal?: AbortSignal): ReturnType<Radio['scan']> {
    this.#heard += 1;
    const id = `C0:00:00:00:01:${this.#heard.toString(16).padStart(2, '0')}`;
    if (this.#heard <= 10) yield { id, addressType: 'random', name: undefined, services: [service], rssi: -40 };
    else await pause(1_000_000, signal ?? AbortSignal.abort());
  }

  override async connect({ id }: DeviceAddress): Promise<RadioConnection> {
    const link = { id, open: true };
    this.links.push(link);
    const closed = Promise.withResolvers<void>();
    const close = () => {
      link.open = false;
      closed.resolve();
    };
    this.closed.then(close);
    const secure = async () => {};
    return {
      id,
      name: undefined,
      mtu: 23,
      secured: false,
      closed: closed.promise,
      close,
      secure,
      service: async () => Promise.reject(unable()),
    };
  }
}

function unable(): BleError {
  return new BleError('radio-unavailable', 'expected an adapter that can');
}

const service = '0000180d-0000-1000-8000-00805f9b34fb';

test('strangers without end hold few links, and none of those that have proved to be the patient\u2019s', async () => {
  const radio = new CrowdedRadio();
  const watch = watchRadio({
    open: async () => radio,
    patience: { stranger: 0 },
    kinds: [
      {
        service,
        serve: async (connection, _signal, { id }, standing) => {
          standing(() => id.endsWith('03'));
          await connection.closed;
          return false;
        },
      },
    ],
  });
  await expect.poll(() => radio.links.length, { timeout: 20_000 }).toBe(10);
  const held = radio.links.filter(({ open }) => open).map(({ id }) => id.slice(-2));
  expect(held).toEqual(['03', '07', '08', '09', '0a']);
  await watch.stop();
});

test('a stranger keeps its link for a while even if others want it, and no longer than it may take to prove anything', async () => {
  const radio = new CrowdedRadio();
  const serve = async (connection: RadioConnection) => {
    await connection.closed;
    return false;
  };
  const patience = { stranger: 1_000_000, proof: 600 };
  const watch = watchRadio({ open: async () => radio, patience, kinds: [{ service, serve }] });
  await expect.poll(() => radio.links.length).toBe(4);
  const first = radio.links.slice(0, 4);
  await expect.poll(() => radio.links.length, { timeout: 20_000 }).toBeGreaterThan(4);
  expect(first.filter(({ open }) => open).length).toBeLessThan(4);
  await watch.stop();
});

/** The air as a stranger fills it: a new false device each time, and ours among them now and then. */
class FloodedRadio extends MuteRadio {
  readonly tried: string[] = [];
  readonly #ours: string;
  #made = 0;

  constructor(ours: string) {
    super();
    this.#ours = ours;
  }

  override async *scan(_filter?: ScanFilter, signal?: AbortSignal): ReturnType<Radio['scan']> {
    while (signal?.aborted !== true) {
      this.#made += 1;
      const id = this.#made % 20 === 0 ? this.#ours : `D0:00:00:00:00:${this.#made}`;
      yield { id, addressType: 'random', name: undefined, services: [service], rssi: -40 };
      await pause(1, signal ?? AbortSignal.abort());
    }
  }

  override async connect({ id }: DeviceAddress): Promise<RadioConnection> {
    this.tried.push(id);
    throw new BleError('radio-disconnected', 'expected a device that is there');
  }
}

const ours = 'C0:00:00:00:02:01';
const kinds = [{ service, serve: async () => true }];

test('a sensor that has proved before is tried before all that is made up, also after a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitalseal-known-'));
  knownSensors(folder).add(ours);
  const radio = new FloodedRadio(ours);
  const watch = watchRadio({ open: async () => radio, known: knownSensors(folder), kinds });
  await expect.poll(() => radio.tried.filter((id) => id === ours).length, { timeout: 20_000 }).toBeGreaterThan(2);
  expect(radio.tried[0]).toBe(ours);
  await watch.stop();
  await rm(folder, { recursive: true });
});

test('a sensor that is new has its turn among whatever is made up', async () => {
  const radio = new FloodedRadio(ours);
  const watch = watchRadio({ open: async () => radio, kinds });
  await expect.poll(() => radio.tried, { timeout: 20_000 }).toContain(ours);
  await watch.stop();
});

test('an adapter that cannot scan is let go before it is opened again', async () => {
  const opened: MuteRadio[] = [];
  const states: string[] = [];
  const watch = watchRadio({
    kinds: [{ service, serve: async () => true }],
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
