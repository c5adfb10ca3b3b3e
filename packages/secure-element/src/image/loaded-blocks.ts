// Blocks of a load file, kept until the last has come: a script may be cut by a loss of power between any two of them.

import { type Bytes, concatBytes, encodeCbor } from '@vitalseal/protocol';
import { statusWords } from '@vitalseal/uicc';
import type { InstallForLoad } from '@vitalseal/uicc/global-platform';
import { RefusedCommand } from '../card/index.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import { storedBytes, storedFields, storedInteger } from '../storage/stored.ts';
import { Transaction } from '../storage/transaction.ts';

const installName = 'image/install';
const blockPrefix = 'image/block/';
const mostBlockOctets = 4096;

export class LoadedBlocks {
  readonly #storage: ElementStorage;

  constructor(storage: ElementStorage) {
    this.#storage = storage;
  }

  /** Whatever had been begun before is forgotten. */
  async begin({ hash, at }: InstallForLoad): Promise<void> {
    const transaction = new Transaction();
    await this.forget(transaction);
    transaction.put(installName, encodeCbor([hash, at]));
    await transaction.commit(this.#storage);
  }

  async forget(transaction: Transaction): Promise<void> {
    for (const name of await this.#storage.list(blockPrefix)) transaction.remove(name);
    transaction.remove(installName);
  }

  /** The same block again is the same. @throws RefusedCommand 6985 for one that does not follow */
  async add(block: number, data: Bytes): Promise<void> {
    if (data.length === 0 || data.length > mostBlockOctets) throw new RefusedCommand(statusWords.wrongLength);
    const begun = (await this.#storage.read(installName)) !== undefined;
    const before = block === 0 || (await this.#storage.read(blockName(block - 1))) !== undefined;
    if (!begun || !before) throw new RefusedCommand(statusWords.conditionsNotSatisfied);
    const transaction = new Transaction();
    transaction.put(blockName(block), data);
    await transaction.commit(this.#storage);
  }

  async whole(lastBlock: number): Promise<{ readonly file: Bytes; readonly install: InstallForLoad }> {
    const stored = await this.#storage.read(installName);
    if (stored === undefined) throw new RefusedCommand(statusWords.conditionsNotSatisfied);
    const [hash, at] = storedFields(stored, 2);
    const blocks: Bytes[] = [];
    for (let block = 0; block <= lastBlock; block++) {
      blocks.push((await this.#storage.read(blockName(block))) ?? new Uint8Array(0));
    }
    return { file: concatBytes(...blocks), install: { hash: storedBytes(hash), at: storedInteger(at) } };
  }
}

function blockName(block: number): string {
  return `${blockPrefix}${String(block).padStart(3, '0')}`;
}
