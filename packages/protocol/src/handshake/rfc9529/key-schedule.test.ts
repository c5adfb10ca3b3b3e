// Each value between the messages of RFC 9529 chapters 2 and 3, from the values before it in the trace.

import { describe, expect, it } from 'vitest';
import { type Bytes, concatBytes } from '../../bytes.ts';
import { sha256 } from '../../primitives/index.ts';
import { type AuthenticatedFields, computeMac, signatureInput } from '../authentication.ts';
import { ephemeralKeyLength } from '../cipher-suite.ts';
import {
  deriveAead,
  derivePrkOut,
  edhocKdf,
  edhocKeyUpdate,
  extractPrk2e,
  extractWithStaticKey,
  kdfLabel,
} from '../key-schedule.ts';
import { encodePlaintext2, maskPlaintext2 } from '../message2.ts';
import { encodePlaintext3 } from '../message3.ts';
import { nextTranscriptHash, transcriptHash2 } from '../transcript.ts';
import { chapter2Profiles, chapter3Profiles } from './trace-profiles.ts';
import { type Chapter, chapter2, chapter3 } from './traces.ts';

const noBytes: Bytes = new Uint8Array(0);
const chapters = [
  { name: 'chapter 2', chapter: chapter2, message1: 'message_1', profiles: chapter2Profiles },
  { name: 'chapter 3', chapter: chapter3, message1: 'message_1 (second time)', profiles: chapter3Profiles },
];

function fields(chapter: Chapter, number: 2 | 3): AuthenticatedFields {
  const section = `message_${number}`;
  const side = number === 2 ? 'R' : 'I';
  return {
    connectionId: number === 2 ? cR(chapter) : noBytes,
    credential: {
      idCred: chapter.value(section, `ID_CRED_${side} (CBOR`),
      cred: chapter.value(section, `CRED_${side} (CBOR`),
      hash: noBytes,
    },
    transcriptHash: chapter.value(section, `TH_${number} (Raw`),
    ead: noBytes,
  };
}

const cR = (chapter: Chapter): Bytes =>
  chapter.value('message_2', 'Connection identifier chosen by Responder C_R (CBOR');

describe.each(chapters)('RFC 9529 $name', ({ chapter, message1, profiles }) => {
  const th2 = chapter.value('message_2', 'TH_2 (Raw');
  const th3 = chapter.value('message_3', 'TH_3 (Raw');
  const th4 = chapter.value('message_3', 'TH_4 (Raw');
  const prk2e = chapter.value('message_2', 'PRK_2e (Raw');
  const prk3e2m = chapter.value('message_2', 'PRK_3e2m (Raw');
  const prk4e3m = chapter.value('message_3', 'PRK_4e3m (Raw');
  const prkOut = chapter.value('PRK_out and PRK_exporter', 'PRK_out (Raw');
  const plaintext2 = chapter.value('message_2', 'PLAINTEXT_2 (CBOR');
  const plaintext3 = chapter.value('message_3', 'PLAINTEXT_3 (CBOR');

  it('TH_2, TH_3 and TH_4', async () => {
    const message1Hash = await sha256(chapter.value(message1, 'message_1 (CBOR'));
    expect(message1Hash).toEqual(chapter.value('message_2', 'H(message_1) (Raw'));
    const { ephemeralKey } = (await profiles()).responder;
    expect(await transcriptHash2(ephemeralKey?.publicX ?? noBytes, message1Hash)).toEqual(th2);
    expect(await nextTranscriptHash(th2, plaintext2, fields(chapter, 2).credential.cred)).toEqual(th3);
    expect(await nextTranscriptHash(th3, plaintext3, fields(chapter, 3).credential.cred)).toEqual(th4);
  });

  it('G_XY and PRK_2e', async () => {
    const { initiator, responder } = await profiles();
    const sharedSecret = await initiator.ephemeralKey?.agree(responder.ephemeralKey?.publicX ?? noBytes);
    expect(sharedSecret).toEqual(chapter.value('message_2', 'G_XY (Raw'));
    expect(await extractPrk2e(th2, sharedSecret ?? noBytes)).toEqual(prk2e);
  });

  it('PRK_3e2m and PRK_4e3m', async () => {
    const { initiator, responder } = await profiles();
    const gX = initiator.ephemeralKey?.publicX ?? noBytes;
    const gY = responder.ephemeralKey?.publicX ?? noBytes;
    expect(await responder.own.nextKey(prk2e, kdfLabel.salt3e2m, th2, gX)).toEqual(prk3e2m);
    expect(await initiator.own.nextKey(prk3e2m, kdfLabel.salt4e3m, th3, gY)).toEqual(prk4e3m);
  });

  it.each([2, 3] as const)('MAC_%d and Signature_or_MAC', async (number) => {
    const { initiator, responder } = await profiles();
    const [{ own }, prk, label] =
      number === 2 ? ([responder, prk3e2m, kdfLabel.mac2] as const) : ([initiator, prk4e3m, kdfLabel.mac3] as const);
    const mac = await computeMac(prk, label, fields(chapter, number), own.macLength(initiator.suite));
    expect(mac).toEqual(chapter.value(`message_${number}`, `MAC_${number} (Raw`));
    const proof = await own.prove(mac, signatureInput(fields(chapter, number), mac));
    expect(proof).toEqual(chapter.value(`message_${number}`, `Signature_or_MAC_${number} (Raw`));
  });

  it('PLAINTEXT_2, CIPHERTEXT_2 and PLAINTEXT_3', async () => {
    const { connectionId } = (await profiles()).responder;
    const proof2 = chapter.value('message_2', 'Signature_or_MAC_2 (Raw');
    const { idCred } = fields(chapter, 2).credential;
    const encoded = encodePlaintext2({ connectionId, idCred, signatureOrMac: proof2, ead: noBytes });
    expect(encoded).toEqual(plaintext2);
    expect(await maskPlaintext2(prk2e, th2, encoded)).toEqual(chapter.value('message_2', 'CIPHERTEXT_2 (Raw'));
    const proof3 = chapter.value('message_3', 'Signature_or_MAC_3 (Raw');
    const part = { idCred: fields(chapter, 3).credential.idCred, signatureOrMac: proof3, ead: noBytes };
    expect(encodePlaintext3(part)).toEqual(plaintext3);
  });

  it.each([3, 4] as const)('K_%d and IV', async (number) => {
    const [prk, transcriptHash] = number === 3 ? [prk3e2m, th3] : [prk4e3m, th4];
    expect(await deriveAead(prk, number, transcriptHash)).toEqual({
      key: chapter.value(`message_${number}`, `K_${number} (Raw`),
      nonce: chapter.value(`message_${number}`, `IV_${number} (Raw`),
    });
  });

  it('PRK_out, PRK_exporter and the key update', async () => {
    expect(await derivePrkOut(prk4e3m, th4)).toEqual(prkOut);
    const prkExporter = chapter.value('PRK_out and PRK_exporter', 'PRK_exporter (Raw');
    expect(await edhocKdf(prkOut, kdfLabel.prkExporter, noBytes, 32)).toEqual(prkExporter);
    const context = chapter.value('Key Update', 'context for KeyUpdate (Raw');
    expect(await edhocKeyUpdate(prkOut, context)).toEqual(chapter.value('Key Update', 'PRK_out after'));
  });
});

