// A phone and a standard sensor, each through its own side of GATT.

import { decimalToNumber, mdc, type StandardProfile, type Timestamp } from '@vitalseal/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BleError } from '../errors.ts';
import { InProcessRadio } from '../testing/in-process/in-process-radio.ts';
import { characteristicUuid } from './characteristics.ts';
import type { GlucoseProgress } from './glucose-records.ts';
import { ReadingQueue, type UnsealedReading } from './reading-queue.ts';
import { StandardPeripheral } from './standard-peripheral.ts';
import { openStandardSensor, type StandardSensorOptions } from './standard-sensor.ts';

const start = Date.UTC(2026, 0, 2, 3, 4, 5);

interface Bench {
  readonly radio: InProcessRadio;
  readonly sensor: StandardPeripheral;
  readonly taken: UnsealedReading[];
  readonly now: () => Timestamp;
  passTime(ms: number): void;
  cardTakes: boolean;
  connect(options?: Partial<StandardSensorOptions>): ReturnType<typeof openStandardSensor>;
}

async function bench(profiles: readonly StandardProfile[], sensorAheadMs = 0): Promise<Bench> {
  let utcMs = start;
  const offsetMinutes = 60;
  const now = () => ({ utcMs, offsetMinutes });
  const radio = new InProcessRadio();
  const sensorNow = () => ({ utcMs: utcMs + sensorAheadMs, offsetMinutes });
  const sensor = new StandardPeripheral({ profiles, now: sensorNow, battery: 71 });
  sensor.start(
    await radio.advertise({ name: 'Strap\u0000 7', services: sensor.services, advertised: sensor.advertised }),
  );
  const taken: UnsealedReading[] = [];
  const state = { cardTakes: true };
  const queue = new ReadingQueue({
    retryMs: 5,
    take: async (reading) => {
      if (!state.cardTakes) throw new Error('the card is away');
      taken.push(reading);
    },
  });
  onTestFinished(() => queue.close());
  return {
    radio,
    sensor,
    taken,
    now,
    passTime: (ms) => {
      utcMs += ms;
    },
    get cardTakes() {
      return state.cardTakes;
    },
    set cardTakes(takes) {
      state.cardTakes = takes;
    },
    connect: async (options = {}) => openStandardSensor(await radio.connect(23), { queue, now, ...options }),
  };
}

const values = ({ measurements }: UnsealedReading) =>
  measurements.map(({ code, value }) => [code, typeof value === 'string' ? value : decimalToNumber(value)]);

/** In turns of the event loop: nothing here waits for a clock. */
async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; !holds() && turn < 2000; turn++) await new Promise((resolve) => setTimeout(resolve));
  expect(holds()).toBe(true);
}

