/** `vitalseal hospital serve` as a child process over a folder of its own: what can be killed, starved and started again. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { formatIdentity } from '@vitalseal/protocol';
import {
  certificatesPem,
  hospitalFiles,
  makeFolder,
  writeParticulars,
  writePrivately,
} from '../keys/hospital-folder.ts';
import { writeListenerIdentity } from '../keys/listener-key.ts';
import { softwareKeysFile } from '../keys/software/software-key-store.ts';
import { writeSecrets } from '../keys/software/software-secrets.ts';
import type { TestHospitalKeys } from './test-authority.ts';

/** A folder as `vitalseal hospital init` leaves it. */
export async function writeHospitalFolder(
  dataDir: string,
  keys: TestHospitalKeys,
  authorityUrl: string,
): Promise<void> {
  makeFolder(dataDir);
  writePrivately(dataDir, softwareKeysFile, writeSecrets(keys.secrets));
  writePrivately(dataDir, hospitalFiles.chain, certificatesPem(keys.chain));
  const [wrappingKey] = await keys.keyStore.wrappingKeys();
  if (wrappingKey !== undefined) writeListenerIdentity(dataDir, wrappingKey, keys.tls);
  writePrivately(dataDir, hospitalFiles.root, certificatesPem(keys.anchors));
  const identity = formatIdentity(keys.identity);
  const serverNames = ['localhost', '127.0.0.1'];
  writeParticulars(dataDir, { identity, authorityUrl, serverNames, keys: { kind: 'software' } });
}

export interface ServedAt {
  readonly devicesUrl: string;
  readonly peopleUrl: string;
}

export class HospitalProcess {
  readonly #child: ChildProcess;
  readonly at: ServedAt;

  private constructor(child: ChildProcess, at: ServedAt) {
    this.#child = child;
    this.at = at;
  }

  static async serve(dataDir: string, args: readonly string[] = []): Promise<HospitalProcess> {
    const script = new URL('./serve.fixture.ts', import.meta.url).pathname;
    const fixed = ['serve', '--data', dataDir, '--json', '--log-level', 'fatal', '--sign-in', 'links'];
    const ports = ['--devices-port', '0', '--people-port', '0'];
    const child = spawn(process.execPath, [script, ...fixed, ...ports, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { promise, resolve, reject } = Promise.withResolvers<ServedAt>();
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(JSON.parse(text) as ServedAt);
    });
    child.once('exit', (code, signal) =>
      reject(new Error(`expected a hospital that serves, it ended: ${code ?? signal}`)),
    );
    return new HospitalProcess(child, await promise);
  }

  /** How large a file the process may write, in bytes: the soft limit, so that it can be raised again (util-linux). */
  limitFileSize(bytes: number | 'unlimited'): void {
    execFileSync('prlimit', [`--pid=${this.#child.pid}`, `--fsize=${bytes}:unlimited`]);
  }

  async signal(name: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const { promise, resolve } = Promise.withResolvers<number | null>();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode;
    this.#child.once('exit', (code) => resolve(code));
    this.#child.kill(name);
    return promise;
  }
}
