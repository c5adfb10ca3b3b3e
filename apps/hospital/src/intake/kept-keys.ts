/**
 * A record lies in the store as it came, so the key of its channel is kept there too: in the commit that stores the first record
 * of the channel, under the patient's newest data key. On a channel whose key is kept under another one nothing more is taken,
 * and its element shakes hands anew.
 */
import type { LastUsedChannel } from '@vitalseal/protocol';
import { sealedReadingKey } from '../at-rest/reading-opener.ts';
import { type DataKey, keyVersionOf } from '../at-rest/sealed-value.ts';
import type { OpenChannel } from '../channels/open-channel.ts';
import { HospitalError } from '../errors.ts';
import type { Database } from '../store/batch-statement.ts';
import type { Store } from '../store/open-store.ts';

interface Kept {
  readonly under: DataKey;
  /** The key is kept as long as readings that come until then. */
  readonly through: number;
}

/** How far ahead: one write a day and channel. */
const aheadMs = 86_400_000;

export class KeptKeys {
  readonly #store: Store;
  readonly #kept = new WeakMap<OpenChannel, Kept>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Whether the store has the channel's key for a reading that comes now: no wait on the path of every record. */
  has(channel: OpenChannel, patient: number, now: number): boolean {
    const kept = this.#kept.get(channel);
    return kept !== undefined && now <= kept.through && isSame(kept.under, this.#store.sealing.keys.current(patient));
  }

  /** What is kept in this transaction counts only once it is committed. */
  draft(db: Database, now: number): KeptKeysDraft {
    const fresh = new Map<OpenChannel, Kept | undefined>();
    return {
      keep: async (channel, patient) => {
        if (!fresh.has(channel)) fresh.set(channel, await this.#keep(db, channel, patient, now));
        return fresh.get(channel) !== undefined;
      },
      committed: () => {
        for (const [channel, kept] of fresh) if (kept !== undefined) this.#kept.set(channel, kept);
      },
    };
  }

  async #keep(db: Database, channel: OpenChannel, patient: number, now: number): Promise<Kept | undefined> {
    const { sealing, readingKeys, channels } = this.#store;
    const under = sealing.keys.current(patient);
    if (under === undefined) throw new HospitalError('data-key-missing', 'expected a data key to seal under');
    const through = now + aheadMs;
    const found = await readingKeys.find(db, patient, channel.id);
    if (found === undefined) {
      // Closed by another process, as with the erasure of its patient: its key must not come back.
      if ((await channels.find(channel.id, db)) === undefined) return undefined;
      const secrets = sealedReadingKey(sealing, patient, channel.secrets);
      await readingKeys.add(db, { patient, channel: channel.id, through, secrets, serial: channel.serial ?? null });
    } else {
      if (!isUnder(under, found.secrets)) return undefined;
      // Where the clock was set back, what came before that is kept no shorter.
      const longest = Math.max(through, found.through);
      await readingKeys.keepThrough(db, { patient, channel: channel.id, through: longest });
    }
    return { under, through };
  }
}

/**
 * The channel on which a card sent last, as far as the store knows: what is told to the card in its next handshake.
 * @param serial of its certificate
 */
export async function lastUsedChannel(
  { database, readingKeys }: Pick<Store, 'database' | 'readingKeys'>,
  patient: number,
  serial: string,
): Promise<LastUsedChannel | undefined> {
  const last = await readingKeys.lastOf(database, patient, serial);
  return last && { channel: new Uint8Array(last.channel), at: Math.max(0, last.through - aheadMs) };
}

export interface KeptKeysDraft {
  /** @returns false where nothing more is to be taken on the channel */
  keep(channel: OpenChannel, patient: number): Promise<boolean>;
  committed(): void;
}

/** A data key that was wrapped anew is the same. */
function isSame(one: DataKey, other: DataKey | undefined): boolean {
  return one === other || (other !== undefined && one.version === other.version && one.key.equals(other.key));
}

function isUnder({ version }: DataKey, secrets: Uint8Array): boolean {
  try {
    return keyVersionOf(secrets) === version;
  } catch {
    return false;
  }
}
