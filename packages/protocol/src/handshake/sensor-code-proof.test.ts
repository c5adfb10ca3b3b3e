// Bonding by the code on a sensor, and whoever tries it without.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bytes, concatBytes, noBytes } from '../bytes.ts';
import { generateEphemeralKey, sha256 } from '../primitives/index.ts';
import { encodeCbor } from '../wire/cbor/index.ts';
import { type CertifiedParty, directoryOf, doctor, hospital, patient, sensor } from './certified-party.fixture.ts';
import { suite3 } from './cipher-suite.ts';
import { acceptMessage1, type InitiatorConfig, type ResponderConfig, startHandshake } from './handshake.ts';
import { initiate } from './initiator.ts';
import { extractPrk2e } from './key-schedule.ts';
import { decodeMessage1 } from './message1.ts';
import { decodeMessage2, maskPlaintext2 } from './message2.ts';
import { decodePlaintext3, openMessage } from './message3.ts';
import { sealMessage4 } from './message4.ts';
import { respond } from './responder.ts';
import {
  encodeSensorCodeProof,
  isSensorCodeProof,
  type ProvenHandshake,
  proveSensorCode,
  sensorCodeLabel,
  sensorCodeProofIn,
} from './sensor-code-proof.ts';
import { ownSignatureAuthentication, resolveCertifiedPeer } from './signature-authentication.ts';
import { nextTranscriptHash, transcriptHash2 } from './transcript.ts';

const seed = 20260122;
const refusal = (code: string) => expect.objectContaining({ code });
const code = new Uint8Array(32).fill(7);
const otherCode = new Uint8Array(32).fill(8);
const everyone = directoryOf(sensor, patient, hospital, doctor);

interface Ends {
  readonly initiator?: Partial<InitiatorConfig>;
  readonly responder?: Partial<ResponderConfig>;
  readonly as?: { readonly initiator?: CertifiedParty; readonly responder?: CertifiedParty };
}

const initiating = ({ initiator, as }: Ends) =>
  startHandshake({
    own: (as?.initiator ?? sensor).own(),
    verifyPeer: everyone,
    connectionId: Uint8Array.of(1),
    sensorCodeKey: code,
    ...initiator,
  });
const responding = ({ responder, as }: Ends, message1: Bytes) =>
  acceptMessage1(
    {
      own: (as?.responder ?? patient).own(),
      verifyPeer: everyone,
      connectionId: Uint8Array.of(2),
      authorize: () => code,
      ...responder,
    },
    message1,
  );

/** A sensor's handshake with anything in the place of its proof. */
async function initiateWith(ead: Bytes, party: CertifiedParty) {
  const own = await ownSignatureAuthentication(party.own());
  const resolvePeer = (idCred: Bytes) => resolveCertifiedPeer(own.credential, everyone, idCred);
  const connectionId = Uint8Array.of(1);
  return initiate({ method: 0, own, resolvePeer, connectionId, ead: { 3: ead }, suites: [3], suite: suite3 });
}

/** A certified responder that reads the proof, cares for none, and answers with any EAD_4. */
async function dishonest(message1: Bytes, ead4: Bytes, party: CertifiedParty = patient) {
  const ephemeral = await generateEphemeralKey();
  const own = await ownSignatureAuthentication(party.own());
  const resolvePeer = (idCred: Bytes) => resolveCertifiedPeer(own.credential, everyone, idCred);
  const profile = { method: 0, own, resolvePeer, connectionId: Uint8Array.of(2), ephemeralKey: ephemeral };
  const { message2 } = await respond({ ...profile, suites: [suite3] }, message1);
  const { gY, ciphertext } = decodeMessage2(message2);
  const th2 = await transcriptHash2(gY, await sha256(message1));
  const prk = await extractPrk2e(th2, await ephemeral.agree(decodeMessage1(message1).gX));
  const th3 = await nextTranscriptHash(th2, await maskPlaintext2(prk, th2, ciphertext), own.credential.cred);
  return {
    message2,
    async receiveMessage3(message3: Bytes) {
      const plaintext3 = await openMessage(3, { suite: suite3, prk, transcriptHash: th3 }, message3);
      const { idCred, items } = decodePlaintext3(plaintext3, [sensorCodeLabel]);
      const { credential } = await resolvePeer(idCred);
      const th4 = await nextTranscriptHash(th3, plaintext3, credential.cred);
      const message4 = await sealMessage4({ suite: suite3, prk, transcriptHash: th4 }, ead4);
      return { message4, proof: sensorCodeProofIn(items) };
    },
  };
}

