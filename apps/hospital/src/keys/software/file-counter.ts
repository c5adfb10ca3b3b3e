/**
 * A counter in a file. Whoever can put back the data folder puts it back as well: it tells of a store that was restored
 * alone, not of the whole folder. The TPM's own counter tells of both.
 */
import { HospitalError } from '../../errors.ts';
import { readText, writePrivately } from '../hospital-folder.ts';
import type { KeyCounter } from '../key-store.ts';

const fileName = 'counter';

export function fileCounter(dataDir: string): KeyCounter {
  const read = async () => {
    const text = readText(dataDir, fileName)?.trim() ?? '0';
    if (!/^\d{1,18}$/.test(text)) throw new HospitalError('keys-damaged', 'expected a number in the counter');
    return BigInt(text);
  };
  return {
    read,
    async advance() {
      const next = (await read()) + 1n;
      writePrivately(dataDir, fileName, `${next}\n`);
      return next;
    },
  };
}

export function memoryCounter(): KeyCounter {
  let count = 0n;
  return { read: async () => count, advance: async () => ++count };
}
