// Builds the pages of the patient, the doctor, the ambulance and the office; with --if-stale only when a source is newer than the last build.
import { spawnSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { say } from './say.ts';

const pages = ['apps/patient/web', 'apps/doctor', 'apps/ambulance', 'apps/office'];
const sharedSources = ['packages/*/src/**/*', 'scripts/pages/*', 'package.json', 'package-lock.json'];

const ifStale = process.argv.includes('--if-stale');
for (const page of pages) {
  if (ifStale && isFresh(page)) continue;
  say(`building ${page}`);
  // Whatever the shell says: a development build carries paths of this machine, and is three times the size.
  const env = { ...process.env, NODE_ENV: 'production' };
  const { status } = spawnSync('vite', ['build', '--logLevel', 'warn'], { cwd: page, stdio: 'inherit', env });
  if (status !== 0) {
    process.exitCode = 1;
    break;
  }
}

function isFresh(page: string): boolean {
  const built = modified(`${page}/dist/index.html`);
  const sources = globSync([
    `${page}/{src,public}/**/*`,
    `${page}/index.html`,
    `${page}/vite.config.ts`,
    ...sharedSources,
  ]);
  return built > 0 && sources.every((source) => modified(source) <= built);
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
