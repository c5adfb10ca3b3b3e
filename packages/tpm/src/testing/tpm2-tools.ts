// tpm2-tools (Debian), which share no line with this client: they say independently what a key is, and whether a quote holds.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** @param name of the tool without its prefix: `readpublic` @param port of a TPM on TCP @returns what it wrote */
export async function tpm2(port: number, folder: string, name: string, ...options: readonly string[]): Promise<string> {
  const { stdout } = await run(`tpm2_${name}`, options, {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '/usr/bin', TPM2TOOLS_TCTI: `swtpm:host=127.0.0.1,port=${port}` },
  });
  return stdout;
}