async function run(ends: Ends = {}) {
  const first = await initiating(ends);
  const second = await responding(ends, first.message1);
  const third = await first.receiveMessage2(second.message2);
  const { message4, result } = await second.receiveMessage3(third.message3);
  const messages = [first.message1, second.message2, third.message3, message4];
  return { messages, responder: result, initiator: await third.receiveMessage4(message4) };
}

describe('a sensor and an element with its code', () => {
  it('complete the handshake, 20 and 21 bytes longer in the two messages that prove it', async () => {
    const { messages, initiator, responder } = await run();
    // The label in three bytes, the head of the value, 16 bytes; and message_4's byte string needs a longer head.
    expect(messages.map(({ length }) => length)).toEqual([37, 115, 98 + 20, 17 + 21]);
    expect(initiator.peer.identity).toEqual(patient.identity);
    expect(responder.peer.identity).toEqual(sensor.identity);
  });

  it('are told apart by the element, which may have been given the codes of several', async () => {
    const proven: boolean[] = [];
    await run({
      responder: {
        authorize: async ({ provesCode }) => {
          for (const key of [otherCode, code]) proven.push((await provesCode?.(key)) ?? false);
          return code;
        },
      },
    });
    expect(proven).toEqual([false, true]);
  });

  it('complete one without a code as ever', async () => {
    let asked = 0;
    const first = await startHandshake({ own: sensor.own(), verifyPeer: everyone, connectionId: Uint8Array.of(1) });
    const authorize: ResponderConfig['authorize'] = ({ provesCode }) => {
      asked += 1;
      expect(provesCode).toBeUndefined();
      return code;
    };
    const second = await responding({ responder: { authorize } }, first.message1);
    const third = await first.receiveMessage2(second.message2);
    const { message4 } = await second.receiveMessage3(third.message3);
    expect([second.message2.length, third.message3.length, message4.length]).toEqual([115, 98, 17]);
    await third.receiveMessage4(message4);
    expect(asked).toBe(1);
  });
});

describe('whoever has not the code', () => {
  it('is not taken for the sensor, certified as it is', async () => {
    await run();
    await expect(run({ initiator: { sensorCodeKey: otherCode } })).rejects.toThrowError(
      refusal('sensor-code-unproved'),
    );
  });

  it('is not taken for the element, certified as it is', async () => {
    const none = { responder: { authorize: async () => undefined } };
    await expect(run(none)).rejects.toThrowError(refusal('sensor-code-unproved'));
    // Its message_4 is right in all else.
    const answers = [
      () => noBytes,
      () => encodeSensorCodeProof(new Uint8Array(16)),
      (reflected: Bytes) => encodeSensorCodeProof(reflected),
    ];
    for (const answer of answers) {
      const probe = await initiating({});
      const seeing = await dishonest(probe.message1, noBytes);
      const { proof } = await seeing.receiveMessage3((await probe.receiveMessage2(seeing.message2)).message3);
      const first = await initiating({});
      const second = await dishonest(first.message1, answer(proof ?? noBytes));
      const third = await first.receiveMessage2(second.message2);
      const { message4 } = await second.receiveMessage3(third.message3);
      await expect(third.receiveMessage4(message4)).rejects.toThrowError(refusal('sensor-code-unproved'));
    }
  });

  it('gets nothing that was made with the code in message_2, and from an element nothing in message_4', async () => {
    const first = await initiating({ initiator: { sensorCodeKey: otherCode } });
    const second = await responding({}, first.message1);
    expect(second.message2.length).toBe(115);
    const third = await first.receiveMessage2(second.message2);
    await expect(second.receiveMessage3(third.message3)).rejects.toThrowError(refusal('sensor-code-unproved'));
    await expect(second.receiveMessage3(third.message3)).rejects.toThrowError(refusal('handshake-ended'));
  });

  it('cannot pass on the proof of another handshake: a relay that is certified itself', async () => {
    // The sensor shakes hands with a certified stranger; the stranger opens one to the patient's element, and has the
    // proof that the sensor made for it.
    const towardsStranger = await initiating({});
    const stranger = await dishonest(towardsStranger.message1, noBytes, doctor);
    const third = await towardsStranger.receiveMessage2(stranger.message2);
    const { proof } = await stranger.receiveMessage3(third.message3);
    if (!proof) throw new Error('expected the stranger to have seen a proof');
    const relayed = await initiateWith(encodeSensorCodeProof(proof), hospital);
    const element = await responding({}, relayed.message1);
    const message3 = (await relayed.receiveMessage2(element.message2)).message3;
    await expect(element.receiveMessage3(message3)).rejects.toThrowError(refusal('sensor-code-unproved'));
  });
});

