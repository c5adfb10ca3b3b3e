// Step 1 at the element: open, check who and whether seen, mark what is late, keep; and only when all of it is durable,
// acknowledge. The records that came together share one commit, which is what a reading costs here.

import {
  type AcknowledgedRecord,
  type Bytes,
  decodeStep1Message,
  encodeAcknowledgement,
  type Identity,
  type OpenedRecord,
  ProtocolError,
  type Reading,
  ReplayWindow,
  readingOf,
  recordHash,
  requireParties,
  type Timestamp,
} from '@vitalseal/protocol';
import { addCounts, type ElementState } from '../element-state.ts';
import { SecureElementError } from '../errors.ts';
import { KeepReadings } from '../outbox/keep-readings.ts';
import { timelinessOf } from '../outbox/timeliness.ts';
import { bondedSensors } from '../personalisation/bonds.ts';
import { saveSensorCodes, withBondConfirmed } from '../personalisation/sensor-codes.ts';
import { Transaction } from '../storage/transaction.ts';
import { encodeSensorAnswer, type RecordHint } from './sensor-answer.ts';
import type { SensorChannel } from './sensor-channel.ts';

/** The most records one command takes. */
export const maxSensorRecords = 256;

/** So many unknown records are spoken of under seal, for each sensor: the answer must fit the link. */
const maxSealedUnknown = 16;

/** The results of one channel within one command. */
interface Taken {
  readonly channel: SensorChannel;
  readonly results: AcknowledgedRecord[];
  /** The window as it will be. */
  window: ReplayWindow;
  accepted: number;
}

/** @returns a `SensorAnswer` @throws SecureElementError `command-too-large`, `storage-full`, `storage-failed` */
export async function takeSensorRecords(state: ElementState, records: readonly Bytes[], at: Timestamp): Promise<Bytes> {
  if (records.length > maxSensorRecords) {
    throw new SecureElementError('command-too-large', `expected at most ${maxSensorRecords} records`);
  }
  const command = new TakingRecords(state, at);
  // Opened together, since a browser does that on threads of its own; taken one after the other.
  for (const arrived of await Promise.all(records.map((record) => open(state, record)))) command.take(arrived);
  return command.finish();
}

interface Arrived {
  readonly hash: Bytes;
  /** Undefined: of no channel of ours. */
  readonly opened?: OpenedRecord & { readonly channel: SensorChannel };
  /** Why it does not open. */
  readonly code?: string;
}

async function open({ sensorChannels }: ElementState, record: Bytes): Promise<Arrived> {
  const hash = await recordHash(record);
  try {
    const channel = sensorChannels.of(record);
    return channel ? { hash, opened: { ...(await channel.opener.open(record)), channel } } : { hash };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { hash, code: error.code };
  }
}

class TakingRecords {
  readonly #state: ElementState;
  readonly #at: Timestamp;
  readonly #transaction = new Transaction();
  readonly #keeping: KeepReadings;
  readonly #taken = new Map<SensorChannel, Taken>();
  readonly #unknown: RecordHint[] = [];
  readonly #hints: RecordHint[] = [];
  #room: number;
  #received = 0;
  #repeated = 0;
  #late = 0;
  #fromTheFuture = 0;

  constructor(state: ElementState, at: Timestamp) {
    this.#state = state;
    this.#at = at;
    this.#room = state.outbox.room;
    this.#keeping = new KeepReadings(state, this.#transaction);
  }

  take({ hash, opened, code }: Arrived): void {
    if (code !== undefined) this.#hints.push({ recordHash: hash, code });
    else if (opened) this.#takeOn(opened, hash);
    else this.#unknown.push({ recordHash: hash, code: 'channel-unknown' });
  }

