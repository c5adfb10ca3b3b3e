// A stream to a controller, by its address.

import { execFile } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ReadStream } from 'node:tty';
import { promisify } from 'node:util';
import type { AdapterAddress } from './adapter-address.ts';
import { adapterFault } from './adapter-fault.ts';
import { openUserChannel } from './user-channel.ts';

export type HciAddress = Exclude<AdapterAddress, { kind: 'bluez' }>;

const openTimeoutMs = 5_000;

/** @throws BleError `radio-unavailable` */
export async function openHciStream(address: HciAddress): Promise<Duplex> {
  if (address.kind === 'socket') return openSocket(connect({ path: address.path }));
  if (address.kind === 'tcp') return openSocket(connect({ host: address.host, port: address.port, noDelay: true }));
  if (address.kind === 'user-channel') return openUserChannel(address.adapter);
  return openUart(address.path, address.baud);
}

async function openSocket(socket: Socket): Promise<Duplex> {
  const opened = Promise.withResolvers<void>();
  const failed = (cause?: unknown) => opened.reject(adapterFault(cause, 'the adapter at its address'));
  const timer = setTimeout(failed, openTimeoutMs);
  socket.once('connect', () => opened.resolve());
  socket.once('error', failed);
  try {
    await opened.promise;
    socket.off('error', failed);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Raw bytes both ways with hardware flow control, as H4 wants it. */
async function openUart(path: string, baud: number): Promise<Duplex> {
  const settings = ['raw', '-echo', 'crtscts', 'clocal', '-hupcl'];
  try {
    const descriptor = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    try {
      await promisify(execFile)('stty', ['-F', path, String(baud), ...settings], { timeout: openTimeoutMs });
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
    return uartStream(descriptor);
  } catch (cause) {
    throw adapterFault(cause, 'the serial line of the adapter');
  }
}

/** By the event loop: a read that waits in a thread takes for good one of the four that files and names are looked up by. */
function uartStream(descriptor: number): Duplex {
  try {
    const stream = new ReadStream(descriptor);
    // The stream has opened the line once more for itself.
    stream.once('close', () => closeSync(descriptor));
    return stream;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}
