/**
 * Step 2 at the hospital: sealed records in, one sealed acknowledgement out, and it is sealed only after the commit
 * that made its readings durable (the paper's figure 4).
 */
import {
  type AcknowledgedRecord,
  type Bytes,
  channelIdOf,
  encodeAcknowledgement,
  joinResults,
  recordHash,
  type Timestamp,
} from '@vitalseal/protocol';
import type { ChannelRegistry } from '../channels/channel-registry.ts';
import type { OpenChannel } from '../channels/open-channel.ts';
import { refusalOf } from '../refusal.ts';
import type { Arrival, Outcome } from './arrival.ts';
import type { GroupCommit } from './group-commit.ts';

/** A record of the request that nothing is said of under seal: its place, and why. */
export type Unanswered = readonly [index: number, code: string];

export interface RecordsAnswer {
  readonly acknowledgement: Bytes | null;
  readonly unanswered: readonly Unanswered[];
}

export interface RecordIntakeOptions {
  readonly registry: ChannelRegistry;
  readonly group: GroupCommit<readonly Arrival[], readonly Outcome[]>;
  /** T_H. */
  readonly timestamp: () => Timestamp;
  /** Told of what could not be opened; what was opened and refused is counted with its commit. */
  readonly onUnopened: (code: string, count: number) => void;
}

export class RecordIntake {
  readonly #options: RecordIntakeOptions;

  constructor(options: RecordIntakeOptions) {
    this.#options = options;
  }

  /** The channel of the first record, if it is held in memory. */
  openChannelOf([first]: readonly Bytes[]): OpenChannel | undefined {
    try {
      return first === undefined ? undefined : this.#options.registry.known(channelIdOf(first));
    } catch {
      return undefined;
    }
  }

  /**
   * @param known what `openChannelOf` said of these records
   * @throws HospitalError `store-unavailable`: then nothing was acknowledged
   */
  async receive(records: readonly Bytes[], known = this.openChannelOf(records)): Promise<RecordsAnswer> {
    const unanswered: Unanswered[] = [];
    const channel = known?.step === 2 ? known : await this.#channelOf(records, unanswered);
    if (channel === undefined) return this.#answer(null, unanswered);

    const arrivals: Arrival[] = [];
    const places: number[] = [];
    for (const [index, record] of records.entries()) {
      try {
        // No wait for what is there: in Node all of it is, and each wait costs as much as a tenth of opening.
        const opened = channel.opener.open(record);
        const { sequence, payload } = opened instanceof Promise ? await opened : opened;
        const hashed = recordHash(record);
        const named = hashed instanceof Promise ? await hashed : hashed;
        arrivals.push({ channel, sequence, recordHash: named, record, payload });
        places.push(index);
      } catch (error) {
        unanswered.push([index, refusalOf(error)]);
      }
    }
    if (arrivals.length === 0) return this.#answer(null, unanswered);

    const outcomes = await this.#options.group.submit(arrivals, arrivals.length);
    const results: AcknowledgedRecord[] = [];
    for (const [at, { sequence, recordHash }] of arrivals.entries()) {
      const result = outcomes[at];
      if (result === undefined || result.outcome === 'unanswered') {
        unanswered.push([places[at] ?? at, result?.code ?? 'store-unavailable']);
        continue;
      }
      const { outcome } = result;
      const named = { sequence, recordHash, outcome };
      results.push(outcome === 'refused' ? { ...named, code: result.code } : named);
    }
    if (results.length === 0) return this.#answer(null, unanswered);
    const joined = joinResults(results);
    const payload = encodeAcknowledgement({
      channel: channel.id,
      at: this.#options.timestamp(),
      results: joined instanceof Promise ? await joined : joined,
    });
    const sealed = channel.sealer.seal(payload);
    return this.#answer((sealed instanceof Promise ? await sealed : sealed).bytes, unanswered);
  }

  /** One request speaks on one channel: that of its first record that is of a channel we know. */
  async #channelOf(records: readonly Bytes[], unanswered: Unanswered[]): Promise<OpenChannel | undefined> {
    const { registry } = this.#options;
    let code = 'channel-unknown';
    for (const record of records) {
      try {
        const id = channelIdOf(record);
        const channel = registry.known(id) ?? (await registry.find(id));
        if (channel?.step === 2) return channel;
        if (channel !== undefined) code = 'wrong-hop';
        break;
      } catch (error) {
        // Not a record at all: it is told so below, if another one opens the channel.
        code = refusalOf(error);
      }
    }
    for (const index of records.keys()) unanswered.push([index, code]);
    return undefined;
  }

  #answer(acknowledgement: Bytes | null, unanswered: readonly Unanswered[]): RecordsAnswer {
    for (const [, code] of unanswered) this.#options.onUnopened(code, 1);
    return { acknowledgement, unanswered };
  }
}
