// What goes out with a release (scripts/release.ts): the bill of materials has what the lockfile has, the measure is the one that
// the authority attests, and every file is named by its hash.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const cwd = fileURLToPath(new URL('../..', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'vitalseal-release-'));
let said: string;
beforeAll(() => {
  said = execFileSync(process.execPath, ['scripts/release.ts', '--any-tree', '--out', out], { cwd, encoding: 'utf8' });
}, 180_000);
afterAll(() => rmSync(out, { recursive: true }));

const json = (file: string): unknown => JSON.parse(readFileSync(join(out, file), 'utf8'));

interface Bill {
  readonly bomFormat: string;
  readonly metadata: { readonly component: { readonly name: string } };
  readonly components: readonly { readonly name: string; readonly version: string; readonly hashes?: object[] }[];
}

interface Lockfile {
  readonly packages: Record<
    string,
    { version?: string; dev?: boolean; link?: boolean; optional?: boolean; peer?: boolean }
  >;
}

test('the bill of materials is CycloneDX, and has what runs, at the versions of the lockfile, and no tool of the tests', () => {
  const { bomFormat, metadata, components } = json('sbom.cdx.json') as Bill;
  expect(bomFormat).toBe('CycloneDX');
  expect(metadata.component.name).toBe('vitalseal-workspace');
  const { packages } = JSON.parse(readFileSync(join(cwd, 'package-lock.json'), 'utf8')) as Lockfile;
  const listed = new Map(components.map(({ name, version, hashes }) => [`${name}@${version}`, hashes ?? []]));
  for (const name of ['fastify', 'kysely', 'pg', '@simplewebauthn/server', 'react']) {
    const version = packages[`node_modules/${name}`]?.version;
    expect.soft(listed.get(`${name}@${version}`), name).toHaveLength(1);
  }
  expect([...listed.keys()].filter((name) => /^(vitest|fast-check|typescript|@biomejs\/biome)@/.test(name))).toEqual(
    [],
  );
});

test('the measure is told in the words of the authority, and every file by its hash', () => {
  const { name, version, digest } = json('release.json') as Record<string, string>;
  expect(said).toContain(`${name} ${version} ${digest}`);
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  const app = json('patient-app.json') as Record<string, string>;
  expect(app.digest).toMatch(/^[0-9a-f]{64}$/);
  expect(app.name).toBe('vitalseal-patient-app');
  const sums = readFileSync(join(out, 'SHA256SUMS'), 'utf8').trim().split('\n');
  for (const page of ['doctor/dist/index.html', 'patient/web/dist/service-worker.js']) {
    expect(sums.some((line) => line.endsWith(`apps/${page}`))).toBe(true);
  }
  for (const line of sums) {
    const [sum, path = ''] = line.split('  ');
    const bytes = readFileSync(path.startsWith('/') ? path : join(cwd, path));
    expect.soft(createHash('sha256').update(bytes).digest('hex'), path).toBe(sum);
  }
});
