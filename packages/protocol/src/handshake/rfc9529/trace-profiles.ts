// The two roles of a chapter, with the keys, credentials and identifiers of its trace.

import { type Bytes, equalBytes } from '../../bytes.ts';
import { ProtocolError } from '../../errors.ts';
import { ephemeralKeyFromPrivate, sha256 } from '../../primitives/index.ts';
import { decodeCbor } from '../../wire/cbor/index.ts';
import type { Credential, PeerAuthentication } from '../authentication.ts';
import { decodeIdentifier } from '../identifier.ts';
import type { InitiatorProfile, ResponderProfile } from '../profile.ts';
import { signingWith, verifyingWith } from '../signature-authentication.ts';
import { ownStaticKey, peerStaticKey } from './static-diffie-hellman.ts';
import { ed25519Signer, ed25519Verifier, suite0, suite2, x25519Key } from './suites.ts';
import { type Chapter, chapter2, chapter3 } from './traces.ts';

export interface TraceProfiles {
  readonly initiator: InitiatorProfile<'responder'>;
  readonly responder: ResponderProfile<'initiator'>;
}

async function credential(idCred: Bytes, cred: Bytes): Promise<Credential> {
  return { idCred, cred, hash: await sha256(cred) };
}

const initiatorCredential = (chapter: Chapter) =>
  credential(chapter.value('message_3', 'ID_CRED_I (CBOR'), chapter.value('message_3', 'CRED_I (CBOR'));
const responderCredential = (chapter: Chapter) =>
  credential(chapter.value('message_2', 'ID_CRED_R (CBOR'), chapter.value('message_2', 'CRED_R (CBOR'));

function knowing<Peer>(peer: PeerAuthentication<Peer>) {
  return async (idCred: Bytes): Promise<PeerAuthentication<Peer>> => {
    if (equalBytes(idCred, peer.credential.idCred)) return peer;
    throw new ProtocolError('credential-unknown', 'expected the credential of the trace');
  };
}

const connectionId = (item: Bytes): Bytes => decodeIdentifier(decodeCbor(item));

export async function chapter2Profiles(): Promise<TraceProfiles> {
  const { value } = chapter2;
  const [credI, credR] = [await initiatorCredential(chapter2), await responderCredential(chapter2)];
  const initiator = verifyingWith(
    credI,
    'initiator' as const,
    ed25519Verifier(value('message_3', "Initiator's public")),
  );
  const responder = verifyingWith(
    credR,
    'responder' as const,
    ed25519Verifier(value('message_2', "Responder's public authentication")),
  );
  return {
    initiator: {
      method: 0,
      suites: [0],
      suite: suite0,
      connectionId: connectionId(value('message_1', 'Connection identifier chosen by Initiator C_I (CBOR')),
      ephemeralKey: await x25519Key(value('message_1', "Initiator's ephemeral private")),
      own: signingWith(credI, ed25519Signer(value('message_3', "Initiator's private"))),
      resolvePeer: knowing(responder),
    },
    responder: {
      method: 0,
      suites: [suite0],
      connectionId: connectionId(value('message_2', 'Connection identifier chosen by Responder C_R (CBOR')),
      ephemeralKey: await x25519Key(value('message_2', "Responder's ephemeral private")),
      own: signingWith(credR, ed25519Signer(value('message_2', "Responder's private authentication"))),
      resolvePeer: knowing(initiator),
    },
  };
}

export async function chapter3Profiles(): Promise<TraceProfiles> {
  const { value } = chapter3;
  const first = 'message_1 (second time)';
  const [credI, credR] = [await initiatorCredential(chapter3), await responderCredential(chapter3)];
  const staticI = await ephemeralKeyFromPrivate(value('message_3', "Initiator's private"));
  const staticR = await ephemeralKeyFromPrivate(value('message_2', "Responder's private authentication"));
  const publicI = value('message_3', "Initiator's public authentication key, 'x'");
  const publicR = value('message_2', "Responder's public authentication key, 'x'");
  return {
    initiator: {
      method: 3,
      suites: [6, 2],
      suite: suite2,
      connectionId: connectionId(value(first, 'Connection identifier chosen by Initiator C_I (CBOR')),
      ephemeralKey: await ephemeralKeyFromPrivate(value(first, "Initiator's ephemeral private")),
      own: ownStaticKey(credI, staticI),
      resolvePeer: knowing(peerStaticKey(credR, 'responder', publicR)),
    },
    responder: {
      method: 3,
      suites: [suite2],
      connectionId: connectionId(value('message_2', 'Connection identifier chosen by Responder C_R (CBOR')),
      ephemeralKey: await ephemeralKeyFromPrivate(value('message_2', "Responder's ephemeral private")),
      own: ownStaticKey(credR, staticR),
      resolvePeer: knowing(peerStaticKey(credI, 'initiator', publicI)),
    },
  };
}
