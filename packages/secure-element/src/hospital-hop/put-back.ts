// What a store knows of its own handshakes, and by what the hospital says in the next one it is found to be an older copy of
// itself, which it cannot tell alone: the hospital names the channel on which this card sent last, and one that this store has
// never had was made by a newer state of it. Whatever that state had taken and not delivered is gone.

import { type Bytes, encodeCbor, equalBytes, type LastUsedChannel } from '@vitalseal/protocol';
import type { ElementStorage } from '../storage/element-storage.ts';
import { storedBytes, storedFields, storedInteger, storedList } from '../storage/stored.ts';
import type { Transaction } from '../storage/transaction.ts';
import type { HospitalChannel } from './hospital-channel.ts';

/** What this store knows of its own handshakes with the hospital. */
export interface HandshakesMade {
  /** The channels of the last ones, the newest at the end. */
  readonly channels: readonly Bytes[];
  /** When one of them was used last, as the hospital said: it never says less, unless it was put back itself. */
  readonly usedAt: number;
}

/** What the patient is to be told. Times by the phone's clock, UTC ms. */
export interface PutBack {
  /** Of the copy's last confirmation by the hospital: what it had taken before is there, or waits. */
  readonly from: number;
  /** When it was found out. */
  readonly until: number;
}

const madeName = 'hospital-handshakes';
const putBackName = 'put-back';
/** A record that was long on its way may make an older channel the one that was used last. */
const mostRemembered = 16;

/** @param channel of a store that a former release has written, which kept no more than that */
export async function loadHandshakesMade(
  storage: ElementStorage,
  channel: HospitalChannel | undefined,
): Promise<HandshakesMade> {
  const stored = await storage.read(madeName);
  if (stored === undefined) return { channels: channel ? [channel.secrets.id] : [], usedAt: -1 };
  const [channels, usedAt] = storedFields(stored, 2);
  return { channels: storedList(channels).map(storedBytes), usedAt: storedInteger(usedAt) };
}

export async function loadPutBack(storage: ElementStorage): Promise<PutBack | undefined> {
  const stored = await storage.read(putBackName);
  if (stored === undefined) return undefined;
  const [from, until] = storedFields(stored, 2);
  return { from: storedInteger(from), until: storedInteger(until) };
}

/** @param channel the new one @param lastUsed as the hospital said; undefined where it knows of none, or is of a former release */
export function withHandshake(
  before: HandshakesMade,
  channel: Bytes,
  lastUsed: LastUsedChannel | undefined,
): HandshakesMade {
  return {
    channels: [...before.channels, channel].slice(-mostRemembered),
    usedAt: Math.max(before.usedAt, lastUsed?.at ?? -1),
  };
}

export function saveHandshakesMade(transaction: Transaction, { channels, usedAt }: HandshakesMade): void {
  transaction.put(madeName, encodeCbor([[...channels], usedAt]));
}

export function savePutBack(transaction: Transaction, { from, until }: PutBack): void {
  transaction.put(putBackName, encodeCbor([from, until]));
}

/** A store without any handshake is that of a new card: its certificate has sent nothing. */
export function isOlderThan({ channels, usedAt }: HandshakesMade, lastUsed: LastUsedChannel): boolean {
  if (channels.length === 0 || lastUsed.at <= usedAt) return false;
  return !channels.some((channel) => equalBytes(channel, lastUsed.channel));
}
