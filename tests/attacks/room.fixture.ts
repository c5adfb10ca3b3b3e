// A patient's home with a radio in it: the hospital's ward behind, the phone with the patient's card as the central, and
// sensors of one authority as peripherals, the patient's own and others'.

import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Gateway, type RadioWatch, sealedSensors, watchRadio } from '@vitalseal/app-patient';
import {
  enrolSensor,
  openSensorDevice,
  PhonesOverRadio,
  type Sensor,
  type SensorDevice,
  startSensor,
  untilBonded,
} from '@vitalseal/app-sensor';
import { openSealedSensor, type PatienceWithPhones } from '@vitalseal/ble';
import { openRadio, type Radio, type RadioConnection } from '@vitalseal/ble/node';
import type { EmulatedController, RadioRoom } from '@vitalseal/ble/testing';
import { parseActivationLink } from '@vitalseal/certifying-authority';
import { decimal, type Identity, mdc, mdcUnit } from '@vitalseal/protocol';
import { type PhoneInHandOptions, phoneInHand } from './phone-in-hand.fixture.ts';
import type { Ward } from './ward.fixture.ts';

const impatient = { firstMs: 20, mostMs: 200 };

export interface PhoneOnAir {
  readonly gateway: Gateway;
  readonly controller: EmulatedController;
  /** Codes of sensors that gave it trouble. */
  readonly troubles: string[];
  readonly watch: RadioWatch;
}

type PhoneOptions = Pick<PhoneInHandOptions, 'identity' | 'sensors' | 'location'>;

/** Stopped with the ward. It meets every sensor in range by itself. */
export async function phoneOnAir(ward: Ward, room: RadioRoom, options: PhoneOptions): Promise<PhoneOnAir> {
  const controller = await room.controller();
  const troubles: string[] = [];
  const gateway = await phoneInHand(ward, {
    ...options,
    ledTo: Number(new URL(ward.hospital.devicesUrl).port),
    events: { sensors: ({ trouble }) => trouble !== undefined && troubles.push(trouble) },
  });
  const bondFolder = join(ward.folder, `bluetooth of ${options.identity.id}`);
  const watch = watchRadio({
    open: () => openRadio(controller.address, { bondFolder }),
    kinds: [sealedSensors({ accept: (messages) => gateway.accept(messages) })],
  });
  ward.onClose(() => watch.stop());
  return { gateway, controller, troubles, watch };
}

export interface PhoneAside {
  readonly gateway: Gateway;
  readonly troubles: string[];
  /** Connects to that one sensor, until the link ends or what it is for has happened. */
  reach(sensor: SensorOnAir, until?: Promise<unknown>): Promise<void>;
}

/** A phone that goes to a sensor when it is told to, and at no other time. */
export async function phoneAside(ward: Ward, room: RadioRoom, identity: Identity): Promise<PhoneAside> {
  const troubles: string[] = [];
  const gateway = await phoneInHand(ward, {
    identity,
    ledTo: Number(new URL(ward.hospital.devicesUrl).port),
    events: { sensors: ({ trouble }) => trouble !== undefined && troubles.push(trouble) },
  });
  const { address } = await room.controller();
  const radio = await openRadio(address, { bondFolder: join(ward.folder, `bluetooth of ${identity.id}`) });
  ward.onClose(() => radio.close());
  return {
    gateway,
    troubles,
    async reach({ name }, until) {
      const connection = await letIn(radio, name);
      const { messages } = await openSealedSensor(connection);
      gateway.accept(messages);
      await Promise.race(until ? [connection.closed, until] : [connection.closed]);
      connection.close();
    },
  };
}

/** A sensor lets in whom it does not know less and less often: whoever is not, comes again. */
async function letIn(radio: Radio, name: string): Promise<RadioConnection> {
  for (;;) {
    const connection = await radio.connect(await radio.find({ name })).catch(() => undefined);
    const open = connection && (await Promise.race([connection.closed.then(() => false), pause(200).then(() => true)]));
    if (open) return connection;
  }
}

export interface SensorOnAirOptions {
  /** As many as its radio has at a time. */
  readonly links?: number;
  readonly patience?: Partial<PatienceWithPhones>;
}

/** A sensor that the ward's authority has certified: who it belongs to is not said by that. */
export class SensorOnAir {
  readonly controller: EmulatedController;
  readonly device: SensorDevice;
  /** By which it advertises. */
  readonly name: string;
  /** Of phones that it did not take, or lost. */
  readonly trouble: (string | undefined)[] = [];
  readonly #phones: PhonesOverRadio;
  #bonded = false;
  #measured = 0;

  private constructor(
    controller: EmulatedController,
    device: SensorDevice,
    { bondFolder, patience }: { readonly bondFolder: string } & SensorOnAirOptions,
  ) {
    this.controller = controller;
    this.device = device;
    this.name = device.identity.id;
    this.#phones = new PhonesOverRadio({
      adapter: controller.address,
      bondFolder,
      name: this.name,
      ...(patience && { patience }),
      status: () => ({ battery: 90, stored: 0, bonded: this.#bonded }),
    });
  }

  static async open(
    ward: Ward,
    room: RadioRoom,
    identity: Identity,
    options: SensorOnAirOptions = {},
  ): Promise<SensorOnAir> {
    const folder = join(ward.folder, `sensor ${identity.id}`);
    await enrolSensor(folder, parseActivationLink(await ward.link(identity)));
    const device = await openSensorDevice(folder);
    const { links } = options;
    const controller = await room.controller(links === undefined ? {} : { links });
    const sensor = new SensorOnAir(controller, device, { bondFolder: join(folder, 'bluetooth'), ...options });
    ward.onClose(async () => {
      await sensor.#phones.close();
      await device.storage.close();
    });
    return sensor;
  }

  /** By its code, with whichever phone was given it. @returns undefined when that was stopped */
  async bond(signal = new AbortController().signal): Promise<Identity | undefined> {
    const refused = (code: string | undefined) => this.trouble.push(code);
    const { device } = this;
    const patient = await untilBonded({
      device,
      connect: this.#phones.connect,
      signal,
      refused,
      backoff: impatient,
      silenceMs: 3000,
    });
    this.#bonded = patient !== undefined;
    return patient;
  }

  /** Measures these pulses for a patient, one after the other; `finished` when all are acknowledged. */
  async measure(patient: Identity, pulses: readonly number[], everyMs = 1): Promise<Sensor> {
    const now = Date.now();
    const sensor = await startSensor({
      device: this.device,
      patient,
      measuredBefore: this.#measured,
      readings: pulses.map((pulse, index) => ({
        measuredAt: now + index * everyMs,
        measurements: [{ code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: decimal(pulse, 0) }],
      })),
      clock: { now: Date.now },
      connect: this.#phones.connect,
      backoff: impatient,
      silenceMs: 2000,
      events: { link: ({ state, code }) => state === 'away' && this.trouble.push(code) },
    });
    this.#measured += pulses.length;
    return sensor;
  }

  /** Off the air, for good. */
  switchOff(): Promise<void> {
    return this.#phones.close();
  }
}
