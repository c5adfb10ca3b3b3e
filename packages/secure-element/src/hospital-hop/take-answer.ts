// The hospital's answer to a batch: `[acknowledgement | null, [[index, code], ...]]`. Only the sealed acknowledgement
// moves the outbox; the list beside it, of records the hospital could not even open, is a hint that nobody vouches for
// and costs a new handshake at most.

import {
  type AcknowledgedRecord,
  type Bytes,
  decodeAcknowledgement,
  decodeCbor,
  equalBytes,
  type Origin,
  separateResults,
} from '@vitalseal/protocol';
import type { DiaryEntry } from '../diary/diary.ts';
import { addCounts, type ElementState } from '../element-state.ts';
import { SecureElementError } from '../errors.ts';
import { Transaction } from '../storage/transaction.ts';
import type { HospitalChannel } from './hospital-channel.ts';
import type { SealedReading } from './in-flight.ts';

export interface Confirmation {
  readonly origin: Origin;
  /** UTC ms. */
  readonly measuredAt: number;
  readonly duplicate: boolean;
}

export interface Refusal {
  readonly origin: Origin;
  readonly code: string;
}

export interface Delivery {
  /** Stored durably by the hospital, and now gone from the outbox. */
  readonly confirmed: readonly Confirmation[];
  /** Refused for good, and now on the shelf. */
  readonly refused: readonly Refusal[];
  /** Not taken, but wait for another attempt: how many of each code. */
  readonly postponed: ReadonlyMap<string, number>;
}

const maxAnswerBytes = 1 << 18;
/** Refusals that sealing again cures: they are of the record, not of the reading. */
const curedBySealingAgain = new Set(['record-replayed', 'record-too-old', 'channel-unknown']);

/**
 * @param patientTime by the clock of T_P, UTC ms: it is compared with the hospital's, which nobody on the way can change
 * @throws SecureElementError @throws ProtocolError: nothing has changed then
 */
export async function takeHospitalAnswer(
  state: ElementState,
  answer: Bytes,
  at: number,
  patientTime?: number,
): Promise<Delivery> {
  const { acknowledgement, hints } = decodeAnswer(answer, state.inFlight.lastBatch.length);
  const taking = new TakingAnswer(state, at, patientTime);
  if (acknowledgement) await taking.acknowledgement(acknowledgement);
  taking.hints(hints);
  return taking.finish();
}

class TakingAnswer {
  readonly #state: ElementState;
  readonly #at: number;
  readonly #patientTime: number | undefined;
  readonly #transaction = new Transaction();
  readonly #answered = new Set<SealedReading>();
  readonly #confirmed: Confirmation[] = [];
  readonly #diary: DiaryEntry[] = [];
  readonly #refused: Refusal[] = [];
  readonly #postponed = new Map<string, number>();
  #duplicates = 0;

  constructor(state: ElementState, at: number, patientTime: number | undefined) {
    this.#state = state;
    this.#at = at;
    this.#patientTime = patientTime;
  }

  async acknowledgement(record: Bytes): Promise<void> {
    const channel = this.#state.hospitalChannel;
    if (!channel) throw notOurs();
    const { sequence, payload } = await channel.opener.open(record);
    if (channel.window.check(sequence) !== 'fresh') {
      throw new SecureElementError('acknowledgement-replayed', 'expected an acknowledgement not seen before');
    }
    const { channel: named, at, results } = decodeAcknowledgement(payload);
    if (!equalBytes(named, channel.secrets.id)) throw notOurs();
    this.#compareClocks(channel, sequence, at.utcMs);
    const { inFlight } = this.#state;
    const separate = await separateResults(results, (sent) => inFlight.bySequence(sent)?.hash);
    for (const result of separate) await this.#take(result);
    this.#saveWindow(channel, sequence);
  }

