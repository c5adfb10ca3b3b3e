// A session with a standard sensor over any connection: what it measures becomes readings, marked as not sealed at the
// sensor. A value that cannot be decoded is dropped and counted; the link goes on.

import { type Bytes, bytesToHex, type StandardProfile, type Timestamp } from '@vitalseal/protocol';
import { BleError } from '../errors.ts';
import type { GattConnection, GattService } from '../gatt/gatt-client.ts';
import { decodeBattery } from './battery.ts';
import { characteristicUuid, decodeCharacteristic } from './characteristics.ts';
import { type GlucoseProgress, newGlucoseRecords, progressOf } from './glucose-records.ts';
import { type PatientValues, patientValues } from './patient-values.ts';
import { batteryService, type StandardStream, serviceUuid, standardStreams } from './profiles.ts';
import type { AddOptions, ReadingQueue } from './reading-queue.ts';
import { SensorClock } from './sensor-clock.ts';

export interface StandardSensorOptions {
  readonly queue: ReadingQueue;
  readonly now: () => Timestamp;
  /** What the device was heard to call itself, where the connection does not say. */
  readonly name?: string;
  /** Whose values are taken of a sensor that tells several people apart. */
  readonly user?: number;
  /** Of a stream (heart rate, oximeter) one value in so many ms is taken, and each at which it stops measuring; 0: all. */
  readonly everyMs?: number;
  /** What is kept of a glucose meter between sessions, by the connection's id. */
  readonly progress?: {
    read(device: string): Promise<GlucoseProgress | undefined>;
    write(device: string, progress: GlucoseProgress): Promise<void>;
  };
  /** Anything here is new: a value, a battery, a drop. */
  readonly changed?: (state: StandardSensorState) => void;
}

/** What can be told of the session so far. */
export interface StandardSensorState {
  readonly profiles: readonly StandardProfile[];
  /** Readings handed on. */
  readonly readings: number;
  /** Values that could not be decoded. */
  readonly dropped: number;
  /** Values that are none of this patient's, or not yet finished. */
  readonly setAside: number;
  /** Percent. */
  readonly battery: number | undefined;
  /** By the phone's clock, UTC ms. */
  readonly lastValueAt: number | undefined;
  /** Why what it has stored was not fetched: an error code. */
  readonly trouble: string | undefined;
}

export interface StandardSensor {
  readonly id: string;
  readonly name: string;
  readonly state: StandardSensorState;
  readonly closed: Promise<void>;
  close(): void;
}

/**
 * Subscribes to everything of the health profiles that the sensor has, and fetches what it has stored.
 * @throws BleError `gatt-refused` for a device without any of them, `radio-disconnected`
 */
export async function openStandardSensor(
  connection: GattConnection,
  options: StandardSensorOptions,
): Promise<StandardSensor> {
  const session = new Session(connection, options);
  await session.open();
  return session;
}

const profileOfService: ReadonlyMap<string, StandardProfile> = new Map([
  [serviceUuid.heartRate, 'heart-rate'],
  [serviceUuid.bloodPressure, 'blood-pressure'],
  [serviceUuid.thermometer, 'thermometer'],
  [serviceUuid.pulseOximeter, 'pulse-oximeter'],
  [serviceUuid.glucose, 'glucose'],
  [serviceUuid.weightScale, 'weight-scale'],
]);

const longestName = 64;

