// A command that replaces keys and does not come to its end: for a test that kills it.
import { alone } from './alone.ts';

const [dataDir = ''] = process.argv.slice(2);
await alone(dataDir, async () => {
  process.stdout.write('held\n');
  await new Promise((resolve) => setTimeout(resolve, 60_000));
});
