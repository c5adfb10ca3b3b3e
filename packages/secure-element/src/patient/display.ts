// What the phone may show of the element's inside once the patient has unlocked it: counts, states and ages, and no
// value that was measured.

import type { ElementState } from '../element-state.ts';
import type { PutBack } from '../hospital-hop/put-back.ts';
import { handshakeNeeded, toSend } from '../hospital-hop/seal-batch.ts';
import type { Counts } from '../outbox/counts.ts';
import { bondedSensors } from '../personalisation/bonds.ts';

export interface Display {
  readonly personalised: boolean;
  /** End of the certificate's validity, UTC ms. */
  readonly certificateUntil: number | undefined;
  readonly patient: string | undefined;
  /** Bonded ones, whichever way. */
  readonly sensors: readonly SensorDisplay[];
  readonly hospital: { readonly id: string | undefined; readonly channelSince: number | undefined };
  readonly counts: Counts;
  readonly waiting: {
    readonly readings: number;
    readonly capacityLeft: number;
    /** Measurement time of the reading that waits longest, UTC ms. */
    readonly oldestMeasuredAt: number | undefined;
  };
  /** Refused by the hospital for good, by code. */
  readonly shelf: readonly { readonly code: string; readonly readings: number }[];
  /** Codes of sensors that were given, and whose sensor has not come yet. */
  readonly codesWaiting: number;
  readonly putBack: PutBack | undefined;
}

export interface SensorDisplay {
  readonly id: string;
  readonly channelSince: number | undefined;
}

/** What the phone needs to do its work, and gets without unlocking. */
export interface Duty {
  readonly waiting: number;
  readonly room: number;
  readonly handshakeNeeded: boolean;
}

export function duty(state: ElementState, at: number): Duty {
  return {
    waiting: toSend(state),
    room: state.outbox.room,
    handshakeNeeded: handshakeNeeded(state, at),
  };
}

export async function display(state: ElementState): Promise<Display> {
  const { ownKey, certificates, bonds, sensorCodes, sensorChannels, hospitalChannel, outbox, counts } = state;
  return {
    personalised: ownKey !== undefined && certificates !== undefined,
    certificateUntil: certificates?.notAfter,
    patient: ownKey?.identity.id,
    sensors: bondedSensors(state).map((sensor) => ({
      id: sensor.id,
      channelSince: sensorChannels.newestOf(sensor)?.establishedAt,
    })),
    hospital: { id: bonds.hospital?.id, channelSince: hospitalChannel?.establishedAt },
    counts,
    waiting: {
      readings: outbox.waiting.size,
      capacityLeft: outbox.room,
      oldestMeasuredAt: await oldestMeasuredAt(state),
    },
    shelf: await shelfByCode(state),
    codesWaiting: sensorCodes.waiting.length,
    putBack: state.putBack,
  };
}

async function oldestMeasuredAt({ outbox }: ElementState): Promise<number | undefined> {
  for (const number of outbox.waiting) return (await outbox.read(number)).reading.measuredAt.utcMs;
  return undefined;
}

async function shelfByCode({ outbox }: ElementState): Promise<{ code: string; readings: number }[]> {
  const codes = new Map<string, number>();
  for (const number of outbox.shelf) {
    const { code } = await outbox.readShelf(number);
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  return [...codes].map(([code, readings]) => ({ code, readings }));
}
