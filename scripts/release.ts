// `npm run release -- --out <folder>`: what goes out with a release, beside the sources themselves. The pages are built; what
// it is made of is listed (CycloneDX, by npm from the lockfile); it is measured as the phone's program, the hospital's TPM
// and the authority measure it; and everything is named by its SHA-256. The authority attests the measure afterwards.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measurePage, measureRelease } from '@vitalseal/certifying-authority/node';
import { bytesToHex } from '@vitalseal/protocol';
import { say } from './say.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'release' },
    /** For a try: files that are not committed are part of what is measured. */
    'any-tree': { type: 'boolean', default: false },
  },
});
const { out } = values;

if (!values['any-tree'] && run('git', ['status', '--porcelain', '--untracked-files=all']) !== '') {
  fail('a release is made of what is committed: commit, or try it with --any-tree');
}
mkdirSync(out, { recursive: true });

say('the pages');
const { status } = spawnSync(process.execPath, ['scripts/build-pages.ts', '--if-stale'], { stdio: ['ignore', 2, 2] });
if (status !== 0) fail('the pages were not built');

say('what it is made of');
write('sbom.cdx.json', billOfMaterials());

say('its measure');
const { name, version, digest } = await measureRelease('.');
write('release.json', `${JSON.stringify({ name, version, digest: bytesToHex(digest) }, null, 2)}\n`);

say("the measure of the patients' app");
const app = await measurePage('apps/patient/web/dist');
write('patient-app.json', `${JSON.stringify({ ...app.release, digest: bytesToHex(app.release.digest) }, null, 2)}\n`);

const files = [
  ...globSync('apps/{doctor,ambulance,office,patient/web}/dist/**/*').filter((path) => statSync(path).isFile()),
  ...['sbom.cdx.json', 'release.json', 'patient-app.json'].map((file) => join(out, file)),
];
const sums = files
  .toSorted()
  .map((path) => `${createHash('sha256').update(readFileSync(path)).digest('hex')}  ${path}`);
write('SHA256SUMS', `${sums.join('\n')}\n`);
process.stdout.write(`${name} ${version} ${bytesToHex(digest)}\n`);
say(
  `in ${out}; next: vitalseal ca attest --release . --out ${join(out, 'release.attestation')}, and vitalseal ca attest --page apps/patient/web/dist --out ${join(out, 'patient-app.attestation')}`,
);

/** npm names the whole after the folder that it lies in: a release has a name of its own. */
function billOfMaterials(): string {
  const bill: unknown = JSON.parse(run('npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev']));
  const { name: own } = JSON.parse(readFileSync('package.json', 'utf8')) as { name: string };
  const { metadata } = bill as { metadata: { component: { name: string } } };
  metadata.component.name = own;
  return `${JSON.stringify(bill, null, 2)}\n`;
}

function write(file: string, text: string): void {
  writeFileSync(join(out, file), text);
}

function run(command: string, args: readonly string[]): string {
  const ran = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 });
  if (ran.status !== 0) fail(`${command} failed`);
  return ran.stdout.trim();
}

function fail(why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(1);
}
