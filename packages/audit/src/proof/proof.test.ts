import { readFileSync } from 'node:fs';
import { type Bytes, concatBytes, sha256 } from '@vitalseal/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase64, toBase64 } from '../base64.ts';
import { signCheckpoint } from '../checkpoint/checkpoint.ts';
import { noteKey } from '../checkpoint/note-key.ts';
import { AuditError } from '../errors.ts';
import { consistencyProof, inclusionProof, subtreeOf } from '../merkle/proofs.ts';
import { logSigner, origin } from '../verify/export.fixture.ts';
import { formatConsistencyProof, parseConsistencyProof, verifyConsistencyProof } from './consistency-proof.ts';
import { formatInclusionProof, parseInclusionProof, verifyInclusionProof } from './inclusion-proof.ts';

const bytes = (text: string): Bytes => new TextEncoder().encode(text);
const bytesOf = (base64: string): Bytes => fromBase64(base64) ?? new Uint8Array();
const signer = await logSigner();
const keys = [signer.key];

/** RFC 6962, section 2.1, as its definitions stand there: nothing of the code under test. */
async function treeHash(entries: readonly string[]): Promise<Bytes> {
  const [only] = entries;
  if (only === undefined) return sha256(new Uint8Array());
  if (entries.length === 1) return sha256(concatBytes(Uint8Array.of(0), bytes(only)));
  let k = 1;
  while (k * 2 < entries.length) k *= 2;
  return sha256(concatBytes(Uint8Array.of(1), await treeHash(entries.slice(0, k)), await treeHash(entries.slice(k))));
}

const lines = (size: number): string[] => Array.from({ length: size }, (_, at) => `{"n":${at}}`);
const leavesOf = (entries: readonly string[]): Promise<Bytes[]> =>
  Promise.all(entries.map((entry) => treeHash([entry])));

async function noteOf(entries: readonly string[], by = signer): Promise<string> {
  return signCheckpoint({ origin, size: entries.length, root: await treeHash(entries) }, by.key, by.sign);
}

async function entryProof(entries: readonly string[], index: number): Promise<string> {
  const hashes = await inclusionProof(index, entries.length, subtreeOf(await leavesOf(entries)));
  return formatInclusionProof({ entry: entries[index], index, hashes, checkpoint: await noteOf(entries) });
}

async function growthProof(entries: readonly string[], old: number): Promise<string> {
  const hashes = await consistencyProof(old, entries.length, subtreeOf(await leavesOf(entries)));
  return formatConsistencyProof({ old, hashes, checkpoint: await noteOf(entries) });
}

describe('a proof that an entry is in the log', () => {
  const read = (name: string) => readFileSync(new URL(`../../../../tests/vectors/${name}`, import.meta.url), 'utf8');
  const rekor = JSON.parse(read('signed-note/rekor.json')) as Record<string, string> & { hashes: string[] };

  test("of Sigstore's public log, put into the form, is proved under its published key", async () => {
    const entry = new TextDecoder().decode(bytesOf(rekor.canonicalizedBody ?? ''));
    const text = [
      'c2sp.org/tlog-proof@v1',
      `extra ${rekor.canonicalizedBody}`,
      `index ${rekor.logIndex}`,
      ...rekor.hashes,
      '',
      rekor.checkpoint,
    ].join('\n');
    const key = await noteKey(rekor.name ?? '', bytesOf(rekor.publicKey ?? ''));
    const proven = await verifyInclusionProof(text, { keys: [key] });
    expect(proven).toMatchObject({
      entry,
      index: Number(rekor.logIndex),
      checkpoint: { size: Number(rekor.treeSize) },
    });
    expect(formatInclusionProof(parseInclusionProof(text))).toBe(text);
    // Without the entry in it, as the form has it by itself.
    const bare = text.replace(/^extra .*\n/m, '');
    await verifyInclusionProof(bare, { keys: [key], entry });
    await expect(verifyInclusionProof(bare, { keys: [key] })).rejects.toMatchObject({ code: 'audit-malformed' });
    const other = verifyInclusionProof(bare, { keys: [key], entry: `${entry} ` });
    await expect(other).rejects.toMatchObject({ code: 'audit-proof-invalid' });
  });

  test('holds for each entry of each tree, against a root made by the definition alone', async () => {
    for (let size = 1; size <= 17; size++) {
      const entries = lines(size);
      for (let index = 0; index < size; index++) {
        const proven = await verifyInclusionProof(await entryProof(entries, index), { keys });
        expect(proven).toMatchObject({ entry: entries[index], index, checkpoint: { size, origin } });
      }
    }
  });

  test('is none for another entry, another place, another tree or another key', async () => {
    const entries = lines(11);
    const good = await entryProof(entries, 4);
    const other = await logSigner();
    const longer = await noteOf(lines(12));
    const swapped = entries.with(4, '{"n":9}');
    const bad: readonly (readonly [string, string])[] = [
      [good.replace(toBase64(bytes('{"n":4}')), toBase64(bytes('{"n":5}'))), 'audit-proof-invalid'],
      [good.replace('index 4', 'index 5'), 'audit-proof-invalid'],
      [`${good.split('\n\n')[0]}\n\n${longer}`, 'audit-proof-invalid'],
      [`${good.split('\n\n')[0]}\n\n${await noteOf(swapped)}`, 'audit-proof-invalid'],
      [`${good.split('\n\n')[0]}\n\n${await noteOf(entries, other)}`, 'audit-key-foreign'],
      [good.replace('\n11\n', '\n12\n'), 'audit-signature-invalid'],
    ];
    for (const [text, code] of bad) {
      await expect(verifyInclusionProof(text, { keys })).rejects.toMatchObject({ code });
    }
    // A key of before is tried first, and is not asked for.
    await verifyInclusionProof(good, { keys: [other.key, signer.key] });
  });
});

