// The openssl command: the second opinion on everything that leaves and enters in a standard form.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface OpensslAnswer {
  readonly status: number;
  readonly output: string;
}

export class OpensslFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<OpensslFolder> {
    return new OpensslFolder(await mkdtemp(join(tmpdir(), 'vitalseal-openssl-')));
  }

  async write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) await writeFile(join(this.path, name), content);
  }

  /** Runs in the folder; both outputs together. */
  async run(...args: readonly string[]): Promise<OpensslAnswer> {
    const { promise, resolve } = Promise.withResolvers<OpensslAnswer>();
    execFile('openssl', args, { cwd: this.path, timeout: 20_000 }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ status, output: stdout + stderr });
    });
    return promise;
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
