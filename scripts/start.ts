// `npm start`: the demo with its pages, built first where that is needed.
import { spawnSync } from 'node:child_process';

const built = spawnSync('node', ['scripts/build-pages.ts', '--if-stale'], { stdio: 'inherit' });
if (built.status !== 0) process.exit(1);
const { status } = spawnSync('vitalseal', ['demo', ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = status ?? 1;
