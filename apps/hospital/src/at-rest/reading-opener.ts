/**
 * A reading lies in the store as its record: the very bytes that the patient's element sealed for the hospital, and that the
 * acknowledgement and the audit log name by their hash. What opens it is the key of its channel, which lies beside it under the
 * patient's data key. So nothing is sealed twice, and whoever erases the data key has erased the reading.
 */
import {
  type Bytes,
  type ChannelSecrets,
  channelIdOf,
  decodeChannelSecrets,
  decodeStep2Message,
  encodeChannelSecrets,
  equalBytes,
  formatIdentity,
  type Opener,
  openOpener,
} from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';
import type { Database } from '../store/batch-statement.ts';
import { placeOfReadingKey, type ReadingKeyRow, type ReadingKeyRows } from '../store/reading-keys.ts';
import type { NewReading } from '../store/readings.ts';
import { isSealedValue } from './sealed-value.ts';
import type { Sealing } from './sealing.ts';

export type PlacedReading = Pick<
  NewReading,
  'stream' | 'sequence' | 'patient' | 'measured_at' | 'received_at' | 'payload'
>;

interface Source {
  readonly source: string;
  readonly channel: Bytes;
}

export class ReadingOpener {
  readonly #sealing: Sealing;
  readonly #openers: ReadonlyMap<string, Opener>;
  readonly #sources: ReadonlyMap<number, Source>;

  private constructor(sealing: Sealing, openers: ReadonlyMap<string, Opener>, sources: ReadonlyMap<number, Source>) {
    this.#sealing = sealing;
    this.#openers = openers;
    this.#sources = sources;
  }

  /** With all that these rows need. A key that does not open is told of by the rows that need it. */
  static async of(
    db: Database,
    { sealing, readingKeys }: { readonly sealing: Sealing; readonly readingKeys: ReadingKeyRows },
    rows: readonly PlacedReading[],
  ): Promise<ReadingOpener> {
    const former = rows.filter(({ payload }) => isSealedValue(payload));
    const keys = await keysOf(db, readingKeys, rows);
    await sealing.ready(
      db,
      rows.map(({ patient }) => patient),
    );
    await sealing.readyToOpen(db, [
      ...former.map(({ patient, payload }) => ({ owner: patient, sealed: payload })),
      ...keys.map(({ patient, secrets }) => ({ owner: patient, sealed: secrets })),
    ]);
    const openers = new Map<string, Opener>();
    for (const row of keys) {
      const secrets = secretsOf(sealing, row);
      if (secrets !== undefined) openers.set(nameOf(row.patient, row.channel), await openOpener(secrets, 'responder'));
    }
    return new ReadingOpener(sealing, openers, await sourcesOf(db, rows));
  }

  /**
   * The step 2 message that was sealed.
   * @throws HospitalError `sealed-value-refused`, `data-key-missing`; ProtocolError for a record that was spoilt
   */
  async open(row: PlacedReading): Promise<Bytes> {
    const { patient, payload } = row;
    if (isSealedValue(payload)) return this.#sealing.open(patient, placeOfFormerReading(row), payload);
    const opener = this.#openers.get(nameOf(patient, channelIdOf(payload)));
    if (opener === undefined)
      throw new HospitalError('data-key-missing', 'expected the key of the channel of a reading');
    const opened = await opener.open(payload);
    if (!this.#isOf(row, opened.payload)) {
      throw new HospitalError('sealed-value-refused', 'expected a record that stands in the row of its reading');
    }
    return opened.payload;
  }

  /** As `open`, but what does not open is told of and empty. */
  async openOrEmpty(row: PlacedReading): Promise<Bytes> {
    try {
      return await this.open(row);
    } catch (error) {
      this.#sealing.refused(error);
      return new Uint8Array();
    }
  }

  /** A record says itself which reading it is: in the row of another it is refused. */
  #isOf({ stream, sequence, measured_at }: PlacedReading, payload: Bytes): boolean {
    const { origin, measuredAt } = decodeStep2Message(payload).reading;
    const known = this.#sources.get(stream);
    return (
      known !== undefined &&
      origin.sequence === sequence &&
      measuredAt.utcMs === measured_at &&
      formatIdentity(origin.source) === known.source &&
      equalBytes(origin.channel, known.channel)
    );
  }
}

/** Of a row that the release before this one sealed under the data key itself. */
export function placeOfFormerReading({ stream, sequence, measured_at, received_at }: Omit<PlacedReading, 'payload'>) {
  return ['readings', 'payload', stream, sequence, measured_at, received_at] as const;
}

const noKey = new Uint8Array(32);
const noIv = new Uint8Array(12);

/** What opens the patient's records, and nothing that the hospital seals with. */
export function sealedReadingKey(sealing: Sealing, patient: number, secrets: ChannelSecrets): Bytes {
  const opening = encodeChannelSecrets({ ...secrets, responderKey: noKey, responderIv: noIv, wrappingKey: noKey });
  return sealing.seal(patient, placeOfReadingKey({ patient, channel: secrets.id }), opening);
}

function secretsOf(sealing: Sealing, row: ReadingKeyRow): ChannelSecrets | undefined {
  try {
    return decodeChannelSecrets(sealing.open(row.patient, placeOfReadingKey(row), row.secrets));
  } catch {
    return undefined;
  }
}

/** Whether it is the key of its own row: one that was edited, or put there from another, is not. */
export function readingKeyOpens(sealing: Sealing, row: ReadingKeyRow): boolean {
  const secrets = secretsOf(sealing, row);
  return secrets !== undefined && equalBytes(secrets.id, new Uint8Array(row.channel));
}

async function keysOf(
  db: Database,
  readingKeys: ReadingKeyRows,
  rows: readonly PlacedReading[],
): Promise<ReadingKeyRow[]> {
  const channels = new Map<string, Bytes>();
  const patients = new Set<number>();
  for (const { patient, payload } of rows) {
    if (isSealedValue(payload)) continue;
    try {
      const channel = channelIdOf(payload);
      channels.set(Buffer.from(channel).toString('hex'), channel);
      patients.add(patient);
    } catch {
      // No record at all: whoever opens it will say so.
    }
  }
  return channels.size === 0 ? [] : readingKeys.ofChannels(db, [...patients], [...channels.values()]);
}

async function sourcesOf(db: Database, rows: readonly PlacedReading[]): Promise<Map<number, Source>> {
  if (rows.length === 0) return new Map();
  const numbers = [...new Set(rows.map(({ stream }) => stream))];
  const streams = await db
    .selectFrom('streams')
    .select(['number', 'source', 'channel'])
    .where('number', 'in', numbers)
    .execute();
  return new Map(streams.map(({ number, ...source }) => [number, source]));
}

function nameOf(patient: number, channel: Bytes): string {
  return `${patient} ${Buffer.from(channel).toString('hex')}`;
}
