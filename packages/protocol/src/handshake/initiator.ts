// The initiator (RFC 9528 sections 5.2 to 5.5), one class a state, so that a step out of order does not
// compile. Any error, in whatever step, ends the handshake for good: see single-use.ts.

import { type Bytes, concatBytes, equalBytes, noBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { type EphemeralKey, sha256 } from '../primitives/index.ts';
import { type AuthenticatedFields, computeMac, type PeerAuthentication, signatureInput } from './authentication.ts';
import { refuseErrorMessage } from './error-message.ts';
import type { ExternalAuthorizationItem } from './external-authorization-data.ts';
import { encodeIdentifier, requireConnectionId } from './identifier.ts';
import { derivePrkOut, extractPrk2e, kdfLabel } from './key-schedule.ts';
import { lastUsedIn } from './last-used.ts';
import { encodeMessage1 } from './message1.ts';
import { decodeMessage2, decodePlaintext2, maskPlaintext2 } from './message2.ts';
import { encodePlaintext3, type SealingKeys, sealMessage } from './message3.ts';
import { openMessage4 } from './message4.ts';
import type { CompletedHandshake, InitiatorProfile } from './profile.ts';
import {
  encodeSensorCodeProof,
  isSensorCodeProof,
  type ProvenHandshake,
  proveSensorCode,
  sensorCodeLabel,
  sensorCodeProofIn,
} from './sensor-code-proof.ts';
import { EdhocSession } from './session.ts';
import { SingleUse } from './single-use.ts';
import { nextTranscriptHash, transcriptHash2 } from './transcript.ts';

/** Composes message_1, section 5.2.2. */
export async function initiate<Peer>(profile: InitiatorProfile<Peer>): Promise<InitiatorAwaitingMessage2<Peer>> {
  requireConnectionId(profile.connectionId);
  const ephemeral = profile.ephemeralKey ?? (await profile.suite.generateKey());
  const { method, suites, connectionId } = profile;
  const message1 = encodeMessage1({ method, suites, gX: ephemeral.publicX, connectionId }, profile.ead?.[1] ?? noBytes);
  return new InitiatorAwaitingMessage2(message1, { profile, ephemeral, message1Hash: await sha256(message1) });
}

interface AfterMessage1<Peer> {
  readonly profile: InitiatorProfile<Peer>;
  readonly ephemeral: EphemeralKey;
  readonly message1Hash: Bytes;
}

export class InitiatorAwaitingMessage2<Peer> {
  readonly message1: Bytes;
  readonly #state: SingleUse<AfterMessage1<Peer>>;

  constructor(message1: Bytes, state: AfterMessage1<Peer>) {
    this.message1 = message1;
    this.#state = new SingleUse(state);
  }

  /** Processes message_2 (section 5.3.3) and composes message_3 (section 5.4.2). @throws ProtocolError */
  async receiveMessage2(message2: Bytes): Promise<InitiatorAwaitingMessage4<Peer>> {
    const { profile, ephemeral, message1Hash } = this.#state.take();
    refuseErrorMessage(message2);
    const { gY, ciphertext } = decodeMessage2(message2);
    const th2 = await transcriptHash2(gY, message1Hash);
    const prk2e = await extractPrk2e(th2, await ephemeral.agree(gY));
    const plaintext2 = await maskPlaintext2(prk2e, th2, ciphertext);
    const { connectionId, idCred, signatureOrMac, ead } = decodePlaintext2(plaintext2);
    if (equalBytes(connectionId, profile.connectionId)) {
      throw new ProtocolError('connection-id-clash', 'expected a connection identifier other than our own');
    }

    const peer = await profile.resolvePeer(idCred);
    const prk3e2m = await peer.nextKey(prk2e, kdfLabel.salt3e2m, th2, ephemeral);
    const fields: AuthenticatedFields = {
      connectionId: encodeIdentifier(connectionId),
      credential: peer.credential,
      transcriptHash: th2,
      ead,
    };
    const mac2 = await computeMac(prk3e2m, kdfLabel.mac2, fields, peer.macLength(profile.suite));
    await peer.verify(signatureOrMac, mac2, signatureInput(fields, mac2));

    const th3 = await nextTranscriptHash(th2, plaintext2, peer.credential.cred);
    return composeMessage3({ profile, peer, prk3e2m, th3, gY, connectionId });
  }
}

interface AfterMessage2<Peer> {
  readonly profile: InitiatorProfile<Peer>;
  readonly peer: PeerAuthentication<Peer>;
  readonly prk3e2m: Bytes;
  readonly th3: Bytes;
  readonly gY: Bytes;
  /** C_R */
  readonly connectionId: Bytes;
}

async function composeMessage3<Peer>(after: AfterMessage2<Peer>): Promise<InitiatorAwaitingMessage4<Peer>> {
  const { profile, peer, prk3e2m, th3, gY } = after;
  const { own, suite } = profile;
  const prk4e3m = await own.nextKey(prk3e2m, kdfLabel.salt4e3m, th3, gY);
  const certificates = { initiatorHash: own.credential.hash, responderHash: peer.credential.hash };
  const code = profile.sensorCodeKey && { key: profile.sensorCodeKey, certificates };
  const proof = code && (await proveSensorCode(code.key, { message: 3, transcriptHash: th3, ...code.certificates }));
  const ead = concatBytes(profile.ead?.[3] ?? noBytes, proof ? encodeSensorCodeProof(proof) : noBytes);
  const fields = { connectionId: noBytes, credential: own.credential, transcriptHash: th3, ead };
  const mac3 = await computeMac(prk4e3m, kdfLabel.mac3, fields, own.macLength(suite));
  const signatureOrMac = await own.prove(mac3, signatureInput(fields, mac3));

  const plaintext3 = encodePlaintext3({ idCred: own.credential.idCred, signatureOrMac, ead });
  const message3 = await sealMessage(3, { suite, prk: prk3e2m, transcriptHash: th3 }, plaintext3);
  const th4 = await nextTranscriptHash(th3, plaintext3, own.credential.cred);
  return new InitiatorAwaitingMessage4(message3, peer.peer, after.connectionId, {
    keys: { suite, prk: prk4e3m, transcriptHash: th4 },
    code,
    ownCredentialHash: own.credential.hash,
    peerCredentialHash: peer.credential.hash,
  });
}

type Certificates = Pick<ProvenHandshake, 'initiatorHash' | 'responderHash'>;

interface AfterMessage3 {
  readonly keys: SealingKeys;
  readonly code: { readonly key: Bytes; readonly certificates: Certificates } | undefined;
  readonly ownCredentialHash: Bytes;
  readonly peerCredentialHash: Bytes;
}

/** The responder has proved who it is; whether it has our message_3, and so the same keys, only message_4 tells. */
export class InitiatorAwaitingMessage4<Peer> {
  readonly message3: Bytes;
  readonly peer: Peer;
  /** C_R, by which the responder finds the handshake again: the prefix of message_3 where the carrier needs one. */
  readonly peerConnectionId: Bytes;
  readonly #state: SingleUse<AfterMessage3>;

  constructor(message3: Bytes, peer: Peer, peerConnectionId: Bytes, state: AfterMessage3) {
    this.message3 = message3;
    this.peer = peer;
    this.peerConnectionId = peerConnectionId;
    this.#state = new SingleUse(state);
  }

  /** Processes message_4, section 5.5.3. No key leaves the handshake before. @throws ProtocolError */
  async receiveMessage4(message4: Bytes): Promise<CompletedHandshake<Peer>> {
    const { keys, code, ownCredentialHash, peerCredentialHash } = this.#state.take();
    refuseErrorMessage(message4);
    const items = await openMessage4(keys, message4, code ? [sensorCodeLabel] : []);
    if (code) await expectCodeProven(items, code, keys.transcriptHash);
    const lastUsed = lastUsedIn(items);
    const session = new EdhocSession(await derivePrkOut(keys.prk, keys.transcriptHash));
    const completed = { session, peer: this.peer, ownCredentialHash, peerCredentialHash };
    return { role: 'initiator', ...completed, ...(lastUsed && { lastUsed }) };
  }
}

/** A certified responder that was not given the code may have everything else right. */
async function expectCodeProven(
  items: readonly ExternalAuthorizationItem[],
  { key, certificates }: { readonly key: Bytes; readonly certificates: Certificates },
  transcriptHash: Bytes,
): Promise<void> {
  const proof = sensorCodeProofIn(items);
  if (!proof || !(await isSensorCodeProof(proof, key, { message: 4, transcriptHash, ...certificates }))) {
    throw new ProtocolError('sensor-code-unproved', 'expected a peer that was given the code');
  }
}
