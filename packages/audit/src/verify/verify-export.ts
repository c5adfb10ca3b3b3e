/**
 * Proves, from an export alone, that nothing of the log was altered, removed, inserted or reordered, or names the first entry
 * that was. What proves it is the key's signature under the checkpoints; all else in the file only helps to find the place.
 */
import { fromBase64, toBase64 } from '../base64.ts';
import { type Checkpoint, claimedCheckpoint, openCheckpoint } from '../checkpoint/checkpoint.ts';
import { type NoteKey, noteKey, parseNoteKey } from '../checkpoint/note-key.ts';
import type { AuditEntry } from '../entry/entry.ts';
import { decodeEntry, entryBytes } from '../entry/entry-codec.ts';
import { AuditError } from '../errors.ts';
import { type ExportHead, type ExportLine, headLines, parseHead, parseLine } from '../export/export-format.ts';
import { CompactRange } from '../merkle/compact-range.ts';
import { leafHash } from '../merkle/hashes.ts';
import { CandidateLeaves } from './candidate-leaves.ts';
import { type Finding, finding, placeOf } from './finding.ts';
import { outOfOrder } from './out-of-order.ts';

export interface VerifyOptions {
  /** Who signs the log, known by another way. Without any, the key that the export names is taken at its word. */
  readonly keys?: readonly NoteKey[];
  /** Checkpoints that were kept elsewhere: the log must still be what they say. */
  readonly kept?: readonly string[];
  /** Entries after the last checkpoint are no finding. */
  readonly acceptUnsigned?: boolean;
}

export interface Verdict {
  readonly origin: string;
  /** Of the last checkpoint that held. */
  readonly keyId: string;
  readonly from: number;
  /** Up to where the export goes, and up to where a checkpoint vouches for it. */
  readonly size: number;
  readonly provenSize: number;
  readonly checkpoints: number;
  /** The last checkpoint that held, to be kept. */
  readonly lastCheckpoint: string | undefined;
  /** The first damage; undefined when there is none. */
  readonly finding: Finding | undefined;
}

const mostNumbersAhead = 5_000_000;

/** @throws AuditError `audit-malformed` for a file that is no export at all */
export async function verifyExport(
  lines: AsyncIterable<string> | Iterable<string>,
  options: VerifyOptions = {},
): Promise<Verdict> {
  const source = lines[Symbol.asyncIterator as never] as (() => AsyncIterator<string>) | undefined;
  const iterator: AsyncIterator<string> | Iterator<string> =
    source === undefined ? (lines as Iterable<string>)[Symbol.iterator]() : source.call(lines);
  const nextLine = async () => {
    const { done, value } = await iterator.next();
    return done === true ? undefined : value;
  };
  const head: string[] = [];
  while (head.length < headLines) {
    const line = await nextLine();
    if (line === undefined) break;
    head.push(line);
  }
  const verification = await Verification.begin(parseHead(head), options);
  return verification.run(nextLine);
}

interface Kept {
  readonly note: string;
  readonly size: number;
}

class Verification {
  readonly #head: ExportHead;
  readonly #options: VerifyOptions;
  readonly #leaves: CandidateLeaves;
  #kept: readonly Kept[];
  /** Newest first. One that was replaced may sign until the next one has. */
  #trusted: readonly NoteKey[];
  /** Keys that the log itself named. */
  readonly #followed = new Set<NoteKey>();
  #keyId: string;
  /** Keys that entries named which no checkpoint vouches for yet. */
  #announced: NoteKey[] = [];
  #checkpoints = 0;
  #lastCheckpoint: string | undefined;

  private constructor(head: ExportHead, options: VerifyOptions, keys: readonly NoteKey[], kept: readonly Kept[]) {
    this.#head = head;
    this.#options = options;
    this.#trusted = keys;
    this.#keyId = keys[0]?.id ?? '';
    this.#kept = kept;
    this.#leaves = new CandidateLeaves(CompactRange.decode(head.from, head.range));
  }

  static async begin(head: ExportHead, options: VerifyOptions): Promise<Verification> {
    const keys = options.keys ?? [await parseNoteKey(head.key)];
    const kept = (options.kept ?? []).map((note) => ({ note, size: claimedCheckpoint(note).size }));
    kept.sort((one, other) => one.size - other.size);
    return new Verification(head, options, keys, kept);
  }

