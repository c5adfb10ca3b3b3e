// The clock of a standard sensor. It is rarely right, has no time zone, and nobody sets it: what is known of it is how far it
// stands from the phone's, and its stamps are corrected by that. One that was never set is set.

import type { Timestamp } from '@vitalseal/protocol';
import type { GattConnection, RemoteCharacteristic } from '../gatt/gatt-client.ts';
import { characteristicUuid } from './characteristics.ts';
import { type DateTime, dateTimeOf, decodeDateTime, encodeDateTime, instantOf } from './date-time.ts';
import { serviceUuid } from './profiles.ts';
import { decodeCurrentTime } from './sensor-facts.ts';
import { assignedUuid } from './uuid.ts';

const currentTime = { service: assignedUuid(0x1805), characteristic: assignedUuid(0x2a2b) } as const;

export class SensorClock {
  /** Milliseconds that the sensor's clock is behind the phone's; undefined while nobody has read it. */
  readonly #behindMs: number | undefined;

  private constructor(behindMs: number | undefined) {
    this.#behindMs = behindMs;
  }

  /** Asks the sensor for its time, by Current Time or Date Time, where it has one. */
  static async read(connection: GattConnection, now: () => Timestamp): Promise<SensorClock> {
    for (const face of await faces(connection)) {
      try {
        const shown = face.decode(await face.characteristic.read());
        const { utcMs, offsetMinutes } = now();
        const at = instantOf(shown, offsetMinutes);
        if (at !== undefined) return new SensorClock(utcMs - at);
        await face.characteristic.write(face.encode(dateTimeOf(utcMs, offsetMinutes)));
      } catch {
        // Not readable, not settable, not a time: then nothing is known of it.
      }
    }
    return new SensorClock(undefined);
  }

  /** When a stamp was made, UTC ms; undefined for one that does not tell. */
  instantOf(stamp: DateTime, offsetMinutes: number, now: Timestamp): number | undefined {
    const shown = instantOf(stamp, now.offsetMinutes);
    if (shown === undefined) return undefined;
    const at = shown + offsetMinutes * 60_000 + (this.#behindMs ?? 0);
    // A stamp has whole seconds, and the phone's clock may have been set in between: a little ahead is now.
    return at > now.utcMs && at <= now.utcMs + slackMs ? now.utcMs : at;
  }
}

const slackMs = 2 * 60_000;

interface ClockFace {
  readonly characteristic: RemoteCharacteristic;
  readonly decode: (value: Awaited<ReturnType<RemoteCharacteristic['read']>>) => DateTime;
  readonly encode: (time: DateTime) => Awaited<ReturnType<RemoteCharacteristic['read']>>;
}

async function faces(connection: GattConnection): Promise<ClockFace[]> {
  const found: ClockFace[] = [];
  const exact = await characteristicOf(connection, currentTime.service, currentTime.characteristic);
  if (exact) found.push({ characteristic: exact, decode: decodeCurrentTime, encode: encodeCurrentTime });
  for (const service of Object.values(serviceUuid)) {
    const plain = await characteristicOf(connection, service, characteristicUuid.dateTime);
    if (plain) found.push({ characteristic: plain, decode: decodeDateTime, encode: encodeDateTime });
  }
  return found;
}

async function characteristicOf(connection: GattConnection, service: string, uuid: string) {
  try {
    return await (await connection.service(service)).characteristic(uuid);
  } catch {
    return undefined;
  }
}

const manualUpdate = 1;

function encodeCurrentTime(time: DateTime): ReturnType<ClockFace['encode']> {
  const day = new Date(Date.UTC(time.year, time.month - 1, time.day)).getUTCDay();
  return Uint8Array.of(...encodeDateTime(time), day === 0 ? 7 : day, 0, manualUpdate);
}