it('RFC 9529 chapter 2: the messages to be signed', () => {
  for (const number of [2, 3] as const) {
    const mac = chapter2.value(`message_${number}`, `MAC_${number} (Raw`);
    const expected = chapter2.value(`message_${number}`, `Message to be signed ${number}`);
    expect(signatureInput(fields(chapter2, number), mac)).toEqual(expected);
  }
});

it('RFC 9529 chapter 3: the salted extractions of static keys', async () => {
  const salts = [
    { section: 'message_2', shared: 'G_RX', before: 'PRK_2e', after: 'PRK_3e2m', label: kdfLabel.salt3e2m, th: 'TH_2' },
    {
      section: 'message_3',
      shared: 'G_IY',
      before: 'PRK_3e2m',
      after: 'PRK_4e3m',
      label: kdfLabel.salt4e3m,
      th: 'TH_3',
    },
  ] as const;
  for (const { section, shared, before, after, label, th } of salts) {
    const prk = chapter3.value('message_2', `${before} (Raw`);
    const transcriptHash = chapter3.value(section, `${th} (Raw`);
    const salt = chapter3.value(section, `SALT_${after.slice(4)} (Raw`);
    expect(await edhocKdf(prk, label, transcriptHash, 32)).toEqual(salt);
    const key = await extractWithStaticKey(prk, label, transcriptHash, chapter3.value(section, `${shared} (Raw`));
    expect(key).toEqual(chapter3.value(section, `${after} (Raw`));
  }
});

it('G_Y and CIPHERTEXT_2 are one byte string', () => {
  for (const chapter of [chapter2, chapter3]) {
    const gY = chapter.value(
      'message_2',
      chapter === chapter2
        ? "Responder's ephemeral public key G_Y (Raw"
        : "Responder's ephemeral public key, 'x'-coordinate G_Y (Raw",
    );
    expect(gY.length).toBe(ephemeralKeyLength);
    const inside = concatBytes(gY, chapter.value('message_2', 'CIPHERTEXT_2 (Raw'));
    expect(chapter.value('message_2', 'message_2 (CBOR').slice(-inside.length)).toEqual(inside);
  }
});
