import { createPrivateKey, createPublicKey, generateKeyPairSync, sign as signature } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Bytes, concatBytes } from '@vitalseal/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase64, toBase64 } from '../base64.ts';
import { AuditError } from '../errors.ts';
import { leafHash } from '../merkle/hashes.ts';
import { verifyInclusion } from '../merkle/verify-proofs.ts';
import { claimedCheckpoint, openCheckpoint, signCheckpoint } from './checkpoint.ts';
import { fromDer, toDer } from './ecdsa-signature.ts';
import { formatNoteKey, noteKey, parseNoteKey } from './note-key.ts';
import { parseNote, signNote } from './signed-note.ts';

const rekor = JSON.parse(
  readFileSync(new URL('../../../../tests/vectors/signed-note/rekor.json', import.meta.url), 'utf8'),
) as {
  publicKey: string;
  name: string;
  checkpoint: string;
  logIndex: string;
  treeSize: string;
  hashes: string[];
  canonicalizedBody: string;
};

const bytesOf = (base64: string): Bytes => fromBase64(base64) ?? new Uint8Array();

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const spki = new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' }));
const sign = (bytes: Bytes): Bytes =>
  new Uint8Array(signature('sha256', bytes, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' }));
const root = new Uint8Array(32).fill(7);

describe("a checkpoint of Sigstore's public log", () => {
  test('verifies under its published key, and its entry is proved to be in it', async () => {
    const key = await noteKey(rekor.name, bytesOf(rekor.publicKey));
    expect(key.id).toBe('c0d23d6a');
    const checkpoint = await openCheckpoint(rekor.checkpoint, key);
    expect(checkpoint).toMatchObject({
      origin: 'rekor.sigstore.dev - 2605736670972794746',
      size: Number(rekor.treeSize),
    });
    await verifyInclusion({
      ...checkpoint,
      leaf: await leafHash(bytesOf(rekor.canonicalizedBody)),
      index: Number(rekor.logIndex),
      proof: rekor.hashes.map(bytesOf),
    });
  });

  test('is refused with another size, and under another key', async () => {
    const key = await noteKey(rekor.name, bytesOf(rekor.publicKey));
    const forged = rekor.checkpoint.replace(rekor.treeSize, String(Number(rekor.treeSize) + 1));
    await expect(openCheckpoint(forged, key)).rejects.toMatchObject({ code: 'audit-signature-invalid' });
    const foreign = openCheckpoint(rekor.checkpoint, await noteKey(rekor.name, spki));
    await expect(foreign).rejects.toMatchObject({ code: 'audit-key-foreign' });
  });
});

describe('the notes of the specifications', () => {
  const poem =
    'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n';
  const sofa =
    'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n';

  test('a text may hold blank lines: the last one ends it', () => {
    const { text, signatures } = parseNote(poem);
    expect(text.endsWith('ed è subito sera.\n')).toBe(true);
    expect(signatures).toMatchObject([{ name: 'quasimodo.example/salvatore', keyId: '367ba04b' }]);
  });

  test('a checkpoint is origin, size and root', async () => {
    expect(claimedCheckpoint(sofa)).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20852163 });
    const key = await noteKey('example.com/behind-the-sofa', spki);
    await expect(openCheckpoint(sofa, key)).rejects.toMatchObject({ code: 'audit-key-foreign' });
  });
});

describe('a checkpoint of ours', () => {
  const origin = 'vitalseal/audit/test';

  test('is opened by whoever has the key, and its key survives its one-line form', async () => {
    const key = await noteKey(origin, spki);
    const note = await signCheckpoint({ origin, size: 12, root }, key, sign);
    const line = formatNoteKey(key);
    expect(await openCheckpoint(note, await parseNoteKey(line))).toEqual({ origin, size: 12, root });
  });

  test('a witness may sign beside the log, and is let be', async () => {
    const key = await noteKey(origin, spki);
    const note = await signCheckpoint({ origin, size: 12, root }, key, sign);
    const witnessed = `${note}— witness.example ${toBase64(concatBytes(Uint8Array.of(1, 2, 3, 4), root))}\n`;
    expect(await openCheckpoint(witnessed, key)).toEqual({ origin, size: 12, root });
  });

  test.each([
    ['no blank line', 'a\n1\nAAAA\n'],
    ['no signature', 'a\n1\nAAAA\n\n'],
    ['a control character', 'a\n\t\nAAAA\n\n— a AAAAAAA=\n'],
    ['a name with a plus', 'a\n1\nAAAA\n\n— a+b AAAAAAA=\n'],
    ['a signature without end', 'a\n1\nAAAA\n\n— a AAAAAAA='],
  ])('a note with %s is refused', (_what, note) => {
    expect(() => parseNote(note)).toThrowError(expect.objectContaining({ code: 'audit-note-malformed' }));
  });

  test.each(['a\n01\nAAAA\n', 'a\n1\nAAAA\n', '\n1\nAAAA\n', 'a\n-1\nAAAA\n', 'a\n9007199254740993\nAAAA\n'])(
    'a text that is no checkpoint is refused though it is signed: %j',
    async (text) => {
      const key = await noteKey(origin, spki);
      const whole = text.replace('AAAA', toBase64(root)) === text ? text : text;
      const note = await signNote(whole, key, sign);
      await expect(openCheckpoint(note, key)).rejects.toMatchObject({ code: 'audit-note-malformed' });
    },
  );

  test('a key of another curve, or with another ID beside it, is refused', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ type: 'spki', format: 'der' });
    await expect(noteKey(origin, new Uint8Array(other))).rejects.toMatchObject({ code: 'audit-note-malformed' });
    const line = formatNoteKey(await noteKey(origin, spki));
    const altered = line.replace(/\+[0-9a-f]{8}\+/, '+00000000+');
    await expect(parseNoteKey(altered)).rejects.toMatchObject({ code: 'audit-note-malformed' });
  });
});

test('a signature is the same in both its forms, and has no second DER form', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 64, maxLength: 64 }),
      fc.nat(80),
      fc.integer({ min: 1, max: 255 }),
      (raw, at, flip) => {
        const one = new Uint8Array(raw);
        const der = toDer(one);
        expect(fromDer(der)).toEqual(one);
        const altered = new Uint8Array(der);
        altered[at % der.length] = (altered[at % der.length] ?? 0) ^ flip;
        const read = fromDer(altered);
        if (read !== undefined) expect(toDer(read)).toEqual(altered);
      },
    ),
    { seed: 62, numRuns: 500 },
  );
  const now = createPublicKey(createPrivateKey(pair.privateKey.export({ type: 'pkcs8', format: 'pem' })));
  const byNode = new Uint8Array(signature('sha256', root, pair.privateKey));
  expect(now.asymmetricKeyType).toBe('ec');
  expect(toDer(fromDer(byNode) ?? root)).toEqual(byNode);
});

test('whatever is given as a note or a key is read or refused, and nothing else happens', async () => {
  const honest = rekor.checkpoint;
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary' }),
      fc.nat(honest.length),
      fc.nat(honest.length),
      async (text, from, to) => {
        const spoilt = honest.slice(0, from) + text + honest.slice(to);
        for (const read of [() => claimedCheckpoint(spoilt), () => claimedCheckpoint(text), () => parseNoteKey(text)]) {
          try {
            await read();
          } catch (error) {
            expect(error).toBeInstanceOf(AuditError);
          }
        }
      },
    ),
    { seed: 9162, numRuns: 500 },
  );
});
