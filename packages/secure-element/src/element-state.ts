// What the element knows while it runs: a copy of the store, and the handshakes and sealed bytes that may be forgotten.
// After a commit whose outcome is unknown the whole copy is thrown away and read again.

import type { RevocationList } from '@vitalseal/certifying-authority';
import { type Bytes, type HalfOpenHandshakes, randomBytes } from '@vitalseal/protocol';
import { type Consent, loadConsent } from './consent/consent.ts';
import { Diary } from './diary/diary.ts';
import { HospitalChannel } from './hospital-hop/hospital-channel.ts';
import type { PendingHospitalHandshake } from './hospital-hop/hospital-handshake.ts';
import type { AskedRelease } from './hospital-hop/hospital-release.ts';
import { InFlight } from './hospital-hop/in-flight.ts';
import { type HandshakesMade, loadHandshakesMade, loadPutBack, type PutBack } from './hospital-hop/put-back.ts';
import { type Counts, countsName, decodeCounts, encodeCounts, noCounts } from './outbox/counts.ts';
import { Outbox } from './outbox/outbox.ts';
import { type Bonds, loadBonds } from './personalisation/bonds.ts';
import { type Certificates, loadCertificates } from './personalisation/certificates.ts';
import { loadOwnKey, type OwnKey } from './personalisation/own-key.ts';
import { loadPeerChains, type PeerChains } from './personalisation/peer-chains.ts';
import { loadRevocations } from './personalisation/revocations.ts';
import { loadSensorCodes, type SensorCodes } from './personalisation/sensor-codes.ts';
import { SensorChannels } from './sensor-hop/sensor-channels.ts';
import { type HalfOpenSensorHandshake, newHalfOpenHandshakes } from './sensor-hop/sensor-handshake.ts';
import type { ElementSettings } from './settings.ts';
import type { ElementStorage } from './storage/element-storage.ts';
import type { Transaction } from './storage/transaction.ts';

export interface ElementState {
  readonly storage: ElementStorage;
  readonly settings: ElementSettings;
  readonly outbox: Outbox;
  readonly diary: Diary;
  readonly sensorChannels: SensorChannels;
  readonly sensorHandshakes: HalfOpenHandshakes<HalfOpenSensorHandshake>;
  readonly peerChains: PeerChains;
  readonly inFlight: InFlight;
  ownKey: OwnKey | undefined;
  certificates: Certificates | undefined;
  revocations: RevocationList | undefined;
  bonds: Bonds;
  /** What the patient shares. */
  consent: Consent;
  sensorCodes: SensorCodes;
  counts: Counts;
  hospitalChannel: HospitalChannel | undefined;
  /** The hospital said that it does not know the channel: a hint nobody vouches for, so it costs a handshake only. */
  hospitalChannelDoubted: boolean;
  /** Of the readings that are the element's own, where the store's count of them is not believed. */
  readonly ownSeries: { readonly channel: Bytes; next: number } | undefined;
  hospitalHandshake: PendingHospitalHandshake | undefined;
  handshakesMade: HandshakesMade;
  /** This store is an older copy of itself, and the hospital has said so. */
  putBack: PutBack | undefined;
  /** What the hospital said of its release on this channel. */
  hospitalRelease: AskedRelease | undefined;
  /** The hospital asked for our chain by value. */
  hospitalLacksChain: boolean;
  /** The phone's time minus the hospital's at the last acknowledgement; not kept, since a phone's clock is set. */
  clockDriftMs: number | undefined;
  /** What the newest acknowledgement of the hospital has said, UTC ms. */
  hospitalTime: number | undefined;
}

export async function loadElementState(storage: ElementStorage, settings: ElementSettings): Promise<ElementState> {
  const counts = await storage.read(countsName);
  const certificates = await loadCertificates(storage);
  const diary = await Diary.load(storage, settings.diaryMs);
  const hospitalChannel = await HospitalChannel.load(storage);
  return {
    storage,
    settings,
    outbox: await Outbox.load(storage, settings.outboxCapacity, diary.end),
    diary,
    sensorChannels: await SensorChannels.load(storage),
    sensorHandshakes: newHalfOpenHandshakes(),
    peerChains: await loadPeerChains(storage),
    inFlight: new InFlight(),
    ownKey: await loadOwnKey(storage),
    certificates,
    revocations: await loadRevocations(storage, certificates),
    bonds: await loadBonds(storage),
    consent: await loadConsent(storage),
    sensorCodes: await loadSensorCodes(storage),
    counts: counts ? decodeCounts(counts) : noCounts,
    hospitalChannel,
    hospitalChannelDoubted: !settings.resumes,
    ownSeries: settings.resumes ? undefined : { channel: randomBytes(8), next: 0 },
    hospitalHandshake: undefined,
    handshakesMade: await loadHandshakesMade(storage, hospitalChannel),
    putBack: await loadPutBack(storage),
    hospitalRelease: undefined,
    hospitalLacksChain: false,
    clockDriftMs: undefined,
    hospitalTime: undefined,
  };
}

export function addCounts(state: ElementState, transaction: Transaction, added: Partial<Counts>): void {
  const { lastAcknowledgedAt = state.counts.lastAcknowledgedAt } = added;
  const counts: { -readonly [name in keyof Counts]: number } = { ...state.counts };
  for (const name of Object.keys(added) as (keyof Counts)[]) counts[name] += added[name] ?? 0;
  counts.lastAcknowledgedAt = lastAcknowledgedAt;
  transaction.put(countsName, encodeCounts(counts));
  transaction.afterwards(() => {
    state.counts = counts;
  });
}