  async run(nextLine: () => Promise<string | undefined>): Promise<Verdict> {
    const found = (await this.#keptAt(this.#size)) ?? (await this.#read(nextLine)) ?? this.#atTheEnd();
    return {
      origin: this.#head.origin,
      keyId: this.#keyId,
      from: this.#head.from,
      size: this.#size,
      provenSize: this.#leaves.provenSize,
      checkpoints: this.#checkpoints,
      lastCheckpoint: this.#lastCheckpoint,
      finding: found,
    };
  }

  get #size(): number {
    return this.#leaves.size;
  }

  async #read(nextLine: () => Promise<string | undefined>): Promise<Finding | undefined> {
    for (let text = await nextLine(); text !== undefined; text = await nextLine()) {
      const line = lineOf(text);
      if (line === undefined) {
        return finding('altered', this.#size, `what stands in the place of entry ${this.#size} is no entry of a log`);
      }
      if (line.type === 'end') return this.#end(line.size, await nextLine());
      const found = line.type === 'entry' ? await this.#entry(line, nextLine) : await this.#checkpoint(line.note);
      if (found !== undefined) return found;
    }
    return finding('truncated', this.#size, `the export is cut off before entry ${this.#size}`);
  }

  async #entry(
    line: Extract<ExportLine, { type: 'entry' }>,
    nextLine: () => Promise<string | undefined>,
  ): Promise<Finding | undefined> {
    const place = this.#size;
    const entry = entryOf(line.entry);
    if (entry === undefined) {
      return finding('altered', place, `entry ${place} was altered: it is not in the form that the log gives it`);
    }
    if (entry.index !== place) return outOfOrder(place, [entry.index, ...(await numbersAhead(nextLine))]);
    const computed = toBase64(await leafHash(entryBytes(line.entry)));
    this.#leaves.add({ index: place, computed, beside: line.leaf, previous: entry.previous });
    if (place === 0 && entry.previous !== '') {
      return finding('altered', 0, 'entry 0 was altered: it names one before it');
    }
    const announced = await announcedKey(this.#head.origin, entry);
    if (announced !== undefined) this.#announced.push(announced);
    return this.#keptAt(this.#size);
  }

  /** A checkpoint that was kept elsewhere counts as one that stands here. */
  async #keptAt(size: number): Promise<Finding | undefined> {
    for (const { note } of this.#kept.filter((kept) => kept.size === size)) {
      const found = await this.#vouch(note, 'the checkpoint that was kept');
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async #checkpoint(note: string): Promise<Finding | undefined> {
    const found = await this.#vouch(note, 'the checkpoint');
    if (found === undefined) {
      this.#checkpoints += 1;
      this.#lastCheckpoint = note;
    }
    return found;
  }

  async #vouch(note: string, what: string): Promise<Finding | undefined> {
    const size = this.#size;
    const lastEntry = Math.max(size - 1, 0);
    const opened = await this.#open(note);
    if (opened === 'malformed') return finding('malformed', lastEntry, `${what} after entry ${lastEntry} is none`);
    if (opened === 'foreign') {
      return finding('foreign-key', lastEntry, `${what} over ${size} entries is signed by a key that is not the log's`);
    }
    if (opened === 'forged') {
      return finding('forged', lastEntry, `${what} over ${size} entries does not bear the signature of the log's key`);
    }
    if (opened.origin !== this.#head.origin) {
      return finding('foreign-key', lastEntry, `${what} over ${opened.size} entries is of another log`);
    }
    if (opened.size > size) {
      return finding('removed', size, `${what} is over ${opened.size} entries, and only ${size} stand before it`);
    }
    if (opened.size < size) {
      return finding('inserted', opened.size, `${what} is over ${opened.size} entries, and ${size} stand before it`);
    }
    return this.#compare(opened, what);
  }

