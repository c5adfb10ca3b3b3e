/** The log as lines of an export (packages/audit): whatever a checkpoint vouches for, from a checkpoint on. */
import { formatHead, formatLine, formatNoteKey, fromBase64, type NoteKey, noteKey, toBase64 } from '@vitalseal/audit';
import type { Store } from '../store/open-store.ts';
import { type CheckpointRow, LogReader } from './log-reader.ts';

export interface LogPart {
  /** The export begins at the last checkpoint over no more than these entries. */
  readonly since?: number;
  /** Up to where: what a checkpoint vouches for. */
  readonly until: number;
  /** The one that signs now. */
  readonly key: NoteKey;
}

export async function* exportLog(store: Store, { since = 0, until, key }: LogPart): AsyncGenerator<string> {
  const reader = new LogReader(store.database);
  const begin = since === 0 ? undefined : await reader.lastCheckpoint(since);
  const from = begin?.size ?? 0;
  const before = await reader.keyBeforeChange(from);
  const spki = before === undefined ? undefined : fromBase64(before);
  yield* formatHead({
    origin: key.name,
    // Of where it begins: the entries themselves tell of the keys that followed.
    key: formatNoteKey(spki === undefined ? key : await noteKey(key.name, spki)),
    from,
    range: new Uint8Array(begin?.range ?? []),
  });
  const checkpoints = await reader.checkpoints(from, until);
  let next = checkpoints.shift();
  const vouched = function* (size: number): Generator<string> {
    for (; next !== undefined && next.size <= size; next = checkpoints.shift() as CheckpointRow | undefined) {
      yield formatLine({ type: 'checkpoint', note: next.note });
    }
  };
  yield* vouched(from);
  let size = from;
  for await (const { leaf, entry } of reader.entries(from, until)) {
    yield formatLine({ type: 'entry', leaf: toBase64(leaf), entry });
    size += 1;
    yield* vouched(size);
  }
  yield* vouched(until);
  yield formatLine({ type: 'end', size: until });
}