describe('a proof', () => {
  const handshake: ProvenHandshake = {
    message: 3,
    transcriptHash: new Uint8Array(32).fill(1),
    initiatorHash: new Uint8Array(32).fill(2),
    responderHash: new Uint8Array(32).fill(3),
  };

  it('is of one key, one message, one transcript and two certificates in their places', async () => {
    const proof = await proveSensorCode(code, handshake);
    expect(await isSensorCodeProof(proof, code, handshake)).toBe(true);
    const { initiatorHash, responderHash, transcriptHash } = handshake;
    for (const other of [
      { ...handshake, message: 4 as const },
      { ...handshake, transcriptHash: initiatorHash },
      { ...handshake, initiatorHash: responderHash, responderHash: initiatorHash },
      { ...handshake, initiatorHash: transcriptHash },
      { ...handshake, responderHash: transcriptHash },
    ]) {
      expect(await isSensorCodeProof(proof, code, other)).toBe(false);
    }
    expect(await isSensorCodeProof(proof, otherCode, handshake)).toBe(false);
    expect(await isSensorCodeProof(noBytes, code, handshake)).toBe(false);
  });

  it('is refused twice, without a value or of another length', () => {
    const item = { label: 32768, critical: true, value: new Uint8Array(16) };
    expect(sensorCodeProofIn([{ label: 0, critical: false, value: undefined }, item])).toEqual(item.value);
    expect(sensorCodeProofIn([{ ...item, critical: false }])).toBeUndefined();
    for (const items of [[item, item], [{ ...item, value: undefined }], [{ ...item, value: new Uint8Array(15) }]]) {
      expect(() => sensorCodeProofIn(items)).toThrowError(refusal('message-malformed'));
    }
  });

  it('is refused by a hop that has no codes', async () => {
    const first = await initiating({});
    const second = await acceptMessage1(
      { own: hospital.own(), verifyPeer: everyone, connectionId: Uint8Array.of(2) },
      first.message1,
    );
    const third = await first.receiveMessage2(second.message2);
    await expect(second.receiveMessage3(third.message3)).rejects.toThrowError(refusal('critical-ead-unknown'));
  });

  it('with any external authorization data in its place is a refusal, never a bond', async () => {
    const value = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => encodeCbor(new Uint8Array(bytes))),
      fc.constantFrom(-32768, 32768, -1, 0, 5).map(encodeCbor),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(value, { maxLength: 4 }), async (parts) => {
        let provenCode = false;
        const first = await initiateWith(concatBytes(...parts), sensor);
        const second = await responding(
          {
            responder: {
              authorize: async ({ provesCode }) => {
                provenCode = (await provesCode?.(code)) ?? false;
                return code;
              },
            },
          },
          first.message1,
        );
        const third = await first.receiveMessage2(second.message2);
        await second.receiveMessage3(third.message3).catch((error: unknown) => {
          const codes = ['sensor-code-unproved', 'message-malformed', 'critical-ead-unknown'];
          expect(codes).toContain((error as { code?: string }).code);
        });
        expect(provenCode).toBe(false);
      }),
      { seed, numRuns: 60 },
    );
  });
});
