// The sensor's side of the handshake of step 1 (EDHOC, RFC 9528): it initiates, and goes on only with the element of its
// own patient, or while it has none, with one that was given the code on it. The carrier is the link: one message there, one back.

import { credentialVerifier, ownCredential } from '@vitalseal/certifying-authority';
import {
  type Bytes,
  type ChannelSecrets,
  deriveChannel,
  frameMessage1,
  frameMessage3,
  type HandshakeResult,
  type Identity,
  randomBytes,
  sameIdentity,
  startHandshake,
} from '@vitalseal/protocol';
import type { SensorDevice } from '../device/sensor-device.ts';
import { SensorError } from '../errors.ts';

interface Exchange {
  readonly device: SensorDevice;
  /** UTC ms of the sensor's own clock: by it certificates are valid or not. */
  readonly now: () => number;
  readonly exchange: (message: Bytes) => Promise<Bytes>;
}

export interface HandshakeRequest extends Exchange {
  readonly patient: Identity;
  /** By reference (x5t) where the element has had our chain, by value at first contact. */
  readonly present: 'x5t' | 'x5chain';
  /** Proved as well, where the patient's element may be a new one. */
  readonly sensorCodeKey?: Bytes;
}

export interface CodeHandshakeRequest extends Exchange {
  /** Of the code on this sensor. */
  readonly sensorCodeKey: Bytes;
}

/** @throws ProtocolError, CertificateError, SensorError `sensor-phone-not-bonded` */
export async function shakeHands(request: HandshakeRequest): Promise<ChannelSecrets> {
  const { patient, present, device, sensorCodeKey } = request;
  const code = sensorCodeKey && { sensorCodeKey };
  const accept = (peer: Identity) => {
    if (sameIdentity(peer, patient)) return;
    throw new SensorError('sensor-phone-not-bonded', "expected the secure element of this sensor's patient");
  };
  return deriveChannel(await completed(request, { present, accept, ...code }), 1, device.identity);
}

/**
 * With the element of any certified patient that was given the code; the bond is the caller's to keep.
 * @throws ProtocolError `sensor-code-unproved`, `peer-refused` @throws CertificateError
 */
export async function shakeHandsByCode(request: CodeHandshakeRequest): Promise<Identity> {
  const { sensorCodeKey } = request;
  return (await completed(request, { present: 'x5chain', sensorCodeKey })).peer.identity;
}

interface Manner {
  readonly present: 'x5t' | 'x5chain';
  readonly accept?: (peer: Identity) => void;
  readonly sensorCodeKey?: Bytes;
}

async function completed({ device, now, exchange }: Exchange, manner: Manner): Promise<HandshakeResult> {
  const { present, accept, sensorCodeKey } = manner;
  const verify = credentialVerifier({ anchors: [device.root], now, roles: ['patient'] });
  const first = await startHandshake({
    own: ownCredential({ chain: device.chain, privateKey: device.privateKey, present }),
    connectionId: randomBytes(2),
    verifyPeer: async (reference) => {
      const peer = await verify(reference);
      accept?.(peer.identity);
      return peer;
    },
    ...(sensorCodeKey && { sensorCodeKey }),
  });
  const second = await first.receiveMessage2(await exchange(frameMessage1(first.message1)));
  return second.receiveMessage4(await exchange(frameMessage3(second.peerConnectionId, second.message3)));
}