describe('a proof that the log goes on', () => {
  test('holds from each size to each larger one, against roots made by the definition alone', async () => {
    for (let size = 1; size <= 17; size++) {
      const entries = lines(size);
      for (let old = 1; old <= size; old++) {
        const kept = await noteOf(entries.slice(0, old));
        const proven = await verifyConsistencyProof(await growthProof(entries, old), { kept, keys });
        expect(proven).toMatchObject({ earlier: { size: old }, later: { size } });
      }
    }
  });

  test('is none for a log that was altered, cut or written anew before it grew', async () => {
    const entries = lines(13);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.nat(12), async (old, at) => {
        const kept = await noteOf(entries.slice(0, old));
        const altered = entries.with(at % old, '{"n":-1}');
        const attempt = verifyConsistencyProof(await growthProof(altered, old), { kept, keys });
        await expect(attempt).rejects.toMatchObject({ code: 'audit-proof-invalid' });
        const cut = verifyConsistencyProof(await growthProof(entries.slice(0, old), old), {
          kept: await noteOf(entries),
          keys,
        });
        await expect(cut).rejects.toMatchObject({ code: 'audit-proof-invalid' });
      }),
      { seed: 9162, numRuns: 40 },
    );
  });

  test('goes over a key that was replaced, for whoever knows both', async () => {
    const next = await logSigner();
    const entries = lines(7);
    const kept = await noteOf(entries.slice(0, 3));
    const hashes = await consistencyProof(3, 7, subtreeOf(await leavesOf(entries)));
    const proof = formatConsistencyProof({ old: 3, hashes, checkpoint: await noteOf(entries, next) });
    await verifyConsistencyProof(proof, { kept, keys: [signer.key, next.key] });
    const foreign = verifyConsistencyProof(proof, { kept, keys });
    await expect(foreign).rejects.toMatchObject({ code: 'audit-key-foreign' });
  });
});

describe('bytes that are no proof', () => {
  const codes = [
    'audit-malformed',
    'audit-proof-invalid',
    'audit-note-malformed',
    'audit-key-foreign',
    'audit-signature-invalid',
  ];
  async function refused(attempt: Promise<unknown>): Promise<void> {
    const error = await attempt.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(AuditError);
    expect(codes).toContain((error as AuditError).code);
  }

  test('of any kind end in a refusal with a code', async () => {
    const word = fc.constantFrom(
      'c2sp.org/tlog-proof@v1',
      'extra ',
      'extra AA==',
      'index 0',
      'index 01',
      'index -1',
      'index 99999999999999999999',
      'old 3',
      'old ',
      '',
      toBase64(new Uint8Array(32)),
      toBase64(new Uint8Array(31)),
      origin,
      '5',
      '\u2014 x AAAA',
    );
    const text = fc.array(fc.oneof(word, fc.string()), { maxLength: 90 }).map((all) => all.join('\n'));
    const kept = await noteOf(lines(3));
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, fc.string({ unit: 'binary' })), async (input) => {
        await refused(verifyInclusionProof(input, { keys }));
        await refused(verifyConsistencyProof(input, { kept, keys }));
        await refused(verifyConsistencyProof(await growthProof(lines(4), 3), { kept: input, keys }));
      }),
      { seed: 11, numRuns: 400 },
    );
  });

  test('are all those that differ from a proof in one character', async () => {
    const entry = await entryProof(lines(9), 5);
    const growth = await growthProof(lines(9), 6);
    const kept = await noteOf(lines(6));
    await verifyConsistencyProof(growth, { kept, keys });
    const change = (text: string, at: number, by: number) =>
      `${text.slice(0, at)}${String.fromCharCode(text.charCodeAt(at) ^ by)}${text.slice(at + 1)}`;
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 127 }), async (at, by) => {
        await refused(verifyInclusionProof(change(entry, at % entry.length, by), { keys }));
        await refused(verifyConsistencyProof(change(growth, at % growth.length, by), { kept, keys }));
      }),
      { seed: 12, numRuns: 600 },
    );
  });

  test('are those that were cut anywhere', async () => {
    const entry = await entryProof(lines(9), 5);
    const kept = await noteOf(lines(6));
    const growth = await growthProof(lines(9), 6);
    for (let length = 0; length < entry.length; length++) {
      await refused(verifyInclusionProof(entry.slice(0, length), { keys }));
    }
    for (let length = 0; length < growth.length; length++) {
      await refused(verifyConsistencyProof(growth.slice(0, length), { kept, keys }));
    }
  });

  test('come out of their form as they went in', () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((each) => new Uint8Array(each));
    const hashes = fc.array(hash, { maxLength: 63 });
    fc.assert(
      fc.property(hashes, fc.maxSafeInteger(), fc.option(fc.string(), { nil: undefined }), (all, number, entry) => {
        const index = Math.abs(number);
        const inclusion = { entry, index, hashes: all, checkpoint: 'note\n' };
        expect(parseInclusionProof(formatInclusionProof(inclusion))).toEqual(inclusion);
        const growth = { old: index, hashes: all, checkpoint: 'note\n' };
        expect(parseConsistencyProof(formatConsistencyProof(growth))).toEqual(growth);
      }),
      { seed: 13, numRuns: 200 },
    );
    const many = Array.from({ length: 64 }, () => new Uint8Array(32));
    const tooMany = formatConsistencyProof({ old: 1, hashes: many, checkpoint: 'note\n' });
    expect(() => parseConsistencyProof(tooMany)).toThrowError('expected a proof from the log');
  });
});
