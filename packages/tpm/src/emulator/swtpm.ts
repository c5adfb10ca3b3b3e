// A TPM emulator of one's own, in a folder of its own: for tests, and for trying the hospital on a machine that has no TPM. It
// protects nothing: its keys lie in files.
import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TpmError } from '../errors.ts';
import { openTransport } from '../transport/open-transport.ts';

export interface SwtpmOptions {
  /** Keeps the state there across runs; else in a temporary folder, which goes with it. */
  readonly folder?: string;
  /** On TCP, as tpm2-tools need it; else on a unix socket. */
  readonly tcp?: boolean;
}

export interface Swtpm {
  readonly address: string;
  /** With `tcp`; tpm2-tools find it by `TPM2TOOLS_TCTI=swtpm:port=…`. */
  readonly tcpPort: number | undefined;
  /** Ends it, and removes a temporary folder. */
  stop(): Promise<void>;
  /** As a loss of power does; `restart` brings it back. */
  kill(): Promise<void>;
  /** What a start of the machine does: registers, loaded keys and sessions are gone. */
  restart(): Promise<void>;
  /** A copy of its memory, as somebody with access to the disk of a virtual machine can take it. */
  snapshotState(): Promise<string>;
  /** Puts such a copy back, and starts it anew. */
  restoreState(snapshot: string): Promise<void>;
}

const startingMs = 10_000;

/** @throws TpmError `tpm-unavailable` if swtpm is not installed or does not start */
export async function startSwtpm({ folder, tcp = false }: SwtpmOptions = {}): Promise<Swtpm> {
  // Short: a unix socket's path has at most 107 bytes.
  const own = await mkdtemp(join(tmpdir(), 'vs-tpm-'));
  const state = folder ?? join(own, 'state');
  await mkdir(state, { recursive: true, mode: 0o700 });
  const tcpPort = tcp ? await freePortPair() : undefined;
  const address = tcpPort === undefined ? `swtpm:${join(own, 'sock')}` : `tcp:127.0.0.1:${tcpPort}`;
  let snapshots = 0;
  let child: ChildProcess | undefined;
  const start = async () => {
    child = await launch(state, own, tcpPort, address);
  };
  const end = async (signal: NodeJS.Signals) => {
    if (child !== undefined) await ended(child, signal);
    child = undefined;
  };
  await start();
  return {
    address,
    tcpPort,
    async stop() {
      await end('SIGTERM');
      await rm(own, { recursive: true, force: true });
    },
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGTERM');
      await start();
    },
    async snapshotState() {
      const snapshot = join(own, `snapshot-${++snapshots}`);
      await cp(state, snapshot, { recursive: true });
      return snapshot;
    },
    async restoreState(snapshot) {
      await end('SIGTERM');
      await rm(state, { recursive: true, force: true });
      await cp(snapshot, state, { recursive: true });
      await start();
    },
  };
}

async function launch(state: string, own: string, tcpPort: number | undefined, address: string) {
  const sockets =
    tcpPort === undefined
      ? { server: `type=unixio,path=${own}/sock,mode=0600`, control: `type=unixio,path=${own}/ctrl,mode=0600` }
      : { server: `type=tcp,port=${tcpPort}`, control: `type=tcp,port=${tcpPort + 1}` };
  await rm(join(own, 'sock'), { force: true });
  await rm(join(own, 'ctrl'), { force: true });
  const child = spawn(
    'swtpm',
    [
      ...['socket', '--tpm2', '--tpmstate', `dir=${state},mode=0600`],
      ...['--server', sockets.server, '--ctrl', sockets.control],
      ...['--flags', 'not-need-init,startup-clear'],
    ],
    { stdio: 'ignore' },
  );
  const onExit = () => child.kill('SIGKILL');
  process.once('exit', onExit);
  child.once('exit', () => process.off('exit', onExit));
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (cause) => reject(notStarted(cause)));
    child.once('exit', () => reject(notStarted()));
  });
  failed.catch(() => undefined);
  await Promise.race([untilItAccepts(address), failed]);
  return child;
}

async function untilItAccepts(address: string): Promise<void> {
  const until = performance.now() + startingMs;
  for (;;) {
    try {
      const transport = await openTransport(address, startingMs);
      return await transport.close();
    } catch (error) {
      if (performance.now() > until) throw notStarted(error);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once('exit', () => resolve());
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
  await promise;
  clearTimeout(timer);
}

/** Below those that systems give to outgoing connections: before swtpm has opened its two, none of these takes one. */
const lowestPort = 10_000;
const portChoices = 10_000;

/** tpm2-tools expect the control port behind the data port. */
async function freePortPair(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = lowestPort + Math.floor(Math.random() * portChoices);
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
  throw notStarted();
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  server.once('error', () => resolve(false));
  server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  return await promise;
}

function notStarted(cause?: unknown): TpmError {
  return new TpmError('tpm-unavailable', 'expected swtpm (Debian package swtpm) to start', { cause });
}