class Session implements StandardSensor {
  readonly id: string;
  readonly name: string;
  readonly #connection: GattConnection;
  readonly #options: StandardSensorOptions;
  readonly #services = new Map<string, GattService>();
  readonly #gone = new AbortController();
  readonly #lastTaken = new Map<StandardProfile, { readonly at: number; readonly known: boolean }>();
  #clock: SensorClock | undefined;
  #state: StandardSensorState = {
    profiles: [],
    readings: 0,
    dropped: 0,
    setAside: 0,
    battery: undefined,
    lastValueAt: undefined,
    trouble: undefined,
  };

  constructor(connection: GattConnection, options: StandardSensorOptions) {
    this.#connection = connection;
    this.#options = options;
    this.id = connection.id;
    void connection.closed.then(() => this.#gone.abort());
    this.name = printable(connection.name) || printable(options.name) || printable(connection.id);
  }

  get state(): StandardSensorState {
    return this.#state;
  }

  get closed(): Promise<void> {
    return this.#connection.closed;
  }

  close(): void {
    this.#connection.close();
  }

  async open(): Promise<void> {
    for (const uuid of profileOfService.keys()) {
      const service = await orNothing(this.#connection.service(uuid));
      if (service) this.#services.set(uuid, service);
    }
    const profiles = [...this.#services.keys()].flatMap((uuid) => profileOfService.get(uuid) ?? []);
    if (profiles.length === 0) {
      throw new BleError('gatt-refused', 'expected a service of the health profiles');
    }
    this.#tell({ profiles });
    this.#clock = await SensorClock.read(this.#connection, this.#options.now);
    await this.#followBattery();
    for (const stream of standardStreams) await this.#follow(stream);
    // A full meter has much to say, and the card may be away: neither holds up the rest.
    this.#fetchGlucose().catch((error: unknown) => this.#tell({ trouble: codeOf(error) }));
  }

  async #follow({ service, characteristic, indicated = false }: StandardStream): Promise<void> {
    const found = await orNothing(this.#services.get(service)?.characteristic(characteristic));
    await found?.listen(async (value) => {
      const taken = this.#takeValue(characteristic, value, indicated);
      // Not confirmed then, where that is ours to do: the sensor keeps it.
      if (indicated && (await taken) === false) {
        throw new BleError('gatt-refused', 'expected a card that takes the value');
      }
    });
  }

  async #followBattery(): Promise<void> {
    const service = await orNothing(this.#connection.service(batteryService));
    const level = await orNothing(service?.characteristic(characteristicUuid.battery));
    const take = (value: Bytes) => this.#trying(() => this.#tell({ battery: decodeBattery(value).battery }));
    const now = await orNothing(level?.read());
    if (now) take(now);
    await orNothing(level?.listen(take));
  }

  async #fetchGlucose(): Promise<void> {
    const service = this.#services.get(serviceUuid.glucose);
    if (service === undefined) return;
    const { progress } = this.#options;
    const records = await newGlucoseRecords({
      service,
      progress: await progress?.read(this.id),
      dropped: () => this.#drop(),
    });
    for (const record of records) {
      const values = patientValues(record, this.#options.user);
      const taken = typeof values === 'string' ? this.#setAside() : this.#takeStored(values);
      // Only when the card has it: what is lost before that is asked for again.
      if ((await taken) === false) return;
      await progress?.write(this.id, progressOf(record));
    }
  }

  /** @param kept the sensor keeps it until it is confirmed */
  #takeValue(characteristic: string, value: Bytes, kept: boolean): Promise<boolean> | undefined {
    return this.#trying(() => {
      const values = patientValues(decodeCharacteristic(characteristic, value), this.#options.user);
      if (typeof values === 'string') return this.#setAside();
      const at = this.#measuredAt(values);
      return this.#take(values, at ?? this.#options.now().utcMs, {
        signal: kept && this.#connection.confirmsWhenTaken ? this.#gone.signal : undefined,
        // By its own time: without one, the same value again may well be another.
        once: kept && values.timestamp !== undefined ? `${this.id} ${bytesToHex(value)}` : undefined,
      });
    });
  }

  /** A record of a meter whose time is not known cannot be told from one of today, and must not pass for one. */
  #takeStored(values: PatientValues): Promise<boolean> | undefined {
    const at = this.#measuredAt(values);
    return at === undefined ? this.#setAside() : this.#take(values, at);
  }

  #take(values: PatientValues, utcMs: number, how?: AddOptions): Promise<boolean> | undefined {
    const now = this.#options.now();
    this.#tell({ lastValueAt: now.utcMs });
    if (values.continuous && !this.#isDue(values, now.utcMs)) return undefined;
    this.#tell({ readings: this.#state.readings + 1 });
    const reading = {
      measuredAt: { utcMs, offsetMinutes: now.offsetMinutes },
      measurements: values.measurements,
      unsealed: { profile: values.profile, device: this.name },
    };
    return this.#options.queue.add(reading, how);
  }

  #isDue({ profile, measurements }: PatientValues, at: number): boolean {
    const { everyMs = 0 } = this.#options;
    const known = measurements.some(({ value }) => typeof value !== 'string');
    const last = this.#lastTaken.get(profile);
    if (last !== undefined && last.known === known && at - last.at < everyMs) return false;
    this.#lastTaken.set(profile, { at, known });
    return true;
  }

  #measuredAt({ timestamp, offsetMinutes = 0 }: PatientValues): number | undefined {
    if (timestamp === undefined) return undefined;
    const at = this.#clock?.instantOf(timestamp, offsetMinutes, this.#options.now());
    return at !== undefined && at >= 0 ? at : undefined;
  }

  #trying<T>(take: () => T): T | undefined {
    try {
      return take();
    } catch (error) {
      if (!(error instanceof BleError)) throw error;
      this.#drop();
      return undefined;
    }
  }

  #drop(): void {
    this.#tell({ dropped: this.#state.dropped + 1 });
  }

  #setAside(): undefined {
    this.#tell({ setAside: this.#state.setAside + 1 });
  }

  #tell(news: Partial<StandardSensorState>): void {
    this.#state = { ...this.#state, ...news };
    this.#options.changed?.(this.#state);
  }
}

function codeOf(error: unknown): string {
  return error instanceof BleError ? error.code : 'unexpected';
}

/** What a device calls itself is hostile too: no control characters, no half of a surrogate pair, not for ever. */
function printable(name: string | undefined): string {
  const text = (name ?? '')
    .toWellFormed()
    .replace(/\p{C}|\uFFFD/gu, '')
    .trim();
  return text
    .slice(0, longestName)
    .toWellFormed()
    .replace(/\uFFFD/gu, '');
}

/** What a sensor does not have is no fault of it; a link that is gone is. */
async function orNothing<T>(wanted: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await wanted;
  } catch (error) {
    if (error instanceof BleError && error.code === 'gatt-refused') return undefined;
    throw error;
  }
}
