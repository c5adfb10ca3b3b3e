// From a real handshake to a channel on both sides.

import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../bytes.ts';
import {
  type CertifiedParty,
  directoryOf,
  doctor,
  hospital,
  patient,
  sensor,
} from '../handshake/certified-party.fixture.ts';
import { acceptMessage1, type HandshakeResult, keyUpdate, startHandshake } from '../handshake/index.ts';
import { opener, sealerFrom, text } from './channel.fixture.ts';
import { deriveChannel } from './derive.ts';
import { requireParties } from './parties.ts';
import { type ChannelSecrets, decodeChannelSecrets, encodeChannelSecrets, type Step } from './secrets.ts';

const verifyPeer = directoryOf(sensor, patient, hospital, doctor);

async function handshake(near: CertifiedParty, far: CertifiedParty): Promise<[HandshakeResult, HandshakeResult]> {
  const initiator = await startHandshake({ own: near.own(), verifyPeer, connectionId: Uint8Array.of(1) });
  const config = { own: far.own(), verifyPeer, connectionId: Uint8Array.of(2) };
  const responder = await acceptMessage1(config, initiator.message1);
  const confirming = await initiator.receiveMessage2(responder.message2);
  const { message4, result } = await responder.receiveMessage3(confirming.message3);
  return [await confirming.receiveMessage4(message4), result];
}

const keysOf = ({ id, initiatorKey, initiatorIv, responderKey, responderIv, wrappingKey }: ChannelSecrets): string[] =>
  [id, initiatorKey, initiatorIv, responderKey, responderIv, wrappingKey].map(bytesToHex);

describe('a channel', () => {
  it.each<[Step, CertifiedParty, CertifiedParty]>([
    [1, sensor, patient],
    [2, patient, hospital],
    [3, doctor, hospital],
  ])('of step %i is the same on both sides and carries records', async (step, near, far) => {
    const [initiator, responder] = await handshake(near, far);
    const there = await deriveChannel(initiator, step, near.identity);
    const here = await deriveChannel(responder, step, far.identity);
    expect(there).toEqual(here);
    expect(there).toMatchObject({ step, epoch: 0, initiator: near.identity, responder: far.identity });
    const { bytes } = await (await sealerFrom(0, 'initiator', there)).seal(text('hello'));
    expect((await (await opener('responder', here)).open(bytes)).payload).toEqual(text('hello'));
  });

  it('has no key in common with another handshake, another epoch, or its other direction', async () => {
    const [first] = await handshake(patient, hospital);
    const [second] = await handshake(patient, hospital);
    const keys = [
      ...keysOf(await deriveChannel(first, 2, patient.identity)),
      ...keysOf(await deriveChannel(first, 2, patient.identity, 1)),
      ...keysOf(await deriveChannel(second, 2, patient.identity)),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('goes on after a key update of both sides, under new keys', async () => {
    const [initiator, responder] = await handshake(patient, hospital);
    const before = await deriveChannel(initiator, 2, patient.identity);
    const context = text('monday');
    const there = { ...initiator, session: await keyUpdate(initiator.session, context) };
    const here = { ...responder, session: await keyUpdate(responder.session, context) };
    const after = await deriveChannel(there, 2, patient.identity, 1);
    expect(after).toEqual(await deriveChannel(here, 2, hospital.identity, 1));
    expect(keysOf(after).some((key) => keysOf(before).includes(key))).toBe(false);
  });

  it.each<[string, Step, CertifiedParty, CertifiedParty]>([
    ['a sensor speaks to no hospital', 2, sensor, hospital],
    ['a sensor is no doctor', 3, sensor, hospital],
    ['a patient is no doctor', 3, patient, hospital],
    ['a doctor sends no readings', 2, doctor, hospital],
    ['a hospital is no patient to a sensor', 1, sensor, hospital],
    ['a hospital does not initiate', 2, hospital, patient],
  ])('is refused to the wrong role: %s', async (_, step, near, far) => {
    const [initiator, responder] = await handshake(near, far);
    const refused = { name: 'ProtocolError', code: 'role-not-allowed' };
    await expect(deriveChannel(initiator, step, near.identity)).rejects.toMatchObject(refused);
    await expect(deriveChannel(responder, step, far.identity)).rejects.toMatchObject(refused);
  });

  it('is the same after it was stored, and of other bytes is refused', async () => {
    const [initiator] = await handshake(patient, hospital);
    const secrets = await deriveChannel(initiator, 2, patient.identity);
    const stored = encodeChannelSecrets(secrets);
    expect(decodeChannelSecrets(stored)).toEqual(secrets);
    for (let length = 0; length < stored.length; length++) {
      expect(() => decodeChannelSecrets(stored.slice(0, length))).toThrow(
        expect.objectContaining({ code: 'channel-secrets-malformed' }),
      );
    }
  });

  it('accepts messages of its own parties alone', async () => {
    const [initiator] = await handshake(patient, hospital);
    const secrets = await deriveChannel(initiator, 2, patient.identity);
    const message = { sender: patient.identity, recipient: hospital.identity };
    expect(() => requireParties(message, secrets, 'initiator')).not.toThrow();
    const answer = { sender: hospital.identity, recipient: patient.identity };
    expect(() => requireParties(answer, secrets, 'responder')).not.toThrow();
    const impostor = { ...message, sender: { role: 'patient', id: 'p2' } } as const;
    expect(() => requireParties(impostor, secrets, 'initiator')).toThrow(
      expect.objectContaining({ code: 'sender-mismatch' }),
    );
    const misdirected = { ...message, recipient: doctor.identity };
    expect(() => requireParties(misdirected, secrets, 'initiator')).toThrow(
      expect.objectContaining({ code: 'recipient-mismatch' }),
    );
  });
});
