// The sensors in a process of their own, and the emulated radios on which the phones' process finds them: one adapter for
// each sensor and one for each phone. A room of radios holds a few beds; a house has as many rooms as it needs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { enrolSensor } from '@vitalseal/app-sensor';
import { type RadioRoom, startRadioRoom } from '@vitalseal/ble/testing';
import { activationLink, parseActivationLink } from '@vitalseal/certifying-authority';
import type { Bed } from '../scenario/bed.ts';
import type { World } from '../world/world.ts';
import { isSensorsMessage } from './sensors-messages.ts';
import type { SensorsProcessOptions } from './sensors-process.ts';
import { Supervised, type Supervision } from './supervised.ts';

const script = fileURLToPath(new URL('./sensors-process.ts', import.meta.url));
const rowsFile = 'rows.json';
/** Neighbours, so that a phone hears of a sensor that is not its own. All links count among the emulator's sixteen controllers. */
const bedsInRoom = 2;
const invitationMs = 600_000;

export interface SensorsOnTheRadioOptions {
  readonly world: World;
  readonly beds: readonly Bed[];
  readonly mtu: number;
}

export class SensorsOnTheRadio {
  readonly process: Supervised;
  /** Of the phones, bed by bed. */
  readonly phonesAdapters: readonly string[];
  readonly #rooms: readonly RadioRoom[];
  readonly #finished = Promise.withResolvers<void>();
  linked = 0;
  measured = 0;

  private constructor(
    rooms: readonly RadioRoom[],
    phonesAdapters: readonly string[],
    options: SensorsProcessOptions,
    supervision: Supervision,
  ) {
    this.#rooms = rooms;
    this.phonesAdapters = phonesAdapters;
    this.process = new Supervised({
      ...supervision,
      name: 'the sensors',
      script,
      options,
      onMessage: (message) => {
        if (!isSensorsMessage(message)) return;
        this.linked = message.linked;
        this.measured = message.measured;
        if (message.finished) this.#finished.resolve();
      },
    });
  }

  /** Rooms, adapters, and sensors that are enrolled; they begin to measure with `process.start()`. */
  static async prepare(
    { world, beds, mtu }: SensorsOnTheRadioOptions,
    supervision: Supervision,
  ): Promise<SensorsOnTheRadio> {
    const rooms: RadioRoom[] = [];
    const phonesAdapters: string[] = [];
    const sensors: SensorsProcessOptions['sensors'][number][] = [];
    try {
      for (const [n, bed] of beds.entries()) {
        if (n % bedsInRoom === 0) rooms.push(await startRadioRoom());
        const room = rooms.at(-1);
        if (!room) continue;
        const [own, phones] = [await room.controller(), await room.controller()];
        await enrolled(world, bed);
        sensors.push({ dataDir: world.sensorDir(bed), patient: bed.patient, adapter: own.address });
        phonesAdapters.push(phones.address);
      }
    } catch (error) {
      await Promise.all(rooms.map((room) => room.close()));
      throw error;
    }
    return new SensorsOnTheRadio(rooms, phonesAdapters, { mtu, sensors }, supervision);
  }

  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  async stop(): Promise<void> {
    await this.process.stop();
    await Promise.all(this.#rooms.map((room) => room.close()));
  }
}

/** With its recording beside it. */
async function enrolled(world: World, bed: Bed): Promise<void> {
  const { authority, url, rootFingerprint } = world.authority;
  const { sensor: identity, rows } = bed;
  const folder = world.sensorDir(bed);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, rowsFile), JSON.stringify(rows), { mode: 0o600 });
  const { code } = await authority.invite({ identity, ttl: invitationMs });
  await enrolSensor(folder, parseActivationLink(activationLink({ url, identity, code, rootFingerprint })));
}
