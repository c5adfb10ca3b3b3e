// The authority's store as a folder: one file a fact, a folder a kind; of its index one empty file a name, a folder a heading. Several processes may use it at once.
import { watch as watchFolder } from 'node:fs';
import { chmod, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AuthorityStore,
  CertificateError,
  type IndexKind,
  indexKinds,
  type RecordKind,
  recordKinds,
} from '@vitalseal/certifying-authority';
import { CertifyingAuthorityAppError } from '../errors.ts';
import { createDurably, createFolder, createInnerFolder, enterDurably, folderMode, hasCode } from './durable-file.ts';

const suffix = '.json';
const draftsFolder = 'drafts';
const indexFolder = 'index';
const namePattern = /^[A-Za-z0-9-]{1,128}$/;
/** Where the kernel tells of no change (a network file system), the folder is looked at this often. */
const lookInterval = 2000;
const abandonedDraft = 3_600_000;

/**
 * @param options.create makes the folder if it is not there; otherwise it must hold an authority already
 * @throws CertifyingAuthorityAppError `data-exposed`, `data-unusable`; CertificateError `authority-missing`
 */
export async function openFileStore(folder: string, { create = false } = {}): Promise<AuthorityStore> {
  try {
    if (!create && !(await holdsAuthority(folder))) {
      throw new CertificateError(
        'authority-missing',
        'expected an authority in the data folder: make one with "vitalseal ca init"',
      );
    }
    await prepare(folder);
  } catch (cause) {
    if (cause instanceof CertifyingAuthorityAppError || cause instanceof CertificateError) throw cause;
    throw new CertifyingAuthorityAppError('data-unusable', 'expected the data folder to be one that can be written', {
      cause,
    });
  }
  return fileStore(folder);
}

async function holdsAuthority(folder: string): Promise<boolean> {
  const kind: RecordKind = 'authority';
  const files = await readdir(join(folder, kind)).catch(() => []);
  return files.length > 0;
}

async function prepare(folder: string): Promise<void> {
  await createFolder(folder);
  await expectClosed(folder);
  for (const kind of [...recordKinds, draftsFolder, indexFolder]) await createInnerFolder(join(folder, kind));
  for (const kind of indexKinds) await createInnerFolder(join(folder, indexFolder, kind));
  await removeAbandonedDrafts(join(folder, draftsFolder));
}

/** Private keys lie inside: nobody else may look. An empty folder is simply closed. */
async function expectClosed(folder: string): Promise<void> {
  const { mode } = await stat(folder);
  if ((mode & 0o077) === 0) return;
  if ((await readdir(folder)).length > 0) {
    throw new CertifyingAuthorityAppError(
      'data-exposed',
      'expected the data folder to be closed to others: use chmod 700',
    );
  }
  await chmod(folder, folderMode);
}

async function removeAbandonedDrafts(drafts: string): Promise<void> {
  for (const name of await readdir(drafts)) {
    const path = join(drafts, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > abandonedDraft) await rm(path, { force: true });
  }
}

function fileStore(folder: string): AuthorityStore {
  const path = (kind: RecordKind, name: string): string => {
    if (!namePattern.test(name))
      throw new CertifyingAuthorityAppError('data-unusable', 'expected the name of a record');
    return join(folder, kind, `${name}${suffix}`);
  };
  const place = (index: IndexKind, heading: string): string => {
    if (!namePattern.test(heading))
      throw new CertifyingAuthorityAppError('data-unusable', 'expected the heading of an index');
    return join(folder, indexFolder, index, heading);
  };
  return {
    async create(kind, name, text) {
      path(kind, name);
      return createDurably(join(folder, kind), `${name}${suffix}`, `${text}\n`, {
        scratch: join(folder, draftsFolder),
      });
    },
    async read(kind, name) {
      try {
        return await readFile(path(kind, name), 'utf8');
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return undefined;
        throw error;
      }
    },
    async names(kind) {
      const files = await readdir(join(folder, kind));
      return files.filter((file) => file.endsWith(suffix)).map((file) => file.slice(0, -suffix.length));
    },
    async enter(index, heading, name) {
      if (!namePattern.test(name))
        throw new CertifyingAuthorityAppError('data-unusable', 'expected the name of a record');
      await enterDurably(place(index, heading), name);
    },
    async entered(index, heading) {
      try {
        return await readdir(place(index, heading));
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return [];
        throw error;
      }
    },
    async headings(index) {
      return readdir(join(folder, indexFolder, index));
    },
    async remove(kind, name) {
      await rm(path(kind, name), { force: true });
    },
    watch: (onChange) => watchRevocations(join(folder, 'revocations'), onChange),
  };
}

function watchRevocations(folder: string, onChange: () => void): () => void {
  const watcher = watchFolder(folder, { persistent: false }, onChange);
  // The timer below does the work if the kernel's watch ends.
  watcher.on('error', () => watcher.close());
  let seen = 0;
  const look = async (): Promise<void> => {
    const modified = (await stat(folder).catch(() => undefined))?.mtimeMs ?? seen;
    if (modified !== seen) onChange();
    seen = modified;
  };
  const timer = setInterval(() => void look(), lookInterval);
  timer.unref();
  return () => {
    clearInterval(timer);
    watcher.close();
  };
}
