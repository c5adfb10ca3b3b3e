// What the phone may show once the patient has unlocked it: counts, states and ages, and no value that was measured.

import { boolean, codec, type Field, integer, list, optional, record, text } from '@vitalseal/protocol/fields';
import type { PutBack } from '../../hospital-hop/put-back.ts';
import { type Counts, noCounts } from '../../outbox/counts.ts';
import type { Display, SensorDisplay } from '../../patient/display.ts';

const count = integer('a number of readings', 0, Number.MAX_SAFE_INTEGER);
/** Not the protocol's: a phone's clock may stand anywhere. */
const time = integer('a time', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
const name = text('a name', 64);
const mostOnTheShelf = 256;

/** A member that is always there, though it may be undefined. */
type Shown<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

type ShownDisplay = Omit<Shown<Display>, 'sensors' | 'hospital' | 'waiting'> & {
  readonly sensors: readonly Shown<SensorDisplay>[];
  readonly hospital: Shown<Display['hospital']>;
  readonly waiting: Shown<Display['waiting']>;
};

const counts: Field<Counts> = record('counts', {
  ...(Object.fromEntries(Object.keys(noCounts).map((key) => [key, count])) as Record<keyof Counts, Field<number>>),
  lastAcknowledgedAt: time,
});

const shown = codec(
  record<ShownDisplay>('a display', {
    personalised: boolean,
    certificateUntil: optional(time),
    patient: optional(name),
    sensors: list(
      'sensors',
      record<Shown<SensorDisplay>>('a sensor', { id: name, channelSince: optional(time) }),
      0,
      64,
    ),
    hospital: record<ShownDisplay['hospital']>('a hospital', { id: optional(name), channelSince: optional(time) }),
    counts,
    waiting: record<ShownDisplay['waiting']>('what waits', {
      readings: count,
      capacityLeft: count,
      oldestMeasuredAt: optional(time),
    }),
    shelf: list('the shelf', record('refused readings', { code: name, readings: count }), 0, mostOnTheShelf),
    codesWaiting: count,
    putBack: optional(record<PutBack>('a copy that was put back', { from: time, until: time })),
  }),
  1 << 15,
);

export const display = {
  encode: (value: Display) => shown.encode({ ...value, shelf: value.shelf.slice(0, mostOnTheShelf) } as ShownDisplay),
  decode(encoded: Parameters<typeof shown.decode>[0]): Display {
    const { sensors, hospital, waiting, certificateUntil, patient, putBack, ...rest } = shown.decode(encoded);
    return {
      ...rest,
      certificateUntil,
      patient,
      sensors: sensors.map(({ id, channelSince }) => ({ id, channelSince })),
      hospital: { id: hospital.id, channelSince: hospital.channelSince },
      waiting: { ...waiting, oldestMeasuredAt: waiting.oldestMeasuredAt },
      putBack,
    };
  },
};
