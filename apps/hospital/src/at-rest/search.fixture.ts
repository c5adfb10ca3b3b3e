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

/** How many bytes of a form are looked up before the rest of it is compared. */
const startLength = 4;

/** Which of the needles are in any of the files. All at once: a thousand forms, each sought alone, take minutes. */
export function found(needles: readonly Needle[], files: readonly string[]): string[] {
  const hits = new Set<string>();
  const byStart = new Map<number, { what: string; form: Buffer }[]>();
  /** By their first two bytes: most places in a file are none of these. */
  const begun = new Uint8Array(1 << 16);
  for (const { what, forms } of needles) {
    for (const form of forms) {
      if (form.length < startLength) throw new Error(`expected a longer needle: ${what}`);
      const start = form.readUInt32LE(0);
      byStart.set(start, [...(byStart.get(start) ?? []), { what, form }]);
      begun[start & 0xffff] = 1;
    }
  }
  for (const file of files) {
    const content = contentOf(file);
    let ahead = (content[0] ?? 0) << 8;
    for (let at = 0; at + startLength <= content.length; at++) {
      ahead = (ahead >> 8) | ((content[at + 1] ?? 0) << 8);
      if (begun[ahead] === 0) continue;
      for (const { what, form } of byStart.get(content.readUInt32LE(at)) ?? []) {
        if (form.compare(content, at, Math.min(at + form.length, content.length)) === 0) hits.add(what);
      }
    }
  }
  return [...hits].sort();
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