describe('a standard sensor', () => {
  it('of several profiles is read as it is, and each reading says that it came open', async () => {
    const { sensor, taken, connect } = await bench(['heart-rate', 'pulse-oximeter', 'thermometer', 'weight-scale']);
    const session = await connect();
    expect(session.state.profiles).toEqual(['heart-rate', 'thermometer', 'pulse-oximeter', 'weight-scale']);
    await sensor.measure({ heartRate: 72, spo2: 97, temperature: 36.6, weight: 70.5 });
    await until(() => taken.length === 4);
    expect(taken.map(({ unsealed }) => unsealed)).toEqual([
      { profile: 'heart-rate', device: 'Strap 7' },
      { profile: 'pulse-oximeter', device: 'Strap 7' },
      { profile: 'thermometer', device: 'Strap 7' },
      { profile: 'weight-scale', device: 'Strap 7' },
    ]);
    expect(taken.flatMap(values)).toEqual([
      [mdc.heartRate, 72],
      [mdc.pulseOximetrySaturation, 97],
      [mdc.pulseRate, 72],
      [mdc.bodyTemperature, 36.6],
      [mdc.bodyMass, 70.5],
    ]);
    expect(taken.every(({ measuredAt }) => measuredAt.utcMs === start)).toBe(true);
    expect(session.state).toMatchObject({ battery: 71, readings: 4, dropped: 0 });
  });

  it('that sends what cannot be decoded loses that value, is counted, and goes on', async () => {
    const { radio, sensor, taken, connect } = await bench(['heart-rate']);
    const session = await connect();
    radio.inject(characteristicUuid.heartRate, Uint8Array.of(1, 60));
    radio.inject(characteristicUuid.heartRate, new Uint8Array(0));
    await sensor.measure({ heartRate: 61 });
    await until(() => taken.length === 1);
    expect(session.state).toMatchObject({ dropped: 2, readings: 1 });
  });

  it('that has lost the skin has measured nothing, which is not a heart that stands still', async () => {
    const { radio, taken, connect } = await bench(['heart-rate']);
    await connect();
    radio.inject(characteristicUuid.heartRate, Uint8Array.of(4, 80));
    await until(() => taken.length === 1);
    expect(taken.flatMap(values)).toEqual([[mdc.heartRate, 'nan']]);
  });

  it('of another kind than the health profiles is refused', async () => {
    const radio = new InProcessRadio();
    await radio.advertise({ name: 'lamp', services: [], advertised: [] });
    const queue = new ReadingQueue({ take: async () => {} });
    const opened = openStandardSensor(await radio.connect(23), { queue, now: () => ({ utcMs: 0, offsetMinutes: 0 }) });
    await expect(opened).rejects.toBeInstanceOf(BleError);
  });

  it('of several people gives the values of one, and those nobody claims', async () => {
    const { radio, taken, connect } = await bench(['weight-scale']);
    const session = await connect({ user: 2 });
    for (const user of [1, 2, 255]) radio.inject(characteristicUuid.weight, Uint8Array.of(4, 0xb0, 0x36, user));
    await until(() => taken.length === 2);
    expect(session.state).toMatchObject({ setAside: 1, readings: 2 });
  });

  it('with a stream is taken at intervals, and at once where it stops measuring', async () => {
    const { radio, taken, connect, passTime } = await bench(['heart-rate']);
    await connect({ everyMs: 10_000 });
    for (const octets of [
      [0, 60],
      [0, 61],
      [4, 62],
      [0, 63],
    ]) {
      radio.inject(characteristicUuid.heartRate, Uint8Array.from(octets));
    }
    passTime(10_000);
    radio.inject(characteristicUuid.heartRate, Uint8Array.of(0, 64));
    await until(() => taken.length === 4);
    expect(taken.flatMap(values).map(([, value]) => value)).toEqual([60, 'nan', 63, 64]);
  });

  it('keeps nothing: what the card cannot take waits in the phone, also when the sensor is gone', async () => {
    const at = await bench(['heart-rate']);
    at.cardTakes = false;
    const session = await at.connect();
    for (const heartRate of [60, 61, 62]) await at.sensor.measure({ heartRate });
    await until(() => session.state.readings === 3);
    at.radio.outOfRange();
    await session.closed;
    expect(at.taken).toEqual([]);
    at.cardTakes = true;
    await until(() => at.taken.length === 3);
    expect(at.taken.flatMap(values).map(([, value]) => value)).toEqual([60, 61, 62]);
  });
});

describe('a glucose meter', () => {
  function kept() {
    const all = new Map<string, GlucoseProgress>();
    return {
      read: async (device: string) => all.get(device),
      write: async (device: string, progress: GlucoseProgress) => void all.set(device, progress),
    };
  }

  it('hands out what it has stored, each with its own time, and next time only what is new', async () => {
    const { sensor, taken, connect, passTime } = await bench(['glucose']);
    const progress = kept();
    for (const glucose of [95, 140]) {
      await sensor.measure({ glucose });
      passTime(60_000);
    }
    const first = await connect({ progress });
    await until(() => taken.length === 2);
    first.close();
    expect(taken.flatMap(values)).toEqual([
      [mdc.glucoseCapillaryPlasma, 95],
      [mdc.glucoseCapillaryPlasma, 140],
    ]);
    expect(taken.map(({ measuredAt }) => measuredAt.utcMs)).toEqual([start, start + 60_000]);
    await sensor.measure({ glucose: 180 });
    const second = await connect({ progress });
    await until(() => taken.length === 3);
    expect(taken.slice(2).flatMap(values)).toEqual([[mdc.glucoseCapillaryPlasma, 180]]);
    expect(second.state.trouble).toBeUndefined();
    second.close();
    await connect({ progress });
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setTimeout(resolve));
    expect(taken).toHaveLength(3);
  });

  it('whose memory was cleared counts anew, and nothing of it is passed over', async () => {
    const progress = kept();
    const before = await bench(['glucose']);
    for (const glucose of [95, 140, 150]) await before.sensor.measure({ glucose });
    await before.connect({ progress });
    await until(() => before.taken.length === 3);
    const cleared = await bench(['glucose'], 1000);
    await cleared.sensor.measure({ glucose: 101 });
    await cleared.connect({ progress });
    await until(() => cleared.taken.length === 1);
  });

  it('that was never asked to the end is asked again from what the card has', async () => {
    const at = await bench(['glucose']);
    const progress = kept();
    for (const glucose of [95, 140]) await at.sensor.measure({ glucose });
    at.cardTakes = false;
    const session = await at.connect({ progress });
    await until(() => session.state.readings === 1);
    expect(await progress.read(session.id)).toBeUndefined();
    at.cardTakes = true;
    await until(() => at.taken.length === 2);
    await until(() => session.state.readings === 2);
  });
});
