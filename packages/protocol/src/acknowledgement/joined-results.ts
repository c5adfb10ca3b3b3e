// Results of records that follow one another and came to the same end, as one: a batch of fifty is acknowledged in the
// space of one record. The hash is over the hashes of all, so that it still proves that these very bytes arrived.

import { type Awaitable, type Bytes, concatBytes, equalBytes } from '../bytes.ts';
import { recordHash } from '../channel/record-hash.ts';
import type { AcknowledgedRecord } from './acknowledgement.ts';

const mostJoined = 1024;

/** @param results of single records, in the order of the batch */
export function joinResults(results: readonly AcknowledgedRecord[]): Awaitable<readonly AcknowledgedRecord[]> {
  if (results.length === 1) return results;
  const runs: AcknowledgedRecord[][] = [];
  for (const result of results) {
    const run = runs.at(-1);
    if (run && follows(run, result)) run.push(result);
    else runs.push([result]);
  }
  return Promise.all(runs.map(joined));
}

/**
 * The same, taken apart by whoever sent the records.
 * @param hashOf of a record that was sent under this counter. What is said of others is left out: where one of a run is
 *   not known, or of other bytes, nothing of the run is believed.
 */
export async function separateResults(
  results: readonly AcknowledgedRecord[],
  hashOf: (sequence: number) => Bytes | undefined,
): Promise<AcknowledgedRecord[]> {
  const separate = await Promise.all(results.map((result) => separated(result, hashOf)));
  return separate.flat();
}

function follows(run: readonly AcknowledgedRecord[], { sequence, outcome, code }: AcknowledgedRecord): boolean {
  const last = run.at(-1);
  return (
    last !== undefined &&
    run.length < mostJoined &&
    sequence === last.sequence + 1 &&
    outcome === last.outcome &&
    code === last.code
  );
}

async function joined(run: readonly AcknowledgedRecord[]): Promise<AcknowledgedRecord> {
  const [first] = run;
  if (!first) throw new RangeError('expected a run of one result or more');
  if (run.length === 1) return first;
  return { ...first, recordHash: await hashOfRun(run), count: run.length };
}

async function separated(
  { count = 1, ...first }: AcknowledgedRecord,
  hashOf: (sequence: number) => Bytes | undefined,
): Promise<AcknowledgedRecord[]> {
  const run: AcknowledgedRecord[] = [];
  for (let sequence = first.sequence; sequence < first.sequence + count; sequence++) {
    const hash = hashOf(sequence);
    if (!hash) return [];
    run.push({ ...first, sequence, recordHash: hash });
  }
  const claimed = count === 1 ? run[0]?.recordHash : await hashOfRun(run);
  return claimed && equalBytes(claimed, first.recordHash) ? run : [];
}

function hashOfRun(run: readonly AcknowledgedRecord[]): Awaitable<Bytes> {
  return recordHash(concatBytes(...run.map((result) => result.recordHash)));
}
