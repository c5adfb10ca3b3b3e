/** `vitalseal hospital serve` as a child process over a folder of its own: what can be killed, starved and started again. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { encodePem, exportPrivateKey } from '@vitalseal/certifying-authority';
import { formatIdentity } from '@vitalseal/protocol';
import { certificatesPem, hospitalFiles, makeFolder, writePrivately } from '../keys/hospital-folder.ts';
import type { HospitalKeys } from '../keys/hospital-keys.ts';

/** A folder as `vitalseal hospital init` leaves it. */
export async function writeHospitalFolder(dataDir: string, keys: HospitalKeys, authorityUrl: string): Promise<void> {
  makeFolder(dataDir);
  writePrivately(dataDir, hospitalFiles.key, encodePem('PRIVATE KEY', await exportPrivateKey(keys.privateKey)));
  writePrivately(dataDir, hospitalFiles.chain, certificatesPem(keys.chain));
  writePrivately(dataDir, hospitalFiles.tlsKey, keys.tls.key);
  writePrivately(dataDir, hospitalFiles.tlsChain, keys.tls.cert);
  writePrivately(dataDir, hospitalFiles.root, certificatesPem(keys.anchors));
  const particulars = {
    identity: formatIdentity(keys.identity),
    authorityUrl,
    serverNames: ['localhost', '127.0.0.1'],
  };
  writePrivately(dataDir, hospitalFiles.particulars, JSON.stringify(particulars));
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
    const fixed = ['serve', '--data', dataDir, '--json', '--log-level', 'fatal'];
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
