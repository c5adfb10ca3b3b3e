// A stream to a controller, by its address.

import { execFile } from 'node:child_process';
import { constants, createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import { BleError } from '../errors.ts';
import type { AdapterAddress } from './adapter-address.ts';
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
  const failed = (cause?: unknown) =>
    opened.reject(new BleError('radio-unavailable', 'could not reach the adapter at its address', { cause }));
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
  try {
    await promisify(execFile)('stty', ['-F', path, String(baud), 'raw', '-echo', 'crtscts', '-hupcl'], {
      timeout: openTimeoutMs,
    });
    const handle = await open(path, constants.O_RDWR | constants.O_NOCTTY);
    return uartStream(handle);
  } catch (cause) {
    throw new BleError('radio-unavailable', 'could not open the serial line of the adapter', { cause });
  }
}

function uartStream(handle: FileHandle): Duplex {
  const input = createReadStream('', { fd: handle, autoClose: false });
  const stream = new Duplex({
    read: () => void input.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      handle.writeFile(chunk).then(() => done(), done);
    },
    destroy: (error, done) => {
      input.destroy();
      handle.close().then(
        () => done(error),
        () => done(error),
      );
    },
  });
  input.on('data', (bytes) => {
    if (!stream.push(bytes)) input.pause();
  });
  input.on('error', (error) => stream.destroy(error));
  input.on('end', () => stream.destroy());
  return stream;
}
