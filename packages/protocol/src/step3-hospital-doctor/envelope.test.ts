// An envelope for several doctors: each opens it, nobody else does, and none of them can make another in its place.

import { decode as cborgDecode, encode as cborgEncode, rfc8949EncodeOptions } from 'cborg';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Bytes, concatBytes } from '../bytes.ts';
import { encrypt } from '../cose/encrypt.ts';
import { ProtocolError } from '../errors.ts';
import { hospital, patient } from '../handshake/certified-party.fixture.ts';
import { importKeyWrappingKey, importVerifyingKey, randomBytes, type VerifyingKey } from '../primitives/index.ts';
import { alarmContext, envelopeSigner, openForRecipient, type Recipient, sealForRecipients } from './envelope.ts';

const payload = new TextEncoder().encode('an alarm');
const context = alarmContext(hospital.identity);
const signerReference = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const refusal = (code: string) => ({ name: 'ProtocolError', code });

async function doctor(number: number): Promise<Recipient> {
  return {
    keyId: new Uint8Array(8).fill(number),
    wrappingKey: await importKeyWrappingKey(new Uint8Array(32).fill(number)),
  };
}

let doctors: Recipient[];
let signer: VerifyingKey;
let envelope: Bytes;

const seal = (recipients: readonly Recipient[], by = hospital): Promise<Bytes> =>
  sealForRecipients({ payload, context, recipients, sign: by.own().sign, signerReference });

beforeAll(async () => {
  doctors = await Promise.all([1, 2, 3].map(doctor));
  signer = await importVerifyingKey(hospital.spki);
  envelope = await seal(doctors);
});

function of(number: number): Recipient {
  const recipient = doctors[number];
  if (recipient === undefined) throw new RangeError('expected a doctor');
  return recipient;
}

describe('an envelope', () => {
  it('is opened by each of its recipients', async () => {
    for (const recipient of doctors) {
      expect(await openForRecipient(envelope, { context, recipient, signer })).toEqual(payload);
    }
    expect(envelopeSigner(envelope)).toEqual(signerReference);
  });

  it('is not opened by a doctor who is not among them', async () => {
    const recipient = await doctor(9);
    await expect(openForRecipient(envelope, { context, recipient, signer })).rejects.toMatchObject(
      refusal('envelope-not-for-recipient'),
    );
  });

  it('is not opened under the wrapping key of another', async () => {
    const recipient = { keyId: of(0).keyId, wrappingKey: of(1).wrappingKey };
    await expect(openForRecipient(envelope, { context, recipient, signer })).rejects.toMatchObject(
      refusal('authentication-failed'),
    );
  });

  it('is refused under the key of another signer, or in another context', async () => {
    const recipient = of(0);
    const other = await importVerifyingKey(patient.spki);
    await expect(openForRecipient(envelope, { context, recipient, signer: other })).rejects.toMatchObject(
      refusal('envelope-signature-invalid'),
    );
    const elsewhere = alarmContext({ role: 'hospital', id: 'h2' });
    await expect(openForRecipient(envelope, { context: elsewhere, recipient, signer })).rejects.toMatchObject(
      refusal('envelope-signature-invalid'),
    );
  });

  it('that a recipient forged to another, with the content key it knows, is refused', async () => {
    const [header, , , signature]: [Bytes, unknown, Bytes, Bytes] = cborgDecode(envelope, { useMaps: true });
    const forged = await encrypt(new TextEncoder().encode('no alarm'), context, doctors);
    const message = new Uint8Array(cborgEncode([header, new Map(), forged, signature], rfc8949EncodeOptions));
    await expect(openForRecipient(message, { context, recipient: of(1), signer })).rejects.toMatchObject(
      refusal('envelope-signature-invalid'),
    );
    const signedByAnother = await seal(doctors, patient);
    await expect(openForRecipient(signedByAnother, { context, recipient: of(1), signer })).rejects.toMatchObject(
      refusal('envelope-signature-invalid'),
    );
  });

  it('from which a recipient was struck off is refused', async () => {
    const [header, unprotected, inner, signature]: [Bytes, unknown, Bytes, Bytes] = cborgDecode(envelope, {
      useMaps: true,
    });
    const [innerHeader, innerUnprotected, ciphertext, recipients]: [Bytes, unknown, Bytes, unknown[]] = cborgDecode(
      new Uint8Array(inner),
      { useMaps: true },
    );
    const fewer = cborgEncode([innerHeader, innerUnprotected, ciphertext, recipients.slice(1)], rfc8949EncodeOptions);
    const message = new Uint8Array(cborgEncode([header, unprotected, fewer, signature], rfc8949EncodeOptions));
    await expect(openForRecipient(message, { context, recipient: of(1), signer })).rejects.toMatchObject(
      refusal('envelope-signature-invalid'),
    );
  });

  it('with any byte changed, cut anywhere or with a byte more, is refused with a code', async () => {
    const opening = { context, recipient: of(0), signer };
    for (let at = 0; at < envelope.length; at++) {
      const changed = envelope.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x01;
      await expect(openForRecipient(changed, opening)).rejects.toBeInstanceOf(ProtocolError);
      await expect(openForRecipient(envelope.slice(0, at), opening)).rejects.toBeInstanceOf(ProtocolError);
    }
    const longer = concatBytes(envelope, Uint8Array.of(0));
    await expect(openForRecipient(longer, opening)).rejects.toMatchObject(refusal('cbor-trailing-bytes'));
  });

  it('signed well but of another shape inside is refused', async () => {
    const { sign } = hospital.own();
    const { sign1 } = await import('../cose/sign1.ts');
    const headers = new Map([[34, [-15, signerReference]]]);
    const inner = [
      [new Uint8Array(0), new Map(), new Uint8Array(16), []],
      [cborgEncode(new Map([[1, 1]])), new Map(), new Uint8Array(16), []],
      [
        cborgEncode(
          new Map<number, unknown>([
            [1, 3],
            [5, new Uint8Array(11)],
          ]),
        ),
        new Map(),
        new Uint8Array(16),
        [],
      ],
      [
        cborgEncode(
          new Map<number, unknown>([
            [1, 3],
            [5, new Uint8Array(12)],
          ]),
        ),
        new Map([[1, 3]]),
        new Uint8Array(16),
        [],
      ],
      [
        cborgEncode(
          new Map<number, unknown>([
            [1, 3],
            [5, new Uint8Array(12)],
          ]),
        ),
        new Map(),
        new Uint8Array(16),
        [[]],
      ],
      ['text'],
    ];
    for (const value of inner) {
      const message = await sign1(new Uint8Array(cborgEncode(value, rfc8949EncodeOptions)), context, headers, sign);
      await expect(openForRecipient(message, { context, recipient: of(0), signer })).rejects.toBeInstanceOf(
        ProtocolError,
      );
    }
    const unnamed = await sign1(new Uint8Array(8), context, new Map(), sign);
    await expect(openForRecipient(unnamed, { context, recipient: of(0), signer })).rejects.toMatchObject(
      refusal('envelope-malformed'),
    );
  });

  it('for nobody, for one twice, or signed by no certificate is not made', async () => {
    await expect(seal([])).rejects.toMatchObject(refusal('envelope-malformed'));
    await expect(seal([of(0), of(0)])).rejects.toMatchObject(refusal('envelope-malformed'));
    const { sign } = hospital.own();
    const unnamed = sealForRecipients({ payload, context, recipients: doctors, sign, signerReference: randomBytes(7) });
    await expect(unnamed).rejects.toMatchObject(refusal('envelope-malformed'));
  });
});