  #takeOn({ channel, sequence, payload }: NonNullable<Arrived['opened']>, hash: Bytes): void {
    const taken = this.#takenOf(channel);
    const verdict = taken.window.check(sequence);
    if (verdict === 'seen') {
      this.#repeated += 1;
      taken.results.push({ sequence, recordHash: hash, outcome: 'duplicate' });
      return;
    }
    if (verdict === 'too-old') {
      refuse(taken, sequence, hash, 'record-too-old');
      return;
    }
    let reading: Reading;
    try {
      const message = decodeStep1Message(payload);
      requireParties(message, channel.secrets, 'initiator');
      reading = readingOf(message, channel.secrets.id, sequence);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      refuse(taken, sequence, hash, error.code);
      return;
    }
    if (this.#room <= 0) {
      this.#hints.push({ recordHash: hash, code: 'outbox-full' });
      return;
    }
    this.#keep(taken, sequence, reading);
    taken.results.push({ sequence, recordHash: hash, outcome: 'stored' });
  }

  #keep(taken: Taken, sequence: number, reading: Reading): void {
    const { settings } = this.#state;
    const timeliness = timelinessOf(reading.measuredAt.utcMs, this.#at.utcMs, settings.timeliness);
    this.#keeping.add({ reading, takenAt: this.#at.utcMs, timeliness });
    if (taken.accepted === 0 && taken.channel.window) taken.window = taken.window.accepting(sequence);
    else if (taken.accepted === 0) taken.window = ReplayWindow.empty().accepting(sequence);
    else taken.window.accept(sequence);
    taken.accepted += 1;
    this.#room -= 1;
    this.#received += 1;
    if (timeliness === 'late') this.#late += 1;
    if (timeliness === 'from-the-future') this.#fromTheFuture += 1;
  }

  #takenOf(channel: SensorChannel): Taken {
    const known = this.#taken.get(channel);
    if (known) return known;
    const taken = { channel, results: [], window: channel.window ?? ReplayWindow.empty(), accepted: 0 };
    this.#taken.set(channel, taken);
    return taken;
  }

  async finish(): Promise<Bytes> {
    const { storage, sensorChannels } = this.#state;
    for (const { channel, window, accepted } of this.#taken.values()) {
      if (accepted === 0) continue;
      if (channel.window === undefined) {
        sensorChannels.retireBefore(this.#transaction, channel);
        this.#confirmBond(channel.secrets.initiator);
      }
      channel.saveWindow(this.#transaction, window);
    }
    const added = {
      received: this.#received,
      repeated: this.#repeated,
      late: this.#late,
      fromTheFuture: this.#fromTheFuture,
    };
    // Repetitions alone are no reason for a commit: whoever replays records would wear the memory out.
    if (this.#received > 0) addCounts(this.#state, this.#transaction, added);
    else this.#state.counts = { ...this.#state.counts, repeated: this.#state.counts.repeated + this.#repeated };
    this.#keeping.finish(this.#at.utcMs);
    await this.#transaction.commit(storage, 'growth');
    const acknowledgements: Bytes[] = [];
    for (const { channel, results } of this.#taken.values()) {
      if (results.length > 0) acknowledgements.push(await this.#seal(channel, channel.secrets.id, results));
    }
    acknowledgements.push(...(await this.#sealUnknown()));
    return encodeSensorAnswer({ acknowledgements, hints: [...this.#hints, ...this.#unknown] });
  }

  /** It seals, so message_4 has reached it. */
  #confirmBond(sensor: Identity): void {
    const confirmed = withBondConfirmed(this.#state.sensorCodes, sensor);
    if (!confirmed) return;
    saveSensorCodes(this.#transaction, confirmed);
    this.#transaction.afterwards(() => {
      this.#state.sensorCodes = confirmed;
    });
  }

  async #seal(on: SensorChannel, channel: Bytes, results: readonly AcknowledgedRecord[]): Promise<Bytes> {
    if (!this.#state.settings.resumes) on.resume(this.#at.utcMs);
    const { bytes } = await on.sealer.seal(encodeAcknowledgement({ channel, at: this.#at, results }));
    return bytes;
  }

  /**
   * A sensor whose records are of a channel this element never had (the phone is new) must seal them again, which would
   * store twice what was stored already. So it does that only on the element's sealed word, given on the channel of the
   * newest handshake; the hint of the phone alone makes it shake hands.
   */
  async #sealUnknown(): Promise<Bytes[]> {
    if (this.#unknown.length === 0) return [];
    const acknowledgements: Bytes[] = [];
    for (const sensor of bondedSensors(this.#state)) {
      const newest = this.#state.sensorChannels.newestOf(sensor);
      if (!newest) continue;
      const results = this.#unknown.slice(0, maxSealedUnknown).map(({ recordHash: hash, code }) => ({
        sequence: 0,
        recordHash: hash,
        outcome: 'refused' as const,
        code,
      }));
      acknowledgements.push(await this.#seal(newest, newest.secrets.id, results));
    }
    return acknowledgements;
  }
}

function refuse(taken: Taken, sequence: number, hash: Bytes, code: string): void {
  taken.results.push({ sequence, recordHash: hash, outcome: 'refused', code });
}
