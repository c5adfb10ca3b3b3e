// What each side refuses, and with which code. Every case differs from the honest exchange, which runs first, in one thing.

import { describe, expect, it } from 'vitest';
import { type Bytes, concatBytes, noBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { sha256 } from '../primitives/index.ts';
import { encodeCbor } from '../wire/cbor/index.ts';
import type { OwnCredential, PeerCredential, VerifyPeer } from './certificate-credential.ts';
import { type CertifiedParty, directoryOf, doctor, hospital, patient } from './certified-party.fixture.ts';
import { suite3 } from './cipher-suite.ts';
import { decodeErrorMessage, encodeErrorMessage, errorMessageFor } from './error-message.ts';
import { acceptMessage1, type HandshakeConfig, startHandshake } from './handshake.ts';
import { initiate } from './initiator.ts';
import { extractPrk2e } from './key-schedule.ts';
import { decodeMessage1 } from './message1.ts';
import { encodeMessage2, encodePlaintext2, maskPlaintext2 } from './message2.ts';
import type { InitiatorProfile, ResponderProfile } from './profile.ts';
import { respond } from './responder.ts';
import { ownSignatureAuthentication, resolveCertifiedPeer } from './signature-authentication.ts';
import { transcriptHash2 } from './transcript.ts';

const cI = Uint8Array.of(1);
const cR = Uint8Array.of(2);
const everyone = directoryOf(patient, hospital, doctor);

interface Deviation {
  readonly initiator?: Partial<HandshakeConfig>;
  readonly responder?: Partial<HandshakeConfig>;
}

async function run({ initiator = {}, responder = {} }: Deviation = {}): Promise<void> {
  const awaiting2 = await startHandshake({ own: patient.own(), verifyPeer: everyone, connectionId: cI, ...initiator });
  const config = { own: hospital.own(), verifyPeer: everyone, connectionId: cR, ...responder };
  const awaiting3 = await acceptMessage1(config, awaiting2.message1);
  const awaiting4 = await awaiting2.receiveMessage2(awaiting3.message2);
  const { message4 } = await awaiting3.receiveMessage3(awaiting4.message3);
  await awaiting4.receiveMessage4(message4);
}

const refusal = (code: string) => ({ name: 'ProtocolError', code });

it('the honest exchange completes', async () => {
  await run();
});

describe('message_1', () => {
  const accept = (message1: Bytes) =>
    acceptMessage1({ own: hospital.own(), verifyPeer: everyone, connectionId: cR }, message1);
  const message1 = async (method: number, suites: Parameters<typeof encodeCbor>[0], ...ead: Bytes[]) => {
    const { publicX } = await suite3.generateKey();
    return concatBytes(encodeCbor(method), encodeCbor(suites), encodeCbor(publicX), cI, ...ead);
  };

  it('with our method and suite is accepted', async () => {
    await accept(await message1(0, 3));
    await accept(await message1(0, [6, 3]));
  });

  it.each([1, 2, 3, 4])('with method %d is refused', async (method) => {
    await expect(accept(await message1(method, 3))).rejects.toMatchObject(refusal('method-unsupported'));
  });

  it.each([[2], [[3, 2]], [[3, 6]], [[6, 3, 2]], [24]])(
    'with SUITES_I %j is a downgrade, answered with SUITES_R',
    async (suites) => {
      const error: unknown = await accept(await message1(0, suites)).catch((cause: unknown) => cause);
      expect(error).toMatchObject(refusal('cipher-suite-unsupported'));
      expect(decodeErrorMessage(errorMessageFor(error))).toEqual({ kind: 'wrong-cipher-suite', suites: [3] });
    },
  );

  it.each([
    ['an array of one suite', [3]],
    ['no suite', []],
    ['text for a suite', ['3', 3]],
    ['more suites than the bound', Array.from({ length: 17 }, () => 3)],
  ])('with %s is refused', async (_what, suites) => {
    await expect(accept(await message1(0, suites))).rejects.toMatchObject(refusal('message-malformed'));
  });

  it('beyond its size is refused', async () => {
    const padding = concatBytes(encodeCbor(0), encodeCbor(new Uint8Array(512)));
    await expect(accept(await message1(0, 3, padding))).rejects.toMatchObject(refusal('message-too-large'));
  });
});

describe('connection identifiers', () => {
  it('that are equal are refused by the responder', async () => {
    const { message1 } = await startHandshake({ own: patient.own(), verifyPeer: everyone, connectionId: cR });
    const config = { own: hospital.own(), verifyPeer: everyone, connectionId: cR };
    await expect(acceptMessage1(config, message1)).rejects.toMatchObject(refusal('connection-id-clash'));
  });

  it('that are equal are refused by the initiator, whose responder did not look', async () => {
    const awaiting2 = await startHandshake({ own: patient.own(), verifyPeer: everyone, connectionId: cI });
    const ephemeral = await suite3.generateKey();
    const th2 = await transcriptHash2(ephemeral.publicX, await sha256(awaiting2.message1));
    const prk2e = await extractPrk2e(th2, await ephemeral.agree(decodeMessage1(awaiting2.message1).gX));
    const { credential } = await ownSignatureAuthentication(hospital.own());
    const part = { idCred: credential.idCred, signatureOrMac: new Uint8Array(64), ead: noBytes };
    const plaintext = encodePlaintext2({ connectionId: cI, ...part });
    const message2 = encodeMessage2({
      gY: ephemeral.publicX,
      ciphertext: await maskPlaintext2(prk2e, th2, plaintext),
    });
    await expect(awaiting2.receiveMessage2(message2)).rejects.toMatchObject(refusal('connection-id-clash'));
  });

  it('of 32 bytes are the longest', async () => {
    await run({ initiator: { connectionId: new Uint8Array(32) }, responder: { connectionId: noBytes } });
    const tooLong = { initiator: { connectionId: new Uint8Array(33) } };
    await expect(run(tooLong)).rejects.toMatchObject(refusal('connection-id-malformed'));
  });
});

describe('a peer', () => {
  const signingAs = (owner: CertifiedParty, signer: CertifiedParty): OwnCredential => ({
    ...owner.own(),
    sign: signer.own().sign,
  });

  it.each([
    ['responder', { responder: { own: signingAs(hospital, doctor) } }],
    ['initiator', { initiator: { own: signingAs(patient, doctor) } }],
  ])('that signs with another key is refused (%s)', async (_side, deviation) => {
    await expect(run(deviation)).rejects.toMatchObject(refusal('authentication-failed'));
  });

  it.each(['initiator', 'responder'] as const)(
    'is refused by the %s when the signature is false, not only when it throws',
    async (side) => {
      const verifyPeer: VerifyPeer = async (reference) => ({
        ...(await everyone(reference)),
        publicKey: { verify: () => false },
      });
      await expect(run({ [side]: { verifyPeer } })).rejects.toMatchObject(refusal('authentication-failed'));
    },
  );

  it.each([
    ['responder', 63],
    ['responder', 65],
    ['initiator', 0],
  ])('whose signature has another length is refused (%s, %d bytes)', async (side, length) => {
    const own = { ...(side === 'responder' ? hospital : patient).own(), sign: () => new Uint8Array(length) };
    await expect(run({ [side]: { own } })).rejects.toMatchObject(refusal('authentication-failed'));
  });

  it.each([
    ['initiator', patient, 'x5t'],
    ['initiator', patient, 'x5chain'],
    ['responder', hospital, 'x5t'],
    ['responder', hospital, 'x5chain'],
  ] as const)('that shows the %s its own credential is a reflection', async (side, self, present) => {
    const other = side === 'initiator' ? 'responder' : 'initiator';
    const deviation = { [side]: { own: self.own('x5t') }, [other]: { own: self.own(present) } };
    await expect(run(deviation)).rejects.toMatchObject(refusal('credential-own'));
  });

  it.each(['x5t', 'x5chain'] as const)('whose certificate is not the one it named is refused (%s)', async (present) => {
    const confused: VerifyPeer = async (): Promise<PeerCredential> =>
      everyone({ kind: 'x5chain', chain: [doctor.certificate] });
    const deviation = { initiator: { verifyPeer: confused }, responder: { own: hospital.own(present) } };
    await expect(run(deviation)).rejects.toMatchObject(refusal('credential-mismatch'));
  });

  it('that nobody knows is refused, and told so', async () => {
    const error: unknown = await run({ responder: { verifyPeer: directoryOf(doctor) } }).catch(
      (cause: unknown) => cause,
    );
    expect(error).toMatchObject(refusal('credential-unknown'));
    expect(decodeErrorMessage(errorMessageFor(error))).toEqual({ kind: 'unknown-credential' });
  });

  it('that the certificates refuse is refused with their reason as cause, which the peer is not told', async () => {
    const cause = new RangeError('expected a certificate that is not revoked');
    const verifyPeer: VerifyPeer = () => {
      throw cause;
    };
    const error: unknown = await run({ responder: { verifyPeer } }).catch((refused: unknown) => refused);
    expect(error).toMatchObject({ ...refusal('credential-refused'), cause });
    expect(decodeErrorMessage(errorMessageFor(error))).toEqual({ kind: 'unspecified', text: 'handshake refused' });
  });

  it('whose signature has another length is refused even where the key does not mind', async () => {
    const verifyPeer: VerifyPeer = async (reference) => ({
      ...(await everyone(reference)),
      publicKey: { verify: () => true },
    });
    const own = { ...hospital.own(), sign: () => new Uint8Array(63) };
    const deviation = { initiator: { verifyPeer }, responder: { own } };
    await expect(run(deviation)).rejects.toMatchObject(refusal('authentication-failed'));
  });

  it('with larger certificates than the bound is refused before it speaks', async () => {
    const chainOf = (length: number) => [hospital.certificate, new Uint8Array(length - hospital.certificate.length)];
    const own = hospital.own('x5chain');
    await run({ responder: { own: { ...own, certificateChain: chainOf(7168) } } });
    const refused = run({ responder: { own: { ...own, certificateChain: chainOf(7169) } } });
    await expect(refused).rejects.toMatchObject(refusal('credential-malformed'));
  });

  it('with more certificates than the bound is refused before it speaks', async () => {
    const own = { ...patient.own('x5chain'), certificateChain: Array.from({ length: 5 }, () => patient.certificate) };
    const starting = startHandshake({ own, verifyPeer: everyone, connectionId: cI });
    await expect(starting).rejects.toMatchObject(refusal('credential-malformed'));
  });
});

describe('an error message in place of an answer', () => {
  it.each([
    [{ kind: 'unspecified', text: 'no' }, 'peer-refused'],
    [{ kind: 'wrong-cipher-suite', suites: [2] }, 'peer-refused-cipher-suite'],
    [{ kind: 'unknown-credential' }, 'peer-lacks-credential'],
  ] as const)('%j ends the handshake', async (message, code) => {
    const start = () => startHandshake({ own: patient.own(), verifyPeer: everyone, connectionId: cI });
    await expect((await start()).receiveMessage2(encodeErrorMessage(message))).rejects.toMatchObject(refusal(code));
    const awaiting2 = await start();
    const responder = { own: hospital.own(), verifyPeer: everyone, connectionId: cR };
    const awaiting3 = await acceptMessage1(responder, awaiting2.message1);
    const awaiting4 = await awaiting2.receiveMessage2(awaiting3.message2);
    await expect(awaiting4.receiveMessage4(encodeErrorMessage(message))).rejects.toMatchObject(refusal(code));
  });
});

describe('external authorization data', () => {
  type Ead = NonNullable<InitiatorProfile<unknown>['ead']>;

  async function profile(party: CertifiedParty, connectionId: Bytes, ead: Ead) {
    const own = await ownSignatureAuthentication(party.own());
    const resolvePeer = (idCred: Bytes) => resolveCertifiedPeer(own.credential, everyone, idCred);
    return { method: 0, own, resolvePeer, connectionId, ead };
  }

  async function runWith(ead: Ead): Promise<void> {
    const initiator: InitiatorProfile<PeerCredential> = {
      ...(await profile(patient, cI, ead)),
      suites: [3],
      suite: suite3,
    };
    const responder: ResponderProfile<PeerCredential> = { ...(await profile(hospital, cR, ead)), suites: [suite3] };
    const awaiting2 = await initiate(initiator);
    const awaiting3 = await respond(responder, awaiting2.message1);
    const awaiting4 = await awaiting2.receiveMessage2(awaiting3.message2);
    const { message4 } = await awaiting3.receiveMessage3(awaiting4.message3);
    await awaiting4.receiveMessage4(message4);
  }

  const value = encodeCbor(new Uint8Array(20));
  const passedOver = concatBytes(encodeCbor(0), value, encodeCbor(5), encodeCbor(77), value);

  it.each([1, 2, 3, 4] as const)('that is padding or not critical is passed over in message_%d', async (message) => {
    await runWith({ [message]: passedOver });
  });

  it.each([1, 2, 3, 4] as const)('that is critical is refused in message_%d', async (message) => {
    const critical = concatBytes(passedOver, encodeCbor(-1), value);
    await expect(runWith({ [message]: critical })).rejects.toMatchObject(refusal('critical-ead-unknown'));
  });

  it.each([
    ['a value without a label', value],
    ['two values for a label', concatBytes(encodeCbor(0), value, value)],
    ['text for a value', concatBytes(encodeCbor(0), encodeCbor('text'))],
  ])('with %s is refused', async (_what, ead) => {
    for (const message of [1, 2, 3, 4]) {
      await expect(runWith({ [message]: ead })).rejects.toMatchObject(refusal('message-malformed'));
    }
  });

  it('is covered by the signature: the honest one verifies', async () => {
    await runWith({ 1: passedOver, 2: passedOver, 3: passedOver, 4: passedOver });
  });
});

it('each code of the handshake is a ProtocolError', async () => {
  const error: unknown = await run({ responder: { connectionId: cI } }).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(ProtocolError);
});
