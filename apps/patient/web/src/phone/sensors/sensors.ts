// The patient's sensors on this phone, while the card is open.

import { furtherServices, ReadingQueue, sealedSensorUuids, standardServices } from '@vitalseal/ble';
import { chooseDevice, forgetDevice, rememberedDevices } from '@vitalseal/ble/browser';
import { parseSensorCode, sensorCodeKey } from '@vitalseal/protocol';
import type { MhaClient } from '@vitalseal/secure-element/terminal';
import type { MessageLink } from '@vitalseal/sensor-link';
import { SensorPort, type SensorPortOptions } from '../../../../src/sensor-port/sensor-port.ts';
import { PhoneError } from '../phone-error.ts';
import type { PhoneState } from '../phone-state.ts';
import { type KnownSensor, keepSensors, knownSensors } from './known-sensors.ts';
import { forgetMeters } from './meter-progress.ts';
import { PhoneBluetooth } from './phone-bluetooth.ts';
import { SensorAtPhone } from './sensor-at-phone.ts';

export interface SensorsOptions {
  readonly changed: (change: Partial<Pick<PhoneState, 'sensors' | 'bluetooth' | 'unkept'>>) => void;
  /** The card has taken readings. */
  readonly taken: () => void;
}

const bondPatienceMs = 60_000;
const lookEveryMs = 250;

export class Sensors {
  readonly #options: SensorsOptions;
  readonly #sensors = new Map<string, SensorAtPhone>();
  /** Of sealed sensors, as the card knows them. */
  readonly #identities = new Map<string, string>();
  readonly #bluetooth: PhoneBluetooth;
  readonly #ports = new Set<SensorPort>();
  #mha: MhaClient | undefined;
  #queue: ReadingQueue | undefined;
  #trouble: string | undefined;

  constructor(options: SensorsOptions) {
    this.#options = options;
    this.#bluetooth = new PhoneBluetooth((bluetooth) => options.changed({ bluetooth }));
  }

  /** The card is open: what was chosen before is looked for again. */
  async start(mha: MhaClient): Promise<void> {
    if (this.#mha === mha) return;
    this.stop();
    this.#mha = mha;
    let isHeldUp = false;
    const queue = new ReadingQueue({
      take: async (reading) => {
        await mha.takeStandardReading(reading);
        this.#options.taken();
        if (!isHeldUp) return;
        // The one that was taken is still counted.
        const unkept = queue.waiting - 1;
        isHeldUp = unkept > 0;
        this.#options.changed({ unkept });
      },
      failed: () => {
        isHeldUp = true;
        this.#options.changed({ unkept: queue.waiting });
      },
    });
    this.#queue = queue;
    const devices = await rememberedDevices();
    for (const known of knownSensors())
      this.#add(
        known,
        devices.find(({ id }) => id === known.id),
      );
  }

