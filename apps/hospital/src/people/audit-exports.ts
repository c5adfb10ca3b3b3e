/**
 * The whole audit log for an auditor's page, which verifies it there and saves it as a file. A channel has one export at a
 * time, read in parts in order: a log of years is no one message, and what was begun stays the log of that moment.
 */
import { exportLog } from '../audit/export-log.ts';
import type { LogKeeper } from '../audit/log-keeper.ts';
import type { OpenChannel } from '../channels/open-channel.ts';
import { HospitalError } from '../errors.ts';
import type { Store } from '../store/open-store.ts';

export interface ExportPart {
  readonly lines: readonly string[];
  readonly more: boolean;
}

interface Exporting {
  readonly lines: AsyncGenerator<string>;
  /** Read already, and too long for the part before. */
  held: string | undefined;
  next: number;
}

/** In characters, so that a part of several bytes a character still fits a message. */
const largestPart = 256 * 1024;
const mostLines = 4096;

export class AuditExports {
  readonly #store: Store;
  readonly #keeper: LogKeeper;
  readonly #begun = new WeakMap<OpenChannel, Exporting>();

  constructor(store: Store, keeper: LogKeeper) {
    this.#store = store;
    this.#keeper = keeper;
  }

  /** Not within a transaction: part 0 signs a checkpoint first. @throws HospitalError `malformed-request`: not in order */
  async part(channel: OpenChannel, part: number): Promise<ExportPart> {
    if (part === 0) this.#begun.set(channel, await this.#begin());
    const exporting = this.#begun.get(channel);
    if (exporting === undefined || exporting.next !== part) {
      throw new HospitalError('malformed-request', 'expected the parts of an export in their order');
    }
    exporting.next += 1;
    const read = await linesOf(exporting);
    if (!read.more) this.#begun.delete(channel);
    return read;
  }

  async #begin(): Promise<Exporting> {
    const { size } = await this.#keeper.sign();
    const lines = exportLog(this.#store, { until: size, key: await this.#keeper.noteKey() });
    return { lines, held: undefined, next: 0 };
  }
}

async function linesOf(exporting: Exporting): Promise<ExportPart> {
  const lines: string[] = [];
  let length = 0;
  for (;;) {
    const line = exporting.held ?? (await nextOf(exporting.lines));
    exporting.held = undefined;
    if (line === undefined) return { lines, more: false };
    if (lines.length > 0 && (length + line.length > largestPart || lines.length === mostLines)) {
      exporting.held = line;
      return { lines, more: true };
    }
    lines.push(line);
    length += line.length;
  }
}

async function nextOf(lines: AsyncGenerator<string>): Promise<string | undefined> {
  const { done, value } = await lines.next();
  return done === true ? undefined : value;
}
