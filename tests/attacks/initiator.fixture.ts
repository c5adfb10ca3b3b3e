// A handshake with the hospital in somebody's name: whoever holds the credential, honest or stolen, on either listener.

import { credentialVerifier } from '@vitalseal/certifying-authority';
import {
  type Bytes,
  type ChannelSecrets,
  deriveChannel,
  frameMessage1,
  frameMessage3,
  handshakeMediaType,
  type Identity,
  type OwnCredential,
  randomBytes,
  startHandshake,
} from '@vitalseal/protocol';
import type { PatientInHand } from './patient-in-hand.fixture.ts';
import type { Ward } from './ward.fixture.ts';

export type Exchange = (body: Bytes) => Promise<Bytes>;

/** The listener of the secure elements. */
export const asDevice =
  (patient: PatientInHand): Exchange =>
  (body) =>
    patient.edhoc(body);

/** The listener of the pages. */
export const asPerson =
  (ward: Ward): Exchange =>
  async (body) => {
    const headers = { 'content-type': handshakeMediaType.request };
    const answer = await fetch(new URL('/edhoc', ward.hospital.peopleUrl), { method: 'POST', headers, body });
    return new Uint8Array(await answer.arrayBuffer());
  };

/** @returns the channel that the hospital agreed to */
export async function initiate(
  ward: Ward,
  { identity, credential }: { identity: Identity; credential: OwnCredential },
  exchange: Exchange,
  step: 2 | 3,
): Promise<ChannelSecrets> {
  const verifyPeer = credentialVerifier({ anchors: [ward.root], now: Date.now, roles: ['hospital'] });
  const first = await startHandshake({ own: credential, verifyPeer, connectionId: randomBytes(1) });
  const second = await first.receiveMessage2(await exchange(frameMessage1(first.message1)));
  const message4 = await exchange(frameMessage3(second.peerConnectionId, second.message3));
  return deriveChannel(await second.receiveMessage4(message4), step, identity);
}