  stop(): void {
    for (const sensor of this.#sensors.values()) sensor.end();
    this.#sensors.clear();
    for (const port of this.#ports) port.close();
    this.#queue?.close();
    this.#queue = undefined;
    this.#options.changed({ unkept: 0 });
    this.#mha = undefined;
    this.#tell();
  }

  roomFreed(): void {
    for (const sensor of this.#sensors.values()) sensor.roomFreed();
    for (const port of this.#ports) port.roomFreed();
  }

  /** A sealed sensor's link that came about in another way than by this browser's Bluetooth. */
  link(messages: MessageLink): void {
    const port: SensorPort = new SensorPort(messages, {
      card: this.#carried(() => {}),
      trouble: (code) => {
        this.#trouble = code;
      },
      closed: () => this.#ports.delete(port),
    });
    this.#ports.add(port);
  }

  /** @throws ProtocolError for a code that is none @throws PhoneError `device-not-chosen`, `sensor-code-refused` */
  async addSealed(code: string): Promise<void> {
    const mha = this.#expectMha();
    const parsed = parseSensorCode(code);
    const device = await this.#chosen([sealedSensorUuids.service], []);
    const before = new Set((await mha.display()).sensors.map((sensor) => sensor.id));
    await mha.bondWithCode(await sensorCodeKey(parsed));
    const sensor = this.#keep({ id: device.id, name: device.name ?? '', kind: 'sealed' }, device);
    try {
      await this.#bonded(mha, sensor);
      const added = (await mha.display()).sensors.find(({ id }) => !before.has(id));
      if (added) this.#identities.set(device.id, added.id);
      this.#save();
      this.#tell();
    } catch (error) {
      // A code that led to nothing must not take the next sensor that comes by.
      await mha.forgetCodes();
      await this.remove(sensor.known.id);
      throw error;
    }
  }

  /** @throws PhoneError `device-not-chosen` */
  async addStandard(): Promise<void> {
    this.#expectMha();
    const device = await this.#chosen(standardServices, furtherServices);
    this.#keep({ id: device.id, name: device.name ?? '', kind: 'standard' }, device);
  }

  /** Of one that the browser has forgotten the patient chooses again. */
  async reconnect(id: string): Promise<void> {
    const sensor = this.#sensors.get(id);
    if (!sensor) throw new PhoneError('sensor-unreachable', 'expected a sensor of this phone');
    if (sensor.state.link.state !== 'ask-again') return sensor.again();
    const { known } = sensor;
    const isSealed = known.kind === 'sealed';
    const device = await this.#chosen(
      isSealed ? [sealedSensorUuids.service] : standardServices,
      isSealed ? [] : furtherServices,
    );
    const identity = this.#identities.get(id);
    this.#sensors.get(id)?.end();
    this.#sensors.delete(id);
    this.#identities.delete(id);
    if (identity !== undefined) this.#identities.set(device.id, identity);
    this.#keep({ ...known, id: device.id, name: device.name ?? known.name }, device);
  }

  /** The browser and the card forget it as well: from then on it is no sensor of this patient's. */
  async remove(id: string): Promise<void> {
    const identity = this.#identities.get(id);
    const sensor = this.#sensors.get(id);
    sensor?.end();
    if (sensor?.device !== undefined) void forgetDevice(sensor.device);
    this.#sensors.delete(id);
    this.#identities.delete(id);
    this.#save();
    this.#tell();
    if (identity !== undefined) await this.#expectMha().forgetSensor({ role: 'sensor', id: identity });
  }

  forget(): void {
    this.stop();
    keepSensors([]);
    forgetMeters();
  }

  /** The card has met it by its code, or knows it already. */
  async #bonded(mha: MhaClient, sensor: SensorAtPhone): Promise<void> {
    const deadline = performance.now() + bondPatienceMs;
    this.#trouble = undefined;
    while ((await mha.display()).codesWaiting > 0) {
      if (sensor.proven) return await mha.forgetCodes();
      if (this.#trouble === 'sensor-code-unknown' || this.#trouble === 'peer-not-bonded') {
        throw new PhoneError('sensor-code-refused', 'expected the sensor that the code is on');
      }
      if (performance.now() > deadline) {
        throw new PhoneError(this.#trouble ?? 'sensor-unreachable', 'expected the sensor to answer in time');
      }
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }

  async #chosen(offering: readonly string[], using: readonly string[]): Promise<BluetoothDevice> {
    const device = await chooseDevice({ offering, using });
    if (!device) throw new PhoneError('device-not-chosen', 'expected a device of the list');
    return device;
  }

  #keep(known: KnownSensor, device: BluetoothDevice): SensorAtPhone {
    this.#sensors.get(known.id)?.end();
    const sensor = this.#add(known, device);
    this.#save();
    return sensor;
  }

  #add(known: KnownSensor, device: BluetoothDevice | undefined): SensorAtPhone {
    if (known.identity !== undefined) this.#identities.set(known.id, known.identity);
    const queue = this.#queue;
    if (!queue) throw locked();
    const sensor = new SensorAtPhone({
      known,
      device,
      carried: (taken) => this.#carried(taken),
      queue,
      changed: () => this.#tell(),
      tried: (failure) => this.#bluetooth.tried(failure),
      trouble: (code) => {
        this.#trouble = code;
      },
    });
    this.#sensors.set(known.id, sensor);
    this.#tell();
    return sensor;
  }

  #carried(taken: () => void): SensorPortOptions['card'] {
    const mha = this.#expectMha();
    return {
      mha: {
        answerSensorHandshake: (body) => mha.answerSensorHandshake(body),
        duty: () => mha.duty(),
        takeSensorRecords: async (records) => {
          const answer = await mha.takeSensorRecords(records);
          taken();
          this.#options.taken();
          return answer;
        },
      },
    };
  }

  #save(): void {
    keepSensors(
      [...this.#sensors.values()].map(({ known: { id, name, kind } }) => {
        const identity = this.#identities.get(id);
        return { id, name, kind, ...(identity !== undefined && { identity }) };
      }),
    );
  }

  #tell(): void {
    const sensors = [...this.#sensors].map(([id, { state }]) => ({ ...state, identity: this.#identities.get(id) }));
    this.#options.changed({ sensors });
  }

  #expectMha(): MhaClient {
    if (!this.#mha) throw locked();
    return this.#mha;
  }
}

function locked(): PhoneError {
  return new PhoneError('element-locked', 'expected the patient to unlock the card');
}
