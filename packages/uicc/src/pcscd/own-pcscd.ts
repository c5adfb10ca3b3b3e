// A pcscd of one's own, with as many virtual readers as asked: for the demo, for tests, and for any number of them at
// once. It takes its socket from us, as from systemd (sd_listen_fds), for the path of the one it would make is compiled
// in; and a directory of reader configuration, which moves vpcd's ports. It is started anew when it dies: a card process
// that is killed in the middle of a command takes vpcd 3.3, and pcscd with it (vpcd-link.ts).

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { UiccError } from '../errors.ts';
import { PcscSession } from '../pcsc/index.ts';
import { configureReaders, freePortPairs, portOf, slotsOfDriver } from './reader-configuration.ts';

/** PCSCLITE_MAX_READERS_CONTEXTS */
export const mostReaders = 16;

const restartMs = 100;
/** It makes that folder where it may, and its installation as a service has made it. */
const needs = 'it takes pcscd and vsmartcard-vpcd, and the folder /run/pcscd, which root makes';

export interface VirtualReader {
  readonly name: string;
  /** Where a card is put in. */
  readonly port: number;
}

export interface OwnPcscd {
  readonly socketPath: string;
  readonly readers: readonly VirtualReader[];
  /** Kills the daemon, which is started anew: everybody's cards are gone, and come back. */
  kill(): void;
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

export interface OwnPcscdOptions {
  /** How many readers, 1 to 16; without it, the two of one driver. */
  readonly readers?: number;
}

/** @throws UiccError `pcsc-unreachable` when it cannot be started */
export async function startPcscd({ readers: count = slotsOfDriver }: OwnPcscdOptions = {}): Promise<OwnPcscd> {
  if (!(count >= 1 && count <= mostReaders)) throw new RangeError(`expected 1 to ${mostReaders} readers`);
  const folder = await mkdtemp(join(tmpdir(), 'vitalseal-pcscd-'));
  const socketPath = join(folder, 'pcscd.comm');
  const ports = await freePortPairs(Math.ceil(count / slotsOfDriver));
  const configuration = await configureReaders(folder, ports);
  let stopped = false;
  let daemon = launch(socketPath, configuration);
  const keepUp = () => {
    daemon.once('exit', async () => {
      await delay(restartMs);
      if (stopped) return;
      daemon = launch(socketPath, configuration);
      keepUp();
    });
  };
  const stop = async () => {
    stopped = true;
    // SIGTERM alone would not end a driver that waits for a card.
    const ended = once(daemon, 'exit');
    if (daemon.kill('SIGKILL')) await ended;
    else ended.catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const failed = once(daemon, 'exit').then(() => {
      throw new UiccError('pcsc-unreachable', `expected pcscd to start: ${needs}`);
    });
    failed.catch(() => undefined);
    const names = await Promise.race([readersOf(socketPath, ports.length * slotsOfDriver), failed]);
    keepUp();
    const readers = names.slice(0, count).map((name, index) => ({ name, port: portOf(ports, index) }));
    return { socketPath, readers, kill: () => void daemon.kill('SIGKILL'), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** It dies with us, however we die. */
function launch(socketPath: string, configuration: string): ChildProcess {
  rmSync(socketPath, { force: true });
  const command = ['setpriv', '--pdeathsig', 'KILL', 'pcscd', '--foreground', '--config', configuration];
  return spawn('perl', ['-e', listenAndExec, socketPath, ...command], { stdio: 'ignore' });
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
