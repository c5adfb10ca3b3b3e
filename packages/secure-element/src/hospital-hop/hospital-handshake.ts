// The handshake of step 2 (EDHOC, RFC 9528): the element, nearer the patient, initiates. One at a time; starting again
// ends the one before.

import { parseCertificate } from '@vitalseal/certifying-authority';
import {
  type Bytes,
  deriveChannel,
  frameMessage1,
  frameMessage3,
  type InitiatorAwaitingMessage2,
  type InitiatorAwaitingMessage4,
  ProtocolError,
  randomBytes,
  startHandshake,
} from '@vitalseal/protocol';
import type { ElementState } from '../element-state.ts';
import { SecureElementError } from '../errors.ts';
import { expectBondedHospital, saveBonds } from '../personalisation/bonds.ts';
import { savePeerChain } from '../personalisation/peer-chains.ts';
import { elementCredential, expectPersonalised, judgePeer, type PeerJudge } from '../personalisation/trust.ts';
import { Transaction } from '../storage/transaction.ts';
import { HospitalChannel } from './hospital-channel.ts';
import { noteHandshake } from './note-handshake.ts';

export type PendingHospitalHandshake =
  | { readonly awaiting: 'message2'; readonly state: InitiatorAwaitingMessage2; readonly judge: PeerJudge }
  | { readonly awaiting: 'message4'; readonly state: InitiatorAwaitingMessage4; readonly judge: PeerJudge };

/** @returns message_1 with its prefix @throws SecureElementError `element-not-personalised` */
export async function startHospitalHandshake(state: ElementState, at: number): Promise<Bytes> {
  const personalised = expectPersonalised(state);
  const judge = judgePeer(state, {
    role: 'hospital',
    at,
    expectBonded: (hospital) => expectBondedHospital(state.bonds, hospital),
  });
  // By reference once a hospital has had the chain; it says so if it has not, and then it comes by value.
  const present = state.hospitalChannel && !state.hospitalLacksChain ? 'x5t' : 'x5chain';
  const own = elementCredential(personalised, present);
  const handshake = await startHandshake({ own, verifyPeer: judge.verifyPeer, connectionId: randomBytes(4) });
  state.hospitalHandshake = { awaiting: 'message2', state: handshake, judge };
  return frameMessage1(handshake.message1);
}

/** @returns message_3 with its prefix @throws ProtocolError, CertificateError, SecureElementError */
export async function continueHospitalHandshake(state: ElementState, message2: Bytes): Promise<Bytes> {
  const pending = take(state, 'message2');
  const next = await refusalsNoted(state, () => pending.state.receiveMessage2(message2));
  state.hospitalHandshake = { awaiting: 'message4', state: next, judge: pending.judge };
  return frameMessage3(next.peerConnectionId, next.message3);
}

/** The channel is kept and the one before deleted, in one commit; what was sealed for that one is sealed again. */
export async function finishHospitalHandshake(state: ElementState, message4: Bytes, at: number): Promise<void> {
  const { own } = expectPersonalised(state);
  const pending = take(state, 'message4');
  const result = await refusalsNoted(state, () => pending.state.receiveMessage4(message4));
  const secrets = await deriveChannel(result, 2, own.identity);
  const transaction = new Transaction();
  const { serial } = parseCertificate(result.peer.certificate);
  const fields = { secrets, establishedAt: at, serial };
  const channel = await HospitalChannel.establish(state.storage, transaction, fields);
  await noteHandshake(state, transaction, { channel: secrets.id, lastUsed: result.lastUsed, at });
  const met = pending.judge.met();
  if (met) savePeerChain(transaction, state.peerChains, met);
  const bonds = { ...state.bonds, hospital: result.peer.identity };
  if (!state.bonds.hospital) saveBonds(transaction, bonds);
  transaction.afterwards(() => {
    state.bonds = bonds;
    state.hospitalChannel = channel;
    state.hospitalChannelDoubted = false;
    state.hospitalLacksChain = false;
    state.inFlight.clear();
  });
  await transaction.commit(state.storage);
}

function take<Awaiting extends PendingHospitalHandshake['awaiting']>(
  state: ElementState,
  awaiting: Awaiting,
): Extract<PendingHospitalHandshake, { awaiting: Awaiting }> {
  const pending = state.hospitalHandshake;
  state.hospitalHandshake = undefined;
  if (pending?.awaiting !== awaiting) {
    throw new SecureElementError('handshake-out-of-order', `expected a handshake that awaits ${awaiting}`);
  }
  return pending as Extract<PendingHospitalHandshake, { awaiting: Awaiting }>;
}

/** Any refusal may mean that the hospital lost our chain: the next attempt brings it along. */
async function refusalsNoted<T>(state: ElementState, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof ProtocolError) state.hospitalLacksChain = true;
    throw error;
  }
}
