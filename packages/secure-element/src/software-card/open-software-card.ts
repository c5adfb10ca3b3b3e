// The card in a data folder, as the gateway in process and `vitalseal card` in a reader both open it: a SQLite store, the
// device key beside it, and HTTPS of its own over BIP.

import { join } from 'node:path';
import { pskAdministration } from '../administration/psk-administration.ts';
import { HospitalHttps } from '../https/index.ts';
import { localKeyFile } from '../storage/key-file.ts';
import { sqliteStorage } from '../storage/sqlite-storage.ts';
import { assembleCard } from './assemble-card.ts';
import type { CardOptions, SoftwareCard } from './card-parts.ts';
import { runCode } from './run-code.ts';

export interface SoftwareCardOptions extends CardOptions {
  /** Made if it is not there, for its owner alone. */
  readonly folder: string;
  /** Of 4,096 bytes: what its store may grow to. */
  readonly maxPages?: number;
  /** Of the program, as it is told to the hospital. */
  readonly release?: string;
}

/** @throws SecureElementError `storage-in-use` while another process has the card, or another `storage-` code */
export async function openSoftwareCard(options: SoftwareCardOptions): Promise<SoftwareCard> {
  const { folder, maxPages, release = '0.1.0', ...rest } = options;
  const deviceKey = localKeyFile(join(folder, 'device.key'));
  const storage = sqliteStorage({ path: join(folder, 'card.db'), ...(maxPages !== undefined && { maxPages }) });
  try {
    return await assembleCard({
      ...rest,
      // A folder is copied and put back as a browser's profile is.
      settings: { resumes: false, ...rest.settings },
      storage,
      deviceKey,
      release,
      turn: () => new Promise((resolve) => setImmediate(resolve)),
      carrier: (session) => (element, destination) =>
        new HospitalHttps({
          session,
          destination,
          security: async () => ({ kind: 'certificate', ...(await element.linkCredential()) }),
        }),
      connectAdministration: pskAdministration,
      runCode,
    });
  } catch (error) {
    await storage.close();
    throw error;
  }
}
