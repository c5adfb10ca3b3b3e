// A pcscd of one's own, with as many virtual readers as asked: for the demo, for tests, and for any number of them at
// once. It takes its socket from us, as from systemd (sd_listen_fds), for the path of the one it would make is compiled
// in; and a directory of reader configuration, which moves vpcd's ports.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { UiccError } from '../errors.ts';
import { PcscSession } from '../pcsc/index.ts';

/** Of vsmartcard-vpcd; as Debian has it, two slots each. */
const driver = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';
const slotsOfDriver = 2;
/** PCSCLITE_MAX_READERS_CONTEXTS */
export const mostReaders = 16;

export interface VirtualReader {
  readonly name: string;
  /** Where a card is put in. */
  readonly port: number;
}

export interface OwnPcscd {
  readonly socketPath: string;
  readonly readers: readonly VirtualReader[];
  /** Id of the process, for those who want to see it die. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** Binds the socket as file descriptor 3, and becomes pcscd. perl, as every Debian has it and Node cannot exec. */
const listenAndExec = `
  use Socket; use POSIX ();
  my ($path, @command) = @ARGV;
  $^F = 3;
  socket(my $socket, AF_UNIX, SOCK_STREAM, 0) or die $!;
  bind($socket, pack_sockaddr_un($path)) && listen($socket, 64) or die "$path: $!";
  fileno($socket) == 3 or POSIX::dup2(fileno($socket), 3) or die $!;
  $ENV{LISTEN_FDS} = 1; $ENV{LISTEN_PID} = $$;
  exec { $command[0] } @command or die "$command[0]: $!";`;

/** @throws UiccError `pcsc-unreachable` when it cannot be started */
export async function startPcscd(count = 2): Promise<OwnPcscd> {
  if (!(count >= 1 && count <= mostReaders)) throw new RangeError(`expected 1 to ${mostReaders} readers`);
  const folder = await mkdtemp(join(tmpdir(), 'vitalseal-pcscd-'));
  const socketPath = join(folder, 'pcscd.comm');
  const ports = await freePortPairs(Math.ceil(count / slotsOfDriver));
  const configuration = await configure(folder, ports);
  // It dies with us, however we die.
  const command = ['setpriv', '--pdeathsig', 'KILL', 'pcscd', '--foreground', '--config', configuration];
  const daemon = spawn('perl', ['-e', listenAndExec, socketPath, ...command], { stdio: 'ignore' });
  const ended = once(daemon, 'exit').catch(() => undefined);
  const stop = async () => {
    // SIGTERM alone would not end a driver that waits for a card.
    daemon.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const died = ended.then(() => {
      throw new UiccError('pcsc-unreachable', 'expected pcscd to start: are pcscd and vsmartcard-vpcd installed?');
    });
    const names = await Promise.race([readersOf(socketPath, ports.length * slotsOfDriver), died]);
    died.catch(() => undefined);
    const readers = names.slice(0, count).map((name, index) => ({ name, port: portOf(ports, index) }));
    return { socketPath, readers, pid: daemon.pid ?? 0, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A driver keeps its slots in its own memory, by their number: further readers need a copy of it under another name. */
async function configure(folder: string, ports: readonly number[]): Promise<string> {
  const configuration = join(folder, 'reader.conf.d');
  await mkdir(configuration);
  const entries: string[] = [];
  for (const [index, port] of ports.entries()) {
    const copy = join(folder, `libifdvpcd-${index}.so`);
    await copyFile(driver, copy).catch((cause) => {
      throw new UiccError('pcsc-unreachable', `expected vsmartcard-vpcd at ${driver}`, { cause });
    });
    entries.push(
      `FRIENDLYNAME "Virtual PCD ${index}"\nDEVICENAME /dev/null:${port}\nLIBPATH ${copy}\nCHANNELID ${port}\n`,
    );
  }
  await writeFile(join(configuration, 'vpcd'), entries.join('\n'));
  return configuration;
}

/** Names of the readers, in the order of their ports, once pcscd serves them all. */
async function readersOf(socketPath: string, expected: number): Promise<string[]> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      const session = await PcscSession.open({ socketPath });
      try {
        const names = (await session.readers())
          .map(({ name }) => name)
          .filter((name) => name.startsWith('Virtual PCD '));
        if (names.length >= expected) return names;
      } finally {
        session.close();
      }
      if (Date.now() > deadline) throw new UiccError('pcsc-unreachable', `expected pcscd to offer ${expected} readers`);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await delay(50);
  }
}

function portOf(ports: readonly number[], index: number): number {
  return (ports[Math.floor(index / slotsOfDriver)] ?? 0) + (index % slotsOfDriver);
}

/** Ports that are free together with the next one: vpcd takes both. */
async function freePortPairs(count: number): Promise<number[]> {
  const pairs: number[] = [];
  while (pairs.length < count) {
    const first = await listenOnce(0);
    if (first === undefined || pairs.some((port) => Math.abs(port - first) < slotsOfDriver)) continue;
    if ((await listenOnce(first + 1)) !== undefined) pairs.push(first);
  }
  return pairs;
}

async function listenOnce(port: number): Promise<number | undefined> {
  const server = createServer().listen(port, '0.0.0.0');
  try {
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' ? address?.port : undefined;
  } catch {
    return undefined;
  } finally {
    server.close();
  }
}
