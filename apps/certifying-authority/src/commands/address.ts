// Where the authority is reached by devices: said once when it is made, so that serving and every link agree on it.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../store/durable-file.ts';

export const usualAddress = 'https://127.0.0.1:8441/';

const file = 'address';

export async function keepAddress(dataDir: string, url: string): Promise<void> {
  await writeFile(join(dataDir, file), `${new URL(url).href}\n`, { mode: 0o600 });
}

/** The usual one where none was kept: an authority may be older than this file. */
export async function addressOf(dataDir: string): Promise<URL> {
  try {
    const text = (await readFile(join(dataDir, file), 'utf8')).trim();
    return new URL(URL.canParse(text) ? text : usualAddress);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return new URL(usualAddress);
    throw error;
  }
}
