// The sensor's side of the handshake of step 1 (EDHOC, RFC 9528): it initiates, and goes on only with the element of its
// own patient. The carrier is the link: one message there, one back.

import { credentialVerifier, ownCredential } from '@vitalseal/certifying-authority';
import {
  type Bytes,
  type ChannelSecrets,
  deriveChannel,
  frameMessage1,
  frameMessage3,
  type Identity,
  randomBytes,
  sameIdentity,
  startHandshake,
} from '@vitalseal/protocol';
import type { SensorDevice } from '../device/sensor-device.ts';
import { SensorError } from '../errors.ts';

export interface HandshakeRequest {
  readonly device: SensorDevice;
  readonly patient: Identity;
  /** By reference (x5t) where the element has had our chain, by value at first contact. */
  readonly present: 'x5t' | 'x5chain';
  /** UTC ms of the sensor's own clock: by it certificates are valid or not. */
  readonly now: () => number;
  readonly exchange: (message: Bytes) => Promise<Bytes>;
}

/** @throws ProtocolError, CertificateError, SensorError `sensor-phone-not-bonded` */
export async function shakeHands(request: HandshakeRequest): Promise<ChannelSecrets> {
  const { device, patient, present, now, exchange } = request;
  const verify = credentialVerifier({ anchors: [device.root], now, roles: ['patient'] });
  const first = await startHandshake({
    own: ownCredential({ chain: device.chain, privateKey: device.privateKey, present }),
    connectionId: randomBytes(2),
    verifyPeer: async (reference) => {
      const peer = await verify(reference);
      if (!sameIdentity(peer.identity, patient)) {
        throw new SensorError('sensor-phone-not-bonded', "expected the secure element of this sensor's patient");
      }
      return peer;
    },
  });
  const second = await first.receiveMessage2(await exchange(frameMessage1(first.message1)));
  const message4 = await exchange(frameMessage3(second.peerConnectionId, second.message3));
  return deriveChannel(await second.receiveMessage4(message4), 1, device.identity);
}
