/** Looks for what went in, in whatever form it could lie in a file: as it is, in hexadecimal, in base64 at any offset. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Needle {
  readonly what: string;
  readonly forms: readonly Buffer[];
}

export function needle(what: string, value: string | Uint8Array): Needle {
  const raw = Buffer.from(typeof value === 'string' ? Buffer.from(value) : value);
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), raw]).toString('base64');
    // The characters that depend on neighbours alone.
    return Buffer.from(text.slice(offset === 0 ? 0 : offset + 1, Math.floor(((raw.length + offset) * 8) / 6)));
  });
  return {
    what,
    forms: [raw, Buffer.from(raw.toString('hex')), Buffer.from(raw.toString('hex').toUpperCase()), ...base64],
  };
}

/** Which of the needles are in which files. */
export function found(needles: readonly Needle[], files: readonly string[]): string[] {
  const hits: string[] = [];
  for (const file of files) {
    const content = contentOf(file);
    for (const { what, forms } of needles) {
      if (forms.some((form) => content.includes(form))) hits.push(what);
    }
  }
  return [...new Set(hits)].sort();
}

/** A database that runs makes files and removes them, between the listing and here as well. */
function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if (!existsSync(file)) return Buffer.alloc(0);
    throw error;
  }
}

export function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The folder of a private cluster, by the URL of one of its databases. */
export function clusterFolder(databaseUrl: string): string {
  const host = new URLSearchParams(databaseUrl.slice(databaseUrl.indexOf('?'))).get('host');
  if (host === null) throw new Error('expected the URL of a private cluster');
  return join(host, 'data');
}

/** @param form as text, or as `pg_dump` packs it */
export function dump(databaseUrl: string, file: string, form: 'plain' | 'custom'): void {
  const root = '/usr/lib/postgresql';
  const bin = readdirSync(root)
    .map((version) => join(root, version, 'bin', 'pg_dump'))
    .filter(existsSync)
    .at(-1);
  if (bin === undefined) throw new Error('expected pg_dump (Debian: apt-get install postgresql)');
  execFileSync(bin, ['--format', form, '--compress', '0', '--file', file, databaseUrl]);
}
