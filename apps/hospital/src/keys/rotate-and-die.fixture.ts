// A rotation in a process of its own that is killed at one of its writes: `<data folder> <key> <which rename> before|after`.
import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const [dataDir = '', key = '', which = '1', when = 'after'] = process.argv.slice(2);
const { rename } = promises;
const { renameSync } = fs;
let renames = 0;
const dieIf = (at: string) => {
  if (at === when && renames === Number(which)) process.kill(process.pid, 'SIGKILL');
};
/** Each file is written beside its place, and comes to it by this. */
fs.renameSync = (from, to) => {
  renames += 1;
  dieIf('before');
  renameSync(from, to);
  dieIf('after');
};
promises.rename = async (from, to) => {
  renames += 1;
  dieIf('before');
  await rename(from, to);
  dieIf('after');
};
syncBuiltinESMExports();

const { openRotation, rotations } = await import('./rotations.fixture.ts');
const { rotation, close } = await openRotation(dataDir);
await rotations[key]?.(rotation);
await close();
