import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { toBase64 } from '../base64.ts';
import { entryBytes } from '../entry/entry-codec.ts';
import { AuditError } from '../errors.ts';
import { headLines } from '../export/export-format.ts';
import { leafHash } from '../merkle/hashes.ts';
import { ExportedLog, type LogSigner, logSigner } from './export.fixture.ts';
import { verifyExport } from './verify-export.ts';

let signer: LogSigner;
let log: ExportedLog;
let lines: string[];
/** Checkpoints over 10, 25 and 40 entries. */
beforeAll(async () => {
  signer = await logSigner();
  log = new ExportedLog(signer);
  await log.add({ kind: 'log-opened', actor: 'vitalseal', what: { readings: 0 } });
  await log.addMany(9);
  await log.checkpoint();
  await log.addMany(15);
  await log.checkpoint();
  await log.addMany(15);
  await log.checkpoint();
  lines = log.lines();
});

/** Where entry `index` stands in the file. */
const lineOf = (index: number) => lines.findIndex((line) => line.includes(`{"n":${index},`));
const damaged = (work: (copy: string[]) => void): string[] => {
  const copy = [...lines];
  work(copy);
  return copy;
};
const entryAt = (copy: readonly string[], index: number) => copy[lineOf(index)] ?? '';
const found = async (copy: readonly string[], options = {}) => (await verifyExport(copy, options)).finding;

/** As somebody would who knows how the log is made, and has not its key. */
async function rehashed(line: string): Promise<string> {
  const entry = line.slice(line.indexOf('{'));
  return `entry ${toBase64(await leafHash(entryBytes(entry)))} ${entry}`;
}

describe('an honest export', () => {
  test('is proved to its end', async () => {
    const verdict = await verifyExport(lines, { keys: [signer.key] });
    expect(verdict).toMatchObject({ from: 0, size: 40, provenSize: 40, checkpoints: 3, finding: undefined });
    expect(
      await verifyExport(
        (async function* () {
          yield* lines;
        })(),
      ),
    ).toMatchObject({ finding: undefined });
  });

  test('of a part is proved like one of the whole', async () => {
    const part = new ExportedLog(signer);
    await part.addMany(13);
    part.cutHere();
    await part.checkpoint();
    await part.addMany(8);
    await part.checkpoint();
    const verdict = await verifyExport(part.lines(), { keys: [signer.key] });
    expect(verdict).toMatchObject({ from: 13, size: 21, provenSize: 21, finding: undefined });
    const other = part.lines().map((line) => line.replace(/^from 13 ..../, 'from 13 AAAA'));
    expect(await found(other)).toMatchObject({ damage: 'forged', entry: 13 });
  });

  test('goes on under the next key once the key before has vouched for it', async () => {
    const next = await logSigner();
    const changed = new ExportedLog(signer);
    await changed.addMany(4);
    await changed.add({ kind: 'log-key-changed', actor: 'operator:root', what: { key: toBase64(next.key.spki) } });
    await changed.checkpoint();
    changed.changeSigner(next);
    await changed.addMany(4);
    await changed.checkpoint();
    expect(await found(changed.lines(), { keys: [signer.key] })).toBeUndefined();

    await changed.addMany(4);
    await changed.checkpoint(signer);
    expect(await found(changed.lines(), { keys: [signer.key] })).toMatchObject({ damage: 'foreign-key', entry: 12 });

    const taken = new ExportedLog(signer);
    await taken.addMany(4);
    await taken.add({ kind: 'log-key-changed', actor: 'operator:root', what: { key: toBase64(next.key.spki) } });
    await taken.addMany(4);
    await taken.checkpoint(next);
    expect(await found(taken.lines(), { keys: [signer.key] })).toMatchObject({ damage: 'foreign-key', entry: 8 });
  });

  test('with entries after its last checkpoint says which nobody vouches for', async () => {
    const open = new ExportedLog(signer);
    await open.addMany(5);
    await open.checkpoint();
    await open.addMany(2);
    expect(await found(open.lines())).toMatchObject({ damage: 'unsigned', entry: 5, through: 6 });
    expect(await found(open.lines(), { acceptUnsigned: true })).toBeUndefined();
  });
});

