// One run of BlueZ's controller emulator (Debian's bluez-test-tools): what connects to its socket is a controller, and all
// of them hear each other.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { BleError } from '../../errors.ts';
import { btvirtShim } from './btvirt-shim.ts';

export interface Btvirt {
  readonly socketPath: string;
  stop(): Promise<void>;
}

const startTimeoutMs = 10_000;

/** @param folder the room's own, short: a socket's path has 108 octets */
export async function startBtvirt(folder: string): Promise<Btvirt> {
  const shim = join(folder, 'shim.so');
  await writeFile(join(folder, 'shim.c'), btvirtShim);
  await promisify(execFile)('tcc', ['-nostdlib', '-shared', '-o', shim, join(folder, 'shim.c')]);
  // It dies with us, however we die.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'btvirt', '-s'], {
    stdio: 'ignore',
    env: { PATH: process.env.PATH, LD_PRELOAD: shim, RADIO_ROOM: folder },
  });
  const socketPath = join(folder, 'le');
  try {
    await untilItListens(socketPath, child);
  } catch (error) {
    await stop(child);
    throw error;
  }
  return { socketPath, stop: () => stop(child) };
}

async function untilItListens(socketPath: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  let failed = false;
  child.once('error', () => {
    failed = true;
  });
  for (;;) {
    const socket = connect(socketPath);
    try {
      await once(socket, 'connect');
      return;
    } catch (cause) {
      if (failed || child.exitCode !== null || Date.now() > deadline) {
        throw new BleError('radio-unavailable', 'expected btvirt to start (Debian: bluez-test-tools)', { cause });
      }
      await delay(20);
    } finally {
      socket.destroy();
    }
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
