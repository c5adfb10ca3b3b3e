// Five programs, because the sides differ in what they may see: Node, the isomorphic packages with no ambient types, the pages with the DOM, the service worker without.
import { spawnSync } from 'node:child_process';

const projects = [
  'tsconfig.json',
  'packages/protocol',
  'packages/clinical',
  'tsconfig.pages.json',
  'tsconfig.service-worker.json',
];
let failed = false;
for (const project of projects) {
  const { status } = spawnSync('tsc', ['--project', project], { stdio: 'inherit' });
  if (status !== 0) failed = true;
}
process.exitCode = failed ? 1 : 0;
