// The other side, for tests and development: a standard sensor of any of the profiles, over any GATT server. It seals
// nothing, as no standard sensor does.

import type { Bytes, Decimal, StandardProfile, Timestamp } from '@vitalseal/protocol';
import type { GattPeer, GattServer, OfferedCharacteristic, OfferedService } from '../gatt/gatt-server.ts';
import { encodeBattery } from './battery.ts';
import { encodeBloodPressure } from './blood-pressure.ts';
import { characteristicUuid } from './characteristics.ts';
import { dateTimeOf } from './date-time.ts';
import { GlucoseMemory } from './glucose-memory.ts';
import { encodeHeartRate } from './heart-rate.ts';
import type { MedicalFloat } from './medical-float.ts';
import { batteryService, serviceUuid } from './profiles.ts';
import { encodeContinuous } from './pulse-oximeter.ts';
import { encodeTemperature } from './thermometer.ts';
import { encodeWeight } from './weight-scale.ts';

/** What is measured now; what is left out was not. */
export interface StandardMeasured {
  /** Beats a minute. */
  readonly heartRate?: number;
  /** Percent. */
  readonly spo2?: number;
  /** mmHg */
  readonly systolic?: number;
  readonly diastolic?: number;
  /** °C */
  readonly temperature?: number;
  /** mg/dL: kept in the meter until somebody asks. */
  readonly glucose?: number;
  /** kg */
  readonly weight?: number;
}

export interface StandardPeripheralOptions {
  readonly profiles: readonly StandardProfile[];
  readonly now: () => Timestamp;
  /** `secured`: nothing is told without LE Secure Connections. */
  readonly access?: 'open' | 'secured';
  /** Percent. */
  readonly battery?: number;
}

const serviceOf: Readonly<Record<StandardProfile, string>> = {
  'heart-rate': serviceUuid.heartRate,
  'blood-pressure': serviceUuid.bloodPressure,
  thermometer: serviceUuid.thermometer,
  'pulse-oximeter': serviceUuid.pulseOximeter,
  glucose: serviceUuid.glucose,
  'weight-scale': serviceUuid.weightScale,
};

type Property = OfferedCharacteristic['properties'][number];

/** What each profile tells by itself; the Blood Pressure, Thermometer and Weight Scale Services ask for indications. */
const toldBy: Readonly<Partial<Record<StandardProfile, readonly [characteristic: string, property: Property]>>> = {
  'heart-rate': [characteristicUuid.heartRate, 'notify'],
  'blood-pressure': [characteristicUuid.bloodPressure, 'indicate'],
  thermometer: [characteristicUuid.temperature, 'indicate'],
  'pulse-oximeter': [characteristicUuid.pulseOximeterContinuous, 'notify'],
  'weight-scale': [characteristicUuid.weight, 'indicate'],
};

export class StandardPeripheral {
  readonly services: readonly OfferedService[];
  /** The services by which a phone finds it. */
  readonly advertised: readonly string[];
  readonly #options: StandardPeripheralOptions;
  readonly #listening = new Map<string, Set<GattPeer>>();
  readonly #meter: GlucoseMemory;
  #server: GattServer | undefined;

  constructor(options: StandardPeripheralOptions) {
    this.#options = options;
    this.#meter = new GlucoseMemory((peer, characteristic, value) => this.#notify(peer, characteristic, value));
    this.services = [...options.profiles.map((profile) => this.#service(profile)), this.#battery()];
    this.advertised = options.profiles.map((profile) => serviceOf[profile]);
  }

  /** After it was advertised. */
  start(server: GattServer): void {
    this.#server = server;
  }

  async measure(measured: StandardMeasured): Promise<void> {
    const { profiles, now } = this.#options;
    if (measured.glucose !== undefined && profiles.includes('glucose')) {
      const { utcMs, offsetMinutes } = now();
      this.#meter.keep(measured.glucose, dateTimeOf(utcMs, offsetMinutes));
    }
    for (const profile of profiles) {
      const value = encodedOf(profile, measured, now());
      const [characteristic] = toldBy[profile] ?? [];
      if (value === undefined || characteristic === undefined) continue;
      for (const peer of this.#listening.get(characteristic) ?? []) await this.#notify(peer, characteristic, value);
    }
  }

  /** A phone that has just gone is no fault of the sensor. */
  async #notify(peer: GattPeer, characteristic: string, value: Bytes): Promise<void> {
    await this.#server?.notify(peer, characteristic, value).catch(() => {});
  }

  #service(profile: StandardProfile): OfferedService {
    const told = toldBy[profile];
    const characteristics = told
      ? [this.#told(...told)]
      : [
          this.#told(characteristicUuid.glucose, 'notify'),
          { ...this.#told(characteristicUuid.recordAccess, 'indicate'), ...this.#recordAccess() },
        ];
    return { uuid: serviceOf[profile], characteristics };
  }

  #told(uuid: string, property: Property): OfferedCharacteristic {
    const { access = 'open' } = this.#options;
    return {
      uuid,
      properties: [property],
      access,
      subscribed: (peer, on) => {
        const all = this.#listening.get(uuid) ?? new Set<GattPeer>();
        this.#listening.set(uuid, all);
        if (on) all.add(peer);
        else all.delete(peer);
        void peer.closed.then(() => all.delete(peer));
      },
    };
  }

  #recordAccess(): Pick<OfferedCharacteristic, 'properties' | 'write'> {
    return {
      properties: ['write', 'indicate'],
      write: (peer, value) => void this.#meter.asked(peer, value),
    };
  }

  #battery(): OfferedService {
    const { battery = 100 } = this.#options;
    const level: OfferedCharacteristic = {
      uuid: characteristicUuid.battery,
      properties: ['read'],
      read: () => encodeBattery(battery),
    };
    return { uuid: batteryService, characteristics: [level] };
  }
}

function encodedOf(profile: StandardProfile, of: StandardMeasured, now: Timestamp): Bytes | undefined {
  const timestamp = dateTimeOf(now.utcMs, now.offsetMinutes);
  switch (profile) {
    case 'heart-rate': {
      if (of.heartRate === undefined) return undefined;
      const heartRate = Math.round(of.heartRate);
      const rr = heartRate > 0 ? [Math.min(65_535, Math.round(61_440 / heartRate))] : [];
      return encodeHeartRate({ heartRate, sensorContact: 'detected', rr1024: rr });
    }
    case 'blood-pressure': {
      const { systolic, diastolic } = of;
      if (systolic === undefined || diastolic === undefined) return undefined;
      const map = whole(diastolic + (systolic - diastolic) / 3);
      return encodeBloodPressure({
        systolic: whole(systolic),
        diastolic: whole(diastolic),
        map,
        unit: 'mmHg',
        timestamp,
        ...(of.heartRate !== undefined && { pulse: whole(of.heartRate) }),
      });
    }
    case 'thermometer':
      if (of.temperature === undefined) return undefined;
      return encodeTemperature({ temperature: tenths(of.temperature), unit: 'C', timestamp });
    case 'pulse-oximeter':
      if (of.spo2 === undefined) return undefined;
      return encodeContinuous({
        spo2: whole(of.spo2),
        pulseRate: of.heartRate === undefined ? 'nan' : whole(of.heartRate),
      });
    case 'weight-scale':
      return of.weight === undefined ? undefined : encodeWeight(Math.round(of.weight * 200), timestamp);
    case 'glucose':
      return undefined;
  }
}

function whole(value: number): Decimal {
  return { mantissa: Math.round(value), exponent: 0 };
}

function tenths(value: number): MedicalFloat {
  return { mantissa: Math.round(value * 10), exponent: -1 };
}
