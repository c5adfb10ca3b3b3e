import { describe, expect, expectTypeOf, it } from 'vitest';
import { equalBytes } from '../bytes.ts';
import { directoryOf, hospital, patient } from './certified-party.fixture.ts';
import * as publicFace from './index.ts';
import {
  acceptMessage1,
  exporter,
  type HandshakeConfig,
  type HandshakeResult,
  type InitiatorAwaitingMessage2,
  type InitiatorAwaitingMessage4,
  keyUpdate,
  type ResponderAwaitingMessage3,
  startHandshake,
} from './index.ts';

type Present = 'x5t' | 'x5chain';
const context = Uint8Array.of(1, 2, 3);
const label = 32768;
const verifyPeer = directoryOf(patient, hospital);

const start = (present: Present = 'x5t') =>
  startHandshake({ own: patient.own(present), verifyPeer, connectionId: Uint8Array.of(1) });
const accept = (message1: InitiatorAwaitingMessage2['message1'], present: Present = 'x5t') =>
  acceptMessage1({ own: hospital.own(present), verifyPeer, connectionId: Uint8Array.of(2) }, message1);

async function run(present: Present = 'x5t') {
  const initiator = await start(present);
  const responder = await accept(initiator.message1, present);
  const confirming = await initiator.receiveMessage2(responder.message2);
  const { message4, result } = await responder.receiveMessage3(confirming.message3);
  const messages = [initiator.message1, responder.message2, confirming.message3, message4];
  return { messages, initiator: await confirming.receiveMessage4(message4), responder: result };
}

const exported = (result: HandshakeResult) => exporter(result.session, label, context, 32);

describe('an honest handshake', () => {
  it('takes 37, 115, 98 and 17 bytes by reference', async () => {
    const { messages } = await run('x5t');
    expect(messages.map((message) => message.length)).toEqual([37, 115, 98, 17]);
  });

  it('carries the certificates themselves at first contact', async () => {
    const { messages } = await run('x5chain');
    // ID_CRED_x is a map of one: its head, the label in two bytes, then the certificate in place of [-15, 8 bytes].
    const growth = (certificate: Uint8Array) => certificate.length + 3 - 11;
    const lengths = [37, 115 + growth(hospital.certificate) + 1, 98 + growth(patient.certificate) + 1, 17];
    expect(messages.map((message) => message.length)).toEqual(lengths);
  });

  it.each(['x5t', 'x5chain'] as const)('gives both sides one key and each other (%s)', async (present) => {
    const { initiator, responder } = await run(present);
    expect(await exported(initiator)).toEqual(await exported(responder));
    expect(initiator.peer.identity).toEqual(hospital.identity);
    expect(responder.peer.identity).toEqual(patient.identity);
    expect(initiator.ownCredentialHash).toEqual(responder.peerCredentialHash);
    expect(initiator.peerCredentialHash).toEqual(responder.ownCredentialHash);
    expect([initiator.role, responder.role]).toEqual(['initiator', 'responder']);
  });

  it('gives other keys than the run before', async () => {
    const [first, second] = [await run(), await run()];
    expect(equalBytes(await exported(first.initiator), await exported(second.initiator))).toBe(false);
  });
});

it('the public face offers one method and one suite: there is no name by which to ask for another', () => {
  expect(Object.keys(publicFace).sort()).toEqual([
    'HalfOpenHandshakes',
    'acceptMessage1',
    'decodeErrorMessage',
    'encodeErrorMessage',
    'errorMessageFor',
    'exporter',
    'frameMessage1',
    'frameMessage3',
    'handshakeMediaType',
    'keyUpdate',
    'parseHandshakeBody',
    'startHandshake',
  ]);
  expectTypeOf<keyof HandshakeConfig>().toEqualTypeOf<'own' | 'verifyPeer' | 'connectionId'>();
});

