// `vitalseal hospital …` as a process of its own, for tests that kill it.
import { hospitalCommand } from '../hospital-command.ts';

await hospitalCommand().parseAsync(process.argv.slice(2), { from: 'user' });
