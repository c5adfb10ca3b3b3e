// A character device: /dev/tpmrm0 (the kernel's resource manager, several clients) or /dev/tpm0 (one client). The kernel
// takes a command in one write and gives the response to the reads after it.
import { type FileHandle, open } from 'node:fs/promises';
import { type Bytes, concatBytes, noBytes } from '@vitalseal/protocol';
import { malformed, TpmError } from '../errors.ts';
import { longest } from '../structures/constants.ts';
import { announcedLength, responseHeaderLength } from '../structures/response.ts';
import type { Transport } from './transport.ts';

/**
 * Devices with a command that was given up here and not by the kernel. Each holds one of the four threads that Node has for
 * files, names and cryptography: a TPM that hangs must not take the next one at each attempt.
 */
const hanging = new Set<string>();

class DeviceTransport implements Transport {
  readonly gone = false;
  readonly #path: string;
  readonly #file: FileHandle;
  #pending: Promise<Bytes> | undefined;

  constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  async exchange(command: Bytes): Promise<Bytes> {
    const pending = this.#ask(command);
    this.#pending = pending;
    try {
      return await pending;
    } finally {
      this.#pending = undefined;
    }
  }

  async #ask(command: Bytes): Promise<Bytes> {
    try {
      const { bytesWritten } = await this.#file.write(command, 0, command.length, null);
      if (bytesWritten !== command.length) throw malformed('expected the device to take a whole command');
      return await this.#response();
    } catch (cause) {
      if (cause instanceof TpmError) throw cause;
      throw new TpmError('tpm-unavailable', 'expected the TPM device to answer', { cause });
    }
  }

  /** A pending read of the kernel cannot be ended from here: it is left to itself, and nobody waits for it. */
  async close(): Promise<void> {
    if (this.#pending !== undefined) {
      hanging.add(this.#path);
      this.#pending.catch(() => undefined).finally(() => hanging.delete(this.#path));
    }
    const closed = this.#file.close().catch(() => undefined);
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 100).unref())]);
  }

  async #response(): Promise<Bytes> {
    let received: Bytes = noBytes;
    const room = new Uint8Array(longest.response);
    for (;;) {
      const { bytesRead } = await this.#file.read(room, 0, room.length, null);
      if (bytesRead === 0) throw malformed('expected a whole response from the device');
      received = concatBytes(received, room.subarray(0, bytesRead));
      if (received.length < responseHeaderLength) continue;
      const length = announcedLength(received);
      if (received.length > length) throw malformed('expected nothing after the response');
      if (received.length === length) return received;
    }
  }
}

/** Between two attempts on a device that somebody else holds. */
const retryMs = 50;

/** @throws TpmError `tpm-unavailable`; `tpm-busy` if somebody else holds the device for longer than `waitMs` */
export async function openDevice(path: string, waitMs: number): Promise<Transport> {
  const until = performance.now() + waitMs;
  for (;;) {
    const opened = hanging.has(path) ? 'busy' : await openUnlessBusy(path);
    if (opened !== 'busy') return new DeviceTransport(path, opened);
    if (performance.now() + retryMs > until) {
      throw new TpmError('tpm-busy', 'expected the TPM device to become free in time');
    }
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}

async function openUnlessBusy(path: string): Promise<FileHandle | 'busy'> {
  try {
    return await open(path, 'r+');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EBUSY') return 'busy';
    throw new TpmError('tpm-unavailable', 'expected a TPM device that may be opened', { cause });
  }
}