describe('the exporter', () => {
  it('gives another key for each label, context and length', async () => {
    const { session } = (await run()).initiator;
    const keys = [
      await exporter(session, label, context, 32),
      await exporter(session, label + 1, context, 32),
      await exporter(session, label, Uint8Array.of(1, 2), 32),
      (await exporter(session, label, context, 64)).slice(0, 32),
    ];
    expect(new Set(keys.map(String)).size).toBe(4);
  });

  it.each([0, 1, 32767, 65536, -1, 32768.5])('refuses the label %d, which is not for private use', async (reserved) => {
    const { session } = (await run()).initiator;
    await expect(exporter(session, reserved, context, 32)).rejects.toMatchObject({ code: 'exporter-label-reserved' });
  });

  it('agrees after a key update with one context, and not with two', async () => {
    const { initiator, responder } = await run();
    const before = await exported(initiator);
    const updated = await keyUpdate(initiator.session, Uint8Array.of(7));
    const same = await keyUpdate(responder.session, Uint8Array.of(7));
    expect(await exporter(updated, label, context, 32)).toEqual(await exporter(same, label, context, 32));
    expect(await exporter(updated, label, context, 32)).not.toEqual(before);
    const other = await keyUpdate(same, Uint8Array.of(8));
    expect(await exporter(other, label, context, 32)).not.toEqual(await exporter(updated, label, context, 32));
  });

  it('refuses a session that a key update has replaced', async () => {
    const { session } = (await run()).initiator;
    await keyUpdate(session, context);
    const replaced = { code: 'session-replaced' };
    await expect(exporter(session, label, context, 32)).rejects.toMatchObject(replaced);
    await expect(keyUpdate(session, context)).rejects.toMatchObject(replaced);
  });

  it('shows no secret of a session in JSON', async () => {
    expect(JSON.stringify((await run()).initiator.session)).toBe('{}');
  });
});

describe('a state of the handshake', () => {
  const ended = { code: 'handshake-ended' };

  it('has only the step that comes next', () => {
    expectTypeOf<keyof InitiatorAwaitingMessage2>().toEqualTypeOf<'message1' | 'receiveMessage2'>();
    expectTypeOf<keyof InitiatorAwaitingMessage4>().toEqualTypeOf<
      'message3' | 'peer' | 'peerConnectionId' | 'receiveMessage4'
    >();
    expectTypeOf<keyof ResponderAwaitingMessage3>().toEqualTypeOf<'message2' | 'receiveMessage3'>();
  });

  it('serves one message: the same one again is refused', async () => {
    const initiator = await start();
    const responder = await accept(initiator.message1);
    const confirming = await initiator.receiveMessage2(responder.message2);
    await expect(initiator.receiveMessage2(responder.message2)).rejects.toMatchObject(ended);
    const { message4 } = await responder.receiveMessage3(confirming.message3);
    await expect(responder.receiveMessage3(confirming.message3)).rejects.toMatchObject(ended);
    await confirming.receiveMessage4(message4);
    await expect(confirming.receiveMessage4(message4)).rejects.toMatchObject(ended);
  });

  it('serves one of two calls made at once', async () => {
    const initiator = await start();
    const { message2 } = await accept(initiator.message1);
    const both = await Promise.allSettled([initiator.receiveMessage2(message2), initiator.receiveMessage2(message2)]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('is over after an error: the right message then comes too late', async () => {
    const rubbish = Uint8Array.of(0x41, 0);
    const initiator = await start();
    const responder = await accept(initiator.message1);
    const { message2 } = responder;
    await expect(initiator.receiveMessage2(rubbish)).rejects.toMatchObject({ code: 'message-malformed' });
    await expect(initiator.receiveMessage2(message2)).rejects.toMatchObject(ended);

    const second = await start();
    const answering = await accept(second.message1);
    const confirming = await second.receiveMessage2(answering.message2);
    await expect(answering.receiveMessage3(rubbish)).rejects.toMatchObject({ code: 'authentication-failed' });
    await expect(answering.receiveMessage3(confirming.message3)).rejects.toMatchObject(ended);
  });
});
