// The product's one profile: method 0 (both sides sign), cipher suite 3, certificates, message_4 always. Nothing else can
// be asked for from outside this folder, so there is nothing to be talked down to.

import type { Awaitable, Bytes } from '../bytes.ts';
import type { OwnCredential, PeerCredential, VerifyPeer } from './certificate-credential.ts';
import { suite3 } from './cipher-suite.ts';
import type { InitiatorAwaitingMessage4 as AwaitingMessage4 } from './initiator.ts';
import { type InitiatorAwaitingMessage2 as AwaitingMessage2, initiate } from './initiator.ts';
import type { LastUsedChannel } from './last-used.ts';
import type { Authorize, CompletedHandshake } from './profile.ts';
import { type ResponderAwaitingMessage3 as AwaitingMessage3, respond } from './responder.ts';
import { ownSignatureAuthentication, resolveCertifiedPeer } from './signature-authentication.ts';

export interface HandshakeConfig {
  readonly own: OwnCredential;
  readonly verifyPeer: VerifyPeer;
  /** Up to 32 bytes, other than the peer's; one byte makes the smallest messages. */
  readonly connectionId: Bytes;
}

/** What an initiator may bring beside: the key of the code on it, where it is to be bonded by that. */
export interface InitiatorConfig extends HandshakeConfig {
  readonly sensorCodeKey?: Bytes;
}

export interface ResponderConfig extends HandshakeConfig {
  readonly authorize?: Authorize<PeerCredential>;
  /** Asked once the initiator has proved who it is. Whatever it throws ends the handshake, and comes out as it is. */
  readonly lastUsed?: (peer: PeerCredential) => Awaitable<LastUsedChannel | undefined>;
}

export type InitiatorAwaitingMessage2 = AwaitingMessage2<PeerCredential>;
export type InitiatorAwaitingMessage4 = AwaitingMessage4<PeerCredential>;
export type ResponderAwaitingMessage3 = AwaitingMessage3<PeerCredential>;
export type HandshakeResult = CompletedHandshake<PeerCredential>;

const method = 0;

async function certified({ own, verifyPeer, connectionId }: HandshakeConfig) {
  const authentication = await ownSignatureAuthentication(own);
  return {
    method,
    connectionId,
    own: authentication,
    resolvePeer: (idCred: Bytes) => resolveCertifiedPeer(authentication.credential, verifyPeer, idCred),
  };
}

/** The initiator's first step: `message1` of the result goes to the peer. */
export async function startHandshake(config: InitiatorConfig): Promise<InitiatorAwaitingMessage2> {
  const { sensorCodeKey } = config;
  const code = sensorCodeKey && { sensorCodeKey };
  return initiate({ ...(await certified(config)), ...code, suites: [suite3.id], suite: suite3 });
}

/** The responder's first step: `message2` of the result goes to the peer. @throws ProtocolError */
export async function acceptMessage1(config: ResponderConfig, message1: Bytes): Promise<ResponderAwaitingMessage3> {
  const { authorize, lastUsed } = config;
  const more = { ...(authorize && { authorize }), ...(lastUsed && { lastUsed }) };
  return respond({ ...(await certified(config)), ...more, suites: [suite3] }, message1);
}
