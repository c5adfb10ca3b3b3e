// What hospital and card say to each other: read back as it was written, and refused whole where anything is wrong.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCommand, encodeCommand } from '../apdu/command.ts';
import { UiccError } from '../errors.ts';
import {
  type AdministrationData,
  decodeAdministrationData,
  decodeCardStatus,
  decodePskIdentity,
  encodeAdministrationData,
  encodeCardReceipt,
  encodeCardStatus,
  encodePskIdentity,
  generateKeyPair,
  type LifeCycleChange,
  nextKeyVersion,
  putKey,
  readGenerateKeyPair,
  readPutKey,
  readSetStatus,
  resetRetryCounter,
  setStatus,
  storeData,
  verifyCardReceipt,
} from './index.ts';

const seed = 20260115;
const der = (...content: number[]) => Uint8Array.of(0x30, content.length, ...content);
const refusal = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof UiccError ? error.code : String(error);
  }
};

const everything: readonly AdministrationData[] = [
  { kind: 'certificates', chain: [der(1), der(2, 3)], anchors: [der(4)], at: Date.UTC(2026, 0, 15) },
  { kind: 'revocation-list', list: der(5, 6) },
  { kind: 'bonds', sensors: ['urn:vitalseal:sensor:s-1'], hospital: 'urn:vitalseal:hospital:h' },
  { kind: 'hospital', server: { host: 'hospital.example', port: 8443 } },
  { kind: 'policy', policy: { batchRecords: 50, placeEverySeconds: 0, outboxCapacity: 5000 } },
  { kind: 'unblocking-code', code: '12345678' },
  { kind: 'poll-interval', seconds: 3600 },
];

describe('data of STORE DATA', () => {
  test('every kind is read back as it was written', () => {
    expect(decodeAdministrationData(encodeAdministrationData(everything))).toEqual(everything);
    const { data, p1, p2 } = decodeCommand(encodeCommand(storeData(...everything)));
    expect(decodeAdministrationData(data)).toEqual(everything);
    expect([p1, p2]).toEqual([0x90, 0]);
  });

  test('a policy out of its range is refused, by whoever writes it and by whoever reads it', () => {
    expect(refusal(() => storeData({ kind: 'policy', policy: { batchRecords: 257 } }))).toBe(
      'administration-malformed',
    );
    const written = encodeAdministrationData([{ kind: 'policy', policy: { batchRecords: 256 } }]);
    written[written.length - 1] = 1;
    expect(refusal(() => decodeAdministrationData(written))).toBe('administration-malformed');
  });

  test('any bytes are read or refused with a code', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.tuple(fc.nat(), fc.nat(255)).map(([at, octet]) => {
        const changed = encodeAdministrationData(everything);
        changed[at % changed.length] = octet;
        return changed;
      }),
    );
    fc.assert(
      fc.property(bytes, (any) => {
        expect([undefined, 'administration-malformed', 'tlv-malformed']).toContain(
          refusal(() => decodeAdministrationData(new Uint8Array(any))),
        );
      }),
      { seed, numRuns: 2000 },
    );
  });
});

describe('commands', () => {
  test('a new key names the one it replaces, and a version of its own', () => {
    const key = new Uint8Array(32).fill(7);
    const command = putKey({ replaces: 0x40, version: 0x41, key });
    expect(readPutKey(command)).toEqual({ replaces: 0x40, version: 0x41, key });
    expect(refusal(() => readPutKey({ ...command, p1: 0x41 }))).toBe('administration-malformed');
    expect(refusal(() => readPutKey({ ...command, data: command.data.slice(0, -1) }))).toBe('administration-malformed');
    expect([0x40, 0x41, 0x4f].map(nextKeyVersion)).toEqual([0x41, 0x42, 0x41]);
  });

  test('a key pair is made for a named identity', () => {
    expect(readGenerateKeyPair(generateKeyPair('urn:vitalseal:patient:p-1'))).toBe('urn:vitalseal:patient:p-1');
  });

  test('a life cycle is changed in three ways and in no other', () => {
    const ways: LifeCycleChange[] = ['lock', 'unlock', 'terminate'];
    for (const way of ways) expect(readSetStatus(setStatus(way))).toBe(way);
    expect(refusal(() => readSetStatus({ ...setStatus('lock'), p2: 0x7f }))).toBe('administration-malformed');
  });

  test('an unblocking carries the code, and a new PIN padded to eight octets', () => {
    expect(resetRetryCounter('12345678').data).toHaveLength(8);
    expect(resetRetryCounter()).toMatchObject({ p1: 3, data: new Uint8Array(0) });
    expect([...resetRetryCounter('12345678', '4711').data.slice(8)]).toEqual([52, 55, 49, 49, 255, 255, 255, 255]);
  });
});

describe('what a card says of itself', () => {
  test('its status is read back as it was written', () => {
    const status = {
      administrationId: '0123456789abcdef',
      card: 'secured',
      mha: 'personalized',
      release: '0.1.0',
      imageVersion: 3,
      running: { imageVersion: 0, release: '0.1.0', problem: 'image-damaged' },
      keyVersion: 0x41,
      open: true,
      scripts: 7,
      commands: 21,
      receiptKey: Uint8Array.of(1, 2, 3),
    } as const;
    expect(decodeCardStatus(encodeCardStatus(status))).toEqual(status);
  });

  test('a receipt is good under its key, and under no other', async () => {
    const pair = () => crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
    const { privateKey, publicKey } = await pair();
    const other = await pair();
    const spki = new Uint8Array(await crypto.subtle.exportKey('spki', publicKey));
    const said = { administrationId: '0123456789abcdef', commands: 9, application: Uint8Array.of(0xf0, 1) };
    const receipt = await encodeCardReceipt(
      said,
      async (input) => new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, input)),
    );
    expect(await verifyCardReceipt(receipt, spki)).toEqual(said);
    const otherSpki = new Uint8Array(await crypto.subtle.exportKey('spki', other.publicKey));
    await expect(verifyCardReceipt(receipt, otherSpki)).rejects.toMatchObject({ code: 'administration-malformed' });
    for (let at = 0; at < receipt.length; at++) {
      const changed = receipt.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(verifyCardReceipt(changed, spki)).rejects.toBeInstanceOf(UiccError);
    }
  });

  test('the name of a key says whose it is and which; any other text is nobody', () => {
    const identity = { administrationId: '0123456789abcdef', keyVersion: 0x41 };
    const text = encodePskIdentity(identity);
    expect(text).toBe('80010281080123456789ABCDEF4F08A000000151000000820101830141');
    expect(decodePskIdentity(text)).toEqual(identity);
    expect(decodePskIdentity(text.toLowerCase())).toBeUndefined();
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9A-F]{0,128}$/)), (any) => {
        if (any !== text) decodePskIdentity(any);
      }),
      { seed, numRuns: 1000 },
    );
  });
});
