// Runs `vitalseal ca` alone, without the program around it, whose way of reporting it copies.
import { certifyingAuthorityCommand } from './command.ts';

try {
  await certifyingAuthorityCommand().parseAsync(process.argv.slice(2), { from: 'user' });
} catch (error) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'none';
  process.stderr.write(`${error instanceof Error ? error.message : 'failed'} (${code})\n`);
  process.exitCode = 2;
}
