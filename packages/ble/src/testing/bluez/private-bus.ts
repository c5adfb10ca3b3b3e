// A D-Bus of its own (Debian's dbus-daemon), so that what looks for the system's Bluetooth finds the one of the test.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BleError } from '../../errors.ts';

export interface PrivateBus {
  readonly address: string;
  stop(): Promise<void>;
}

const startTimeoutMs = 10_000;

const configuration = (socketPath: string) => `<busconfig>
  <type>system</type>
  <listen>unix:path=${socketPath}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/><allow own="*"/>
    <allow send_type="method_call"/><allow send_type="signal"/>
    <allow send_type="method_return"/><allow send_type="error"/>
    <allow receive_type="method_call"/><allow receive_type="signal"/>
    <allow receive_type="method_return"/><allow receive_type="error"/>
  </policy>
</busconfig>
`;

export async function startPrivateBus(folder: string): Promise<PrivateBus> {
  const socketPath = join(folder, 'bus');
  const configurationPath = join(folder, 'bus.conf');
  await writeFile(configurationPath, configuration(socketPath));
  // It dies with us, however we die.
  const daemon = ['dbus-daemon', `--config-file=${configurationPath}`, '--nofork', '--nopidfile'];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...daemon], { stdio: 'ignore' });
  const stop = async () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    await rm(socketPath, { force: true });
  };
  const deadline = Date.now() + startTimeoutMs;
  while (!(await listens(socketPath))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new BleError('radio-unavailable', 'expected dbus-daemon to start (Debian: dbus-daemon)');
    }
    await delay(20);
  }
  return { address: `unix:path=${socketPath}`, stop };
}

/** Its file is there before it does: whoever connects in between is refused, and asks no second time. */
async function listens(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
