import { describe, expect, it } from 'vitest';
import { concatBytes, hexToBytes } from '../bytes.ts';
import { encodeCbor } from '../wire/cbor/index.ts';
import { directoryOf, hospital, patient } from './certified-party.fixture.ts';
import { decodeExternalAuthorizationData } from './external-authorization-data.ts';
import { acceptMessage1, type ResponderConfig, startHandshake } from './index.ts';
import { encodeLastUsed, type LastUsedChannel, lastUsedIn, lastUsedLabel } from './last-used.ts';

const verifyPeer = directoryOf(patient, hospital);
const channel = hexToBytes('0102030405060708');
const at = Date.UTC(2026, 0, 2);

async function run(lastUsed?: ResponderConfig['lastUsed']) {
  const initiator = await startHandshake({ own: patient.own(), verifyPeer, connectionId: Uint8Array.of(1) });
  const own = { own: hospital.own(), verifyPeer, connectionId: Uint8Array.of(2) };
  const responder = await acceptMessage1({ ...own, ...(lastUsed && { lastUsed }) }, initiator.message1);
  const confirming = await initiator.receiveMessage2(responder.message2);
  const { message4, result } = await responder.receiveMessage3(confirming.message3);
  return { message4, responder: result, initiator: await confirming.receiveMessage4(message4) };
}

describe('the channel that was used last', () => {
  it('is told to the initiator in message_4, once it has proved who it is', async () => {
    const asked: string[] = [];
    const { initiator, responder, message4 } = await run((peer) => {
      asked.push(peer.identity.id);
      return { channel, at };
    });
    expect(initiator.lastUsed).toEqual({ channel, at });
    expect(message4).toHaveLength(41);
    expect(responder).not.toHaveProperty('lastUsed');
    expect(asked).toEqual([patient.identity.id]);
  });

  it('where there is none, message_4 is as it always was', async () => {
    const { initiator, message4 } = await run(() => undefined);
    expect(initiator).not.toHaveProperty('lastUsed');
    expect(message4).toHaveLength(17);
  });

  it('what the responder cannot find out ends the handshake with its own error', async () => {
    const away = new Error('the store is away');
    await expect(run(() => Promise.reject(away))).rejects.toBe(away);
  });

  it('is passed over by an initiator that does not know it', () => {
    const sequence = [lastUsedLabel, encodeCbor([channel, at])];
    expect(decodeExternalAuthorizationData(sequence)).toHaveLength(1);
    expect(() => decodeExternalAuthorizationData([-lastUsedLabel, encodeCbor([channel, at])])).toThrow(
      expect.objectContaining({ code: 'critical-ead-unknown' }),
    );
  });

  it.each<[string, readonly (number | Uint8Array<ArrayBuffer>)[]]>([
    ['without its value', [lastUsedLabel]],
    ['twice', [lastUsedLabel, encodeCbor([channel, at]), lastUsedLabel, encodeCbor([channel, at])]],
    ['of a channel of another length', [lastUsedLabel, encodeCbor([channel.slice(1), at])]],
    ['with something behind', [lastUsedLabel, concatBytes(encodeCbor([channel, at]), Uint8Array.of(0))]],
  ])('%s it is refused', (_, sequence) => {
    const items = decodeExternalAuthorizationData(sequence);
    expect(() => lastUsedIn(items)).toThrow(expect.objectContaining({ name: 'ProtocolError' }));
  });

  it('is a positive label and a byte string', () => {
    const lastUsed: LastUsedChannel = { channel, at: 0 };
    expect(encodeLastUsed(lastUsed)).toEqual(hexToBytes('1980014b8248010203040506070800'));
  });
});