describe('each kind of damage is found, and the entry named', () => {
  test.each([0, 3, 9, 10, 17, 39])('altered: entry %i', async (index) => {
    const copy = damaged((all) => {
      all[lineOf(index)] = entryAt(all, index).replace('"at":1', '"at":2');
    });
    expect(await found(copy)).toMatchObject({ damage: 'altered', entry: index });
  });

  test.each([3, 9, 17, 39])('altered with the hash beside it made anew: entry %i', async (index) => {
    const altered = await rehashed(entryAt(lines, index).replace('"at":1', '"at":2'));
    const copy = damaged((all) => {
      all[lineOf(index)] = altered;
    });
    const found = (await verifyExport(copy)).finding;
    // Where a checkpoint follows at once nothing else names the entry: the ten before it are all that can be said.
    if (index === 9) expect(found).toMatchObject({ damage: 'forged', entry: 0, through: 9 });
    else if (index === 39) expect(found).toMatchObject({ damage: 'forged', entry: 25, through: 39 });
    else expect(found).toMatchObject({ damage: 'altered', entry: index });
  });

  test('the hash beside an entry altered: entry 12', async () => {
    const other = entryAt(lines, 13).split(' ')[1] ?? '';
    const copy = damaged((all) => {
      all[lineOf(12)] = entryAt(all, 12).replace(/^entry \S+/, `entry ${other}`);
    });
    expect(await found(copy)).toMatchObject({ damage: 'altered', entry: 12 });
  });

  test.each([0, 5, 9, 10, 24, 39])('removed: entry %i', async (index) => {
    const copy = damaged((all) => all.splice(lineOf(index), 1));
    expect(await found(copy)).toMatchObject({ damage: 'removed', entry: index });
  });

  test('removed: entries 12 to 14', async () => {
    const copy = damaged((all) => all.splice(lineOf(12), 3));
    expect(await found(copy)).toMatchObject({ damage: 'removed', entry: 12, through: 14 });
  });

  test.each([
    [3, 4],
    [4, 22],
    [22, 38],
  ])('reordered: entries %i and %i', async (one, other) => {
    const copy = damaged((all) => {
      const [first, second] = [entryAt(all, one), entryAt(all, other)];
      all[lineOf(one)] = second;
      all[lineOf(other)] = first;
    });
    expect(await found(copy)).toMatchObject({ damage: 'reordered', entry: one });
  });

  test.each([1, 5, 10, 39])('inserted: an entry of somebody else in the place of entry %i', async (index) => {
    const foreign = await rehashed(entryAt(lines, index).replace('history-read', 'alarm-opened'));
    const copy = damaged((all) => all.splice(lineOf(index), 0, foreign));
    expect(await found(copy)).toMatchObject({ damage: 'inserted', entry: index + 1 });
  });

  test('inserted: an entry of the log a second time', async () => {
    const copy = damaged((all) => all.splice(lineOf(20), 0, entryAt(all, 7)));
    expect(await found(copy)).toMatchObject({ damage: 'inserted', entry: 20 });
  });

  test('truncated: the file ends before entry 30', async () => {
    const copy = damaged((all) => all.splice(lineOf(30)));
    expect(await found(copy)).toMatchObject({ damage: 'truncated', entry: 30 });
  });

  test('truncated and given an end: the entries after the last checkpoint are not vouched for', async () => {
    const copy = damaged((all) => all.splice(lineOf(30), all.length, 'end 30'));
    expect(await found(copy)).toMatchObject({ damage: 'unsigned', entry: 25, through: 29 });
  });

  test('truncated at a checkpoint: found by a checkpoint that was kept', async () => {
    const kept = [await log.note()];
    const copy = damaged((all) => all.splice(lineOf(25), all.length, 'end 25'));
    expect(await found(copy)).toBeUndefined();
    expect(await found(copy, { kept })).toMatchObject({ damage: 'truncated', entry: 25 });
    expect(await found(lines, { kept })).toBeUndefined();
  });

  test('forged: all made anew but the signature', async () => {
    const forger = new ExportedLog(await logSigner());
    await forger.addMany(10);
    await forger.checkpoint();
    expect(await found(forger.lines(), { keys: [signer.key] })).toMatchObject({ damage: 'foreign-key', entry: 9 });
    const [, , own = ''] = lines;
    const claimed = forger.lines().map((line) => (line.startsWith('key ') ? own : line));
    expect(await found(claimed)).toMatchObject({ damage: 'foreign-key', entry: 9 });
  });

  test('forged: the entries between two checkpoints made anew in all their hashes', async () => {
    const forger = new ExportedLog(signer);
    await forger.add({ kind: 'log-opened', actor: 'vitalseal', what: { readings: 0 } });
    await forger.addMany(10);
    await forger.add({ kind: 'alarm-opened', actor: 'urn:vitalseal:doctor:d9' });
    await forger.addMany(28);
    const other = forger.lines();
    const copy = damaged((all) => {
      for (let index = 10; index < 25; index++) all[lineOf(index)] = other[headLines + index] ?? '';
    });
    expect(await found(copy)).toMatchObject({ damage: 'forged', entry: 10, through: 24 });
  });

  test('forged: a checkpoint over other numbers than were signed', async () => {
    const copy = damaged((all) => {
      const at = all.findIndex((line) => line.startsWith('checkpoint') && line.includes('\\n25\\n'));
      all[at] = (all[at] ?? '').replace('\\n25\\n', '\\n24\\n');
    });
    expect(await found(copy)).toMatchObject({ damage: 'forged', entry: 24 });
  });

  test('a checkpoint that was kept finds the log that was written anew from its beginning', async () => {
    const other = new ExportedLog(signer);
    await other.addMany(40);
    await other.checkpoint();
    const kept = [await log.note()];
    expect(await found(other.lines(), { kept })).toMatchObject({ damage: 'forged', entry: 0, through: 39 });
  });
});

describe('whatever is done to an export by chance', () => {
  test('is found, and nothing else is thrown than what the errors name', async () => {
    const text = lines.join('\n');
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.nat(40), fc.string({ maxLength: 20 }), async (at, length, put) => {
        const spoilt = text.slice(0, at) + put + text.slice(at + length);
        if (spoilt === text) return;
        try {
          const verdict = await verifyExport(spoilt.split('\n'), { keys: [signer.key] });
          // The key in the head is not read where another is given, and a newline at the end is none.
          const sameBody = spoilt.split('\n').slice(headLines).join('\n') === lines.slice(headLines).join('\n');
          if (!sameBody) expect(verdict.finding).toBeDefined();
        } catch (error) {
          expect(error).toBeInstanceOf(AuditError);
        }
      }),
      { seed: 4, numRuns: 400 },
    );
  });

  test('one bit of one entry, in every place', async () => {
    const at = lineOf(17);
    const line = lines[at] ?? '';
    for (let place = 'entry '.length; place < line.length; place += 7) {
      const flipped = String.fromCharCode(line.charCodeAt(place) ^ 1);
      const copy = damaged((all) => {
        all[at] = line.slice(0, place) + flipped + line.slice(place + 1);
      });
      expect(await found(copy)).toMatchObject({ entry: 17 });
    }
  });
});
