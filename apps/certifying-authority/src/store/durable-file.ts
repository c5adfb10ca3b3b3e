// Writing a file so that it is there whole or not at all, whatever ends the process or the machine.
import { randomUUID } from 'node:crypto';
import { chown, link, mkdir, open, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Readable by the owner alone. */
const fileMode = 0o600;
export const folderMode = 0o700;

/**
 * Text, then fsync, then a link under its name, then fsync of the folder. A link, unlike a rename, never replaces: of
 * two writers one gets the name.
 * @param options.scratch a folder on the same file system; a crash leaves at most a nameless file there
 * @returns false if the name was taken; what has it is durable then
 */
export async function createDurably(
  folder: string,
  name: string,
  text: string,
  { scratch }: { scratch: string },
): Promise<boolean> {
  const draft = join(scratch, randomUUID());
  const file = await open(draft, 'wx', fileMode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await giveToOwnerOf(folder, draft);
  let created = true;
  try {
    await link(draft, join(folder, name));
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    created = false;
  } finally {
    await unlink(draft);
  }
  await syncFolder(folder);
  return created;
}

export async function createFolder(folder: string): Promise<void> {
  if (await makeFolder(folder)) await syncFolder(join(folder, '..'));
}

/** One at a time: Node's `recursive` tries for ever where nothing can be made in a folder that is there, as in /proc. */
async function makeFolder(folder: string): Promise<boolean> {
  const parent = dirname(folder);
  if (parent !== folder && (await stat(parent).catch(() => undefined)) === undefined) await makeFolder(parent);
  try {
    await mkdir(folder, { mode: folderMode });
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    return false;
  }
}

/** In a folder that may belong to a server which is not root. */
export async function createInnerFolder(folder: string): Promise<void> {
  await createFolder(folder);
  await giveToOwnerOf(join(folder, '..'), folder);
}

/** An empty file, which is there or not, in a folder that may be new. */
export async function enterDurably(folder: string, name: string): Promise<void> {
  const parent = join(folder, '..');
  if ((await mkdir(folder, { recursive: true, mode: folderMode })) !== undefined) await giveToOwnerOf(parent, folder);
  const path = join(folder, name);
  try {
    await (await open(path, 'wx', fileMode)).close();
    await giveToOwnerOf(folder, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  await syncFolder(folder);
  // Also when another has just made the folder: it may not have come this far.
  await syncFolder(parent);
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** A command run by root must leave records that the server, which is not root, can read. */
async function giveToOwnerOf(folder: string, file: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(folder);
  if (uid !== 0) await chown(file, uid, gid);
}