  /** One that was held back on its way says nothing of now. */
  #compareClocks(channel: HospitalChannel, sequence: number, hospitalTime: number): void {
    if (sequence < channel.newest) return;
    const patientTime = this.#patientTime;
    this.#transaction.afterwards(() => {
      channel.newest = sequence;
      this.#state.hospitalTime = hospitalTime;
      if (patientTime !== undefined) this.#state.clockDriftMs = patientTime - hospitalTime;
    });
  }

  async #take({ sequence, recordHash, outcome, code = 'refused' }: AcknowledgedRecord): Promise<void> {
    const sealed = this.#state.inFlight.bySequence(sequence);
    // Not in flight any more, or of other bytes than were sent: it says nothing about what waits here.
    if (!sealed || this.#answered.has(sealed) || !equalBytes(sealed.hash, recordHash)) return;
    this.#answered.add(sealed);
    this.#transaction.afterwards(() => this.#state.inFlight.forget(sealed));
    if (outcome === 'refused') return this.#refuse(sealed, code);
    const duplicate = outcome === 'duplicate';
    if (duplicate) this.#duplicates += 1;
    this.#confirmed.push({ origin: sealed.origin, measuredAt: sealed.measuredAt, duplicate });
    this.#state.outbox.remove(this.#transaction, sealed.number);
    this.#diary.push({ number: sealed.number, reading: sealed.reading, late: sealed.late });
  }

  async #refuse(sealed: SealedReading, code: string): Promise<void> {
    if (curedBySealingAgain.has(code)) return this.#postpone(code);
    this.#refused.push({ origin: sealed.origin, code });
    await this.#state.outbox.shelve(this.#transaction, sealed.number, code, this.#at);
  }

  #postpone(code: string): void {
    this.#postponed.set(code, (this.#postponed.get(code) ?? 0) + 1);
    if (code.startsWith('channel-')) this.#transaction.afterwards(() => this.#doubt());
  }

  #doubt(): void {
    this.#state.hospitalChannelDoubted = true;
  }

  hints(hints: readonly { index: number; code: string }[]): void {
    for (const { index, code } of hints) {
      const sealed = this.#state.inFlight.lastBatch[index];
      if (!sealed || this.#answered.has(sealed)) continue;
      this.#postponed.set(code, (this.#postponed.get(code) ?? 0) + 1);
    }
    if (hints.length > 0) this.#transaction.afterwards(() => this.#doubt());
  }

  #saveWindow(channel: HospitalChannel, sequence: number): void {
    channel.saveWindow(this.#transaction, channel.window.accepting(sequence));
  }

  async finish(): Promise<Delivery> {
    if (this.#confirmed.length + this.#refused.length > 0) {
      addCounts(this.#state, this.#transaction, {
        acknowledged: this.#confirmed.length,
        duplicates: this.#duplicates,
        refused: this.#refused.length,
        ...(this.#confirmed.length > 0 && { lastAcknowledgedAt: this.#at }),
      });
    }
    this.#state.diary.add(this.#transaction, { place: 'hospital', at: this.#at, entries: this.#diary });
    await this.#transaction.commit(this.#state.storage);
    return { confirmed: this.#confirmed, refused: this.#refused, postponed: this.#postponed };
  }
}

function decodeAnswer(answer: Bytes, batchSize: number) {
  const decoded = decodeCbor(answer, { maxBytes: maxAnswerBytes });
  if (!Array.isArray(decoded) || decoded.length !== 2) throw malformed();
  const [acknowledgement, list] = decoded;
  if (acknowledgement !== null && !(acknowledgement instanceof Uint8Array)) throw malformed();
  if (!Array.isArray(list) || list.length > batchSize) throw malformed();
  const hints = list.map((hint) => {
    if (!Array.isArray(hint) || hint.length !== 2) throw malformed();
    const [index, code] = hint;
    if (typeof index !== 'number' || index < 0 || index >= batchSize) throw malformed();
    if (typeof code !== 'string' || code.length > 64) throw malformed();
    return { index, code };
  });
  return { acknowledgement, hints };
}

function malformed(): SecureElementError {
  return new SecureElementError('answer-malformed', 'expected an acknowledgement or null, and a list of codes');
}

function notOurs(): SecureElementError {
  return new SecureElementError('acknowledgement-not-ours', 'expected an acknowledgement of this channel');
}