  async #compare({ root, size }: Checkpoint, which: string): Promise<Finding | undefined> {
    const first = this.#leaves.provenSize;
    const inconsistent = this.#leaves.firstInconsistent;
    const difference = await this.#leaves.differenceFrom(root);
    if (difference === 'none') {
      const [newest] = this.#announced.slice(-1);
      if (newest !== undefined) {
        this.#trusted = [newest, ...this.#trusted];
        this.#followed.add(newest);
      }
      this.#announced = [];
      return undefined;
    }
    if (difference !== 'everywhere') {
      const { index, of } = difference;
      const what = of === 'entry' ? 'it is not what was signed' : 'the hash beside it is not its own';
      return finding('altered', index, `entry ${index} was altered: ${what}`);
    }
    if (size === first) return finding('forged', first, `the entries before entry ${first} are not those of ${which}`);
    const place = placeOf(first, size - 1);
    const hint = inconsistent === undefined ? '' : `; its hashes break at entry ${inconsistent}`;
    return finding('forged', first, `${place} is not what was signed${hint}`, size - 1);
  }

  async #open(note: string): Promise<Checkpoint | 'malformed' | 'foreign' | 'forged'> {
    try {
      const { keyIds } = claimedCheckpoint(note);
      const key = this.#trusted.find(({ id }) => keyIds.includes(id));
      if (key === undefined) return 'foreign';
      const opened = await openCheckpoint(note, key);
      this.#keyId = key.id;
      if (this.#followed.has(key)) this.#trusted = this.#trusted.slice(0, this.#trusted.indexOf(key) + 1);
      return opened;
    } catch (error) {
      if (!(error instanceof AuditError)) throw error;
      if (error.code === 'audit-key-foreign') return 'foreign';
      return error.code === 'audit-signature-invalid' ? 'forged' : 'malformed';
    }
  }

  #end(size: number, further: string | undefined): Finding | undefined {
    if (size > this.#size) {
      return finding(
        'removed',
        this.#size,
        `the export says that it has ${size} entries, and ends after ${this.#size}`,
      );
    }
    if (size < this.#size)
      return finding('inserted', size, `the export says that it has ${size} entries, and has more`);
    if (further !== undefined) return finding('inserted', size, 'something stands after the end of the export');
    return undefined;
  }

  #atTheEnd(): Finding | undefined {
    const size = this.#size;
    const later = this.#kept.find((kept) => kept.size > size);
    if (later !== undefined) {
      const line = `the log had ${later.size} entries at the checkpoint that was kept, and ends before entry ${size}`;
      return finding('truncated', size, line);
    }
    const { provenSize, firstInconsistent } = this.#leaves;
    if (firstInconsistent !== undefined) {
      return finding('altered', firstInconsistent, `entry ${firstInconsistent} was altered: its hashes do not agree`);
    }
    if (provenSize === size || this.#options.acceptUnsigned === true) return undefined;
    const place = provenSize === size - 1 ? `entry ${provenSize} is` : `the entries ${provenSize} to ${size - 1} are`;
    return finding('unsigned', provenSize, `${place} not under a checkpoint yet: nobody vouches for it`, size - 1);
  }
}

function lineOf(text: string): ExportLine | undefined {
  try {
    return parseLine(text);
  } catch (error) {
    if (error instanceof AuditError) return undefined;
    throw error;
  }
}

function entryOf(line: string): AuditEntry | undefined {
  try {
    return decodeEntry(line);
  } catch (error) {
    if (error instanceof AuditError) return undefined;
    throw error;
  }
}

async function numbersAhead(nextLine: () => Promise<string | undefined>): Promise<number[]> {
  const numbers: number[] = [];
  for (let text = await nextLine(); text !== undefined; text = await nextLine()) {
    const [, number] = /^entry \S+ \{"n":(\d{1,15}),/.exec(text) ?? [];
    if (number !== undefined && numbers.length < mostNumbersAhead) numbers.push(Number(number));
  }
  return numbers;
}

/** The log's key was replaced: the entry that says so names the next one, and the old key's checkpoint vouches for it. */
async function announcedKey(origin: string, { kind, what }: AuditEntry): Promise<NoteKey | undefined> {
  if (kind !== 'log-key-changed' || typeof what?.key !== 'string') return undefined;
  const spki = fromBase64(what.key);
  try {
    return spki === undefined ? undefined : await noteKey(origin, spki);
  } catch {
    return undefined;
  }
}
