// `vitalseal hospital …` whose every step to disk or database is counted, and that is killed before one of them, or whose
// files are copied before each: `<root> copy <folder for the copies> …` or `<root> kill <step> …`. What a process that is killed
// leaves is what its files hold at that moment, so a copy is what one would find that was killed there.
import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import sqlite from 'node:sqlite';
import pg from 'pg';

const [root = '', how = '', where = '', ...args] = process.argv.slice(2);
const { cpSync, writeFileSync } = fs;
const steps: string[] = [];
const atStep = (what: string) => {
  steps.push(`${steps.length + 1} ${what}`);
  if (how === 'copy') cpSync(root, join(where, String(steps.length).padStart(4, '0')), { recursive: true });
  else if (steps.length === Number(where)) process.kill(process.pid, 'SIGKILL');
};
const changes = /^\s*(?:insert|update|delete|begin|commit|create|alter|drop|vacuum|pragma wal)/i;

const handle = await promises.open('/dev/null');
const files = Object.getPrototypeOf(handle) as Record<'write' | 'sync', (...given: unknown[]) => unknown>;
await handle.close();
for (const name of ['write', 'sync'] as const) {
  const real = files[name];
  files[name] = function (this: unknown, ...given) {
    atStep(name);
    return real.apply(this, given);
  };
}
for (const name of ['mkdtempSync', 'renameSync', 'rmSync', 'writeFileSync'] as const) {
  const real = fs[name] as (...given: unknown[]) => unknown;
  (fs as unknown as Record<string, unknown>)[name] = (...given: unknown[]) => {
    atStep(name);
    return real(...given);
  };
}
const { rename } = promises;
promises.rename = (from, to) => {
  atStep('rename');
  return rename(from, to);
};
const statement = sqlite.StatementSync.prototype as unknown as Record<string, (...given: unknown[]) => unknown>;
for (const name of ['run', 'all', 'get', 'iterate']) {
  const real = statement[name];
  if (real === undefined) continue;
  statement[name] = function (this: { sourceSQL: string }, ...given) {
    if (changes.test(this.sourceSQL)) atStep(this.sourceSQL.slice(0, 60));
    return real.apply(this, given);
  };
}
const { exec } = sqlite.DatabaseSync.prototype;
sqlite.DatabaseSync.prototype.exec = function (text) {
  if (changes.test(text)) atStep(text.slice(0, 60));
  exec.call(this, text);
};
const client = pg.Client.prototype as unknown as { query: (...given: unknown[]) => unknown };
const { query } = client;
client.query = function (...given) {
  const [asked] = given;
  const text = typeof asked === 'string' ? asked : String((asked as { text?: unknown } | undefined)?.text);
  if (changes.test(text)) atStep(text.slice(0, 60));
  return query.apply(this, given);
};
syncBuiltinESMExports();

const { hospitalCommand } = await import('../../hospital-command.ts');
await hospitalCommand().parseAsync(args, { from: 'user' });
if (how === 'copy') writeFileSync(join(where, 'steps.txt'), steps.join('\n'));
