// The responder (RFC 9528 sections 5.2 to 5.5). As for the initiator, a class is a state, and any error ends
// the handshake for good.

import { type Bytes, concatBytes, equalBytes, noBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { type EphemeralKey, sha256 } from '../primitives/index.ts';
import { computeMac, signatureInput } from './authentication.ts';
import { type CipherSuite, ephemeralKeyLength } from './cipher-suite.ts';
import { encodeIdentifier, requireConnectionId } from './identifier.ts';
import { derivePrkOut, extractPrk2e, kdfLabel } from './key-schedule.ts';
import { encodeLastUsed } from './last-used.ts';
import { decodeMessage1, type Message1 } from './message1.ts';
import { encodeMessage2, encodePlaintext2, maskPlaintext2 } from './message2.ts';
import { decodePlaintext3, openMessage } from './message3.ts';
import { sealMessage4 } from './message4.ts';
import type { CompletedHandshake, ResponderProfile } from './profile.ts';
import {
  encodeSensorCodeProof,
  isSensorCodeProof,
  type ProvenHandshake,
  proveSensorCode,
  sensorCodeLabel,
  sensorCodeProofIn,
} from './sensor-code-proof.ts';
import { EdhocSession } from './session.ts';
import { accepted } from './signature-authentication.ts';
import { SingleUse } from './single-use.ts';
import { nextTranscriptHash, transcriptHash2 } from './transcript.ts';

/** Processes message_1, section 5.2.3, and composes message_2, section 5.3.2. @throws ProtocolError */
export async function respond<Peer>(
  profile: ResponderProfile<Peer>,
  message1: Bytes,
): Promise<ResponderAwaitingMessage3<Peer>> {
  requireConnectionId(profile.connectionId);
  const { method, suites, gX, connectionId } = decodeMessage1(message1);
  if (method !== profile.method) {
    throw new ProtocolError('method-unsupported', `expected method ${profile.method}`);
  }
  const suite = selectSuite(profile.suites, suites);
  if (gX.length !== ephemeralKeyLength) {
    throw new ProtocolError('message-malformed', `expected an ephemeral key of ${ephemeralKeyLength} bytes`);
  }
  if (equalBytes(connectionId, profile.connectionId)) {
    throw new ProtocolError('connection-id-clash', 'expected a connection identifier other than our own');
  }

  const { own } = profile;
  const ephemeral = profile.ephemeralKey ?? (await suite.generateKey());
  const gY = ephemeral.publicX;
  const th2 = await transcriptHash2(gY, await sha256(message1));
  const prk2e = await extractPrk2e(th2, await ephemeral.agree(gX));
  const prk3e2m = await own.nextKey(prk2e, kdfLabel.salt3e2m, th2, gX);
  const ead = profile.ead?.[2] ?? noBytes;
  const fields = {
    connectionId: encodeIdentifier(profile.connectionId),
    credential: own.credential,
    transcriptHash: th2,
    ead,
  };
  const mac2 = await computeMac(prk3e2m, kdfLabel.mac2, fields, own.macLength(suite));
  const signatureOrMac = await own.prove(mac2, signatureInput(fields, mac2));

  const { idCred, cred } = own.credential;
  const plaintext2 = encodePlaintext2({ connectionId: profile.connectionId, idCred, signatureOrMac, ead });
  const message2 = encodeMessage2({ gY, ciphertext: await maskPlaintext2(prk2e, th2, plaintext2) });
  const th3 = await nextTranscriptHash(th2, plaintext2, cred);
  return new ResponderAwaitingMessage3(message2, { profile, suite, ephemeral, prk3e2m, th3 });
}

/**
 * The selected suite must be the first of SUITES_I that we support: someone on the way who strikes out the better ones
 * would otherwise choose for both, section 5.2.3.
 * @throws ProtocolError `cipher-suite-unsupported`, to be answered with SUITES_R
 */
function selectSuite(supported: readonly CipherSuite[], offered: Message1['suites']): CipherSuite {
  const chosen = offered.find((id) => supported.some((suite) => suite.id === id));
  const suite = supported.find(({ id }) => id === chosen);
  if (suite === undefined || chosen !== offered.at(-1)) {
    throw new ProtocolError('cipher-suite-unsupported', 'expected the first cipher suite that both support');
  }
  return suite;
}

interface AfterMessage2<Peer> {
  readonly profile: ResponderProfile<Peer>;
  readonly suite: CipherSuite;
  readonly ephemeral: EphemeralKey;
  readonly prk3e2m: Bytes;
  readonly th3: Bytes;
}

/** Half-open: nothing is known of the initiator yet. */
export class ResponderAwaitingMessage3<Peer> {
  readonly message2: Bytes;
  readonly #state: SingleUse<AfterMessage2<Peer>>;

  constructor(message2: Bytes, state: AfterMessage2<Peer>) {
    this.message2 = message2;
    this.#state = new SingleUse(state);
  }

  /** Processes message_3 (section 5.4.3) and composes message_4 (section 5.5.2). @throws ProtocolError */
  async receiveMessage3(message3: Bytes): Promise<{ message4: Bytes; result: CompletedHandshake<Peer> }> {
    const { profile, suite, ephemeral, prk3e2m, th3 } = this.#state.take();
    const plaintext3 = await openMessage(3, { suite, prk: prk3e2m, transcriptHash: th3 }, message3);
    const understood = profile.authorize ? [sensorCodeLabel] : [];
    const { idCred, signatureOrMac, ead, items } = decodePlaintext3(plaintext3, understood);

    const peer = await profile.resolvePeer(idCred);
    const prk4e3m = await peer.nextKey(prk3e2m, kdfLabel.salt4e3m, th3, ephemeral);
    const fields = { connectionId: noBytes, credential: peer.credential, transcriptHash: th3, ead };
    const mac3 = await computeMac(prk4e3m, kdfLabel.mac3, fields, peer.macLength(suite));
    await peer.verify(signatureOrMac, mac3, signatureInput(fields, mac3));

    const certificates = { initiatorHash: peer.credential.hash, responderHash: profile.own.credential.hash };
    const key = await authorized(profile, peer.peer, sensorCodeProofIn(items), {
      ...certificates,
      transcriptHash: th3,
    });

    const th4 = await nextTranscriptHash(th3, plaintext3, peer.credential.cred);
    const proof4 = key && (await proveSensorCode(key, { ...certificates, message: 4, transcriptHash: th4 }));
    const lastUsed = await profile.lastUsed?.(peer.peer);
    const ead4 = concatBytes(
      profile.ead?.[4] ?? noBytes,
      proof4 ? encodeSensorCodeProof(proof4) : noBytes,
      lastUsed ? encodeLastUsed(lastUsed) : noBytes,
    );
    const message4 = await sealMessage4({ suite, prk: prk4e3m, transcriptHash: th4 }, ead4);
    const result: CompletedHandshake<Peer> = {
      role: 'responder',
      session: new EdhocSession(await derivePrkOut(prk4e3m, th4)),
      peer: peer.peer,
      ownCredentialHash: profile.own.credential.hash,
      peerCredentialHash: peer.credential.hash,
    };
    return { message4, result };
  }
}

/** @returns the key of the code, where the initiator has proved one @throws ProtocolError `sensor-code-unproved` */
async function authorized<Peer>(
  { authorize }: ResponderProfile<Peer>,
  peer: Peer,
  proof: Bytes | undefined,
  handshake: Omit<ProvenHandshake, 'message'>,
): Promise<Bytes | undefined> {
  if (!authorize) return undefined;
  const provesCode = proof && ((key: Bytes) => isSensorCodeProof(proof, key, { ...handshake, message: 3 }));
  const key = await accepted(() => authorize({ peer, provesCode }));
  if (!provesCode) return undefined;
  if (!key || !(await provesCode(key))) {
    throw new ProtocolError('sensor-code-unproved', 'expected a peer that holds the code');
  }
  return key;
}
