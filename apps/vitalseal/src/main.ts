// The command line: names the parts of the paper and hands over to the app of each.
import { fileURLToPath } from 'node:url';
import { CommanderError } from 'commander';
import { program } from './program.ts';

/** Exit codes: 0 done, 1 the work failed, 2 a mistake in a file or an option. */
export async function runVitalseal(args: readonly string[]): Promise<number> {
  outliveReaders();
  try {
    await (await program(args)).parseAsync(args, { from: 'user' });
    return process.exitCode === undefined ? 0 : Number(process.exitCode);
  } catch (error) {
    // Commander has already written its own line; help and version are no mistakes.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`vitalseal: ${oneLine(error)}\n`);
    return 2;
  }
}

/** Whoever reads along may leave, as `head` does: nothing that is being done ends by it. */
function outliveReaders(): void {
  for (const output of [process.stdout, process.stderr]) {
    output.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

function oneLine(error: unknown): string {
  if (!(error instanceof Error)) return 'failed for an unknown reason';
  const message = error.message.replaceAll(/\s+/g, ' ').trim();
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await runVitalseal(process.argv.slice(2));
}
