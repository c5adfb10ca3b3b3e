// RFC 9529 chapter 4: messages that break one rule each. A responder of every method and suite of the traces meets the
// first messages; an initiator the second ones, masked with the key stream it will use.

import { expect, it } from 'vitest';
import { type Bytes, noBytes } from '../../bytes.ts';
import { sha256 } from '../../primitives/index.ts';
import { directoryOf, hospital, patient } from '../certified-party.fixture.ts';
import { acceptMessage1 } from '../handshake.ts';
import { initiate } from '../initiator.ts';
import { extractPrk2e } from '../key-schedule.ts';
import { encodeMessage2, maskPlaintext2 } from '../message2.ts';
import { respond } from '../responder.ts';
import { transcriptHash2 } from '../transcript.ts';
import { suite0, suite2, x25519Key } from './suites.ts';
import { chapter3Profiles } from './trace-profiles.ts';
import { invalidTraces } from './traces.ts';

const codes: Record<string, string> = {
  'Encoding Errors: Surplus array encoding of message': 'message-malformed',
  'Encoding Errors: Surplus bstr encoding of connection identifier': 'message-malformed',
  'Encoding Errors: Surplus array encoding of ciphersuite': 'message-malformed',
  'Encoding Errors: Text string encoding of ephemeral key': 'message-malformed',
  'Encoding Errors: Wrong number of CBOR sequence elements': 'message-malformed',
  'Encoding Errors: Surplus map encoding of ID_CRED field': 'message-malformed',
  'Encoding Errors: Surplus bstr encoding of ID_CRED field': 'message-malformed',
  'Crypto-related Errors: Error in length of ephemeral key': 'cipher-suite-unsupported',
  'Crypto-related Errors: Error in elliptic curve representation': 'key-malformed',
  'Crypto-related Errors: Error in elliptic curve point': 'key-malformed',
  'Crypto-related Errors: Curve point of low order': 'key-malformed',
  'Crypto-related Errors: Error in length of MAC': 'authentication-failed',
  'Crypto-related Errors: Error in elliptic curve encoding': 'message-malformed',
  'Non-deterministic CBOR: Unnecessary long encoding': 'cbor-not-deterministic',
  'Non-deterministic CBOR: Indefinite-length array encoding': 'cbor-not-deterministic',
};

async function receive(kind: string, bytes: Bytes): Promise<unknown> {
  const { initiator, responder } = await chapter3Profiles();
  if (kind === 'message_1') {
    // Suite 0 for the point of low order, which lies on Curve25519.
    const suite = bytes[1] === 0 ? suite0 : suite2;
    const ephemeralKey = bytes[1] === 0 ? { ephemeralKey: await x25519Key(new Uint8Array(32).fill(1)) } : {};
    const { method, own, resolvePeer, connectionId } = responder;
    return respond({ method, own, resolvePeer, connectionId, suites: [suite], ...ephemeralKey }, bytes);
  }
  const awaiting = await initiate(initiator);
  if (kind === 'message_2') return awaiting.receiveMessage2(bytes);
  const gY = responder.ephemeralKey?.publicX ?? noBytes;
  const th2 = await transcriptHash2(gY, await sha256(awaiting.message1));
  const prk2e = await extractPrk2e(th2, (await initiator.ephemeralKey?.agree(gY)) ?? noBytes);
  return awaiting.receiveMessage2(encodeMessage2({ gY, ciphertext: await maskPlaintext2(prk2e, th2, bytes) }));
}

it('there are fifteen of them', () => {
  expect(invalidTraces.map(({ name }) => name)).toEqual(Object.keys(codes));
});

it.each(invalidTraces)('$name is refused', async ({ name, kind, bytes }) => {
  await expect(receive(kind, bytes)).rejects.toMatchObject({ name: 'ProtocolError', code: codes[name] });
});

it.each(invalidTraces.filter(({ kind }) => kind === 'message_1'))(
  '$name is refused by the product',
  async ({ bytes }) => {
    const config = { own: hospital.own(), verifyPeer: directoryOf(patient), connectionId: Uint8Array.of(1) };
    await expect(acceptMessage1(config, bytes)).rejects.toMatchObject({ name: 'ProtocolError' });
  },
);
