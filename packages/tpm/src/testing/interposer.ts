// Somebody between a program and its TPM: slow, or a liar. What it does with each answer is the test's.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bytes } from '@vitalseal/protocol';
import { openTransport } from '../transport/open-transport.ts';

export interface Interposer {
  /** What a program is told to use in place of the TPM's own address. */
  readonly address: string;
  /** What came, in order. */
  readonly commands: Bytes[];
  close(): Promise<void>;
}

/** @param answer to a command, with or without asking the TPM (`forward`); undefined: none is given */
export async function interpose(
  address: string,
  answer: (command: Bytes, forward: () => Promise<Bytes>) => Promise<Bytes | undefined> | Bytes | undefined,
): Promise<Interposer> {
  const folder = await mkdtemp(join(tmpdir(), 'vs-tpm-'));
  const commands: Bytes[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    const behind = openTransport(address, 5000);
    behind.catch(() => socket.destroy());
    socket.once('close', () => {
      open.delete(socket);
      behind.then(
        (transport) => transport.close(),
        () => undefined,
      );
    });
    socket.on('data', async (bytes: Buffer) => {
      const command = new Uint8Array(bytes);
      commands.push(command);
      try {
        const response = await answer(command, async () => (await behind).exchange(command));
        if (response !== undefined && !socket.destroyed) socket.write(response);
      } catch {
        socket.destroy();
      }
    });
  });
  const listening = Promise.withResolvers<void>();
  server.listen(join(folder, 'sock'), listening.resolve);
  await listening.promise;
  return {
    address: `swtpm:${join(folder, 'sock')}`,
    commands,
    async close() {
      for (const socket of open) socket.destroy();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
