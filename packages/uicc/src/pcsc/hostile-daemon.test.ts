// Something that listens where pcscd should, and is broken or hostile.

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openPcscCard } from './pcsc-card.ts';

let folder: string;
let server: Server | undefined;
const sockets = new Set<Socket>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitalseal-hostile-'));
});

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server?.close();
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

test('one that hangs up is told as one that does not let us in', async () => {
  await expect(openWith((socket) => socket.end())).rejects.toMatchObject({ code: 'pcsc-denied' });
});

test('one that never answers is given up', async () => {
  await expect(openWith(() => undefined)).rejects.toMatchObject({ code: 'pcsc-failed' });
});

test('one that speaks before it is asked is not listened to', async () => {
  const opened = openWith((socket) => socket.write('220 mail.example.org ESMTP\r\n'));
  await expect(opened).rejects.toMatchObject({ code: 'pcsc-failed' });
});

test('one of another protocol is refused', async () => {
  const opened = openWith((socket) => {
    // Version 5.0, and SCARD_E_SERVICE_STOPPED.
    socket.on('data', () => socket.write(Uint8Array.of(5, 0, 0, 0, 0, 0, 0, 0, 0x1e, 0, 0x10, 0x80)));
  });
  await expect(opened).rejects.toMatchObject({ code: 'pcsc-failed' });
});

test.each([0x00, 0xff])('answers made of nothing but 0x%s end with a code', async (filler) => {
  const opened = openWith((socket) => {
    socket.on('data', (request: Buffer) => socket.write(Buffer.alloc(Math.max(request.readUInt32LE(0), 2944), filler)));
  });
  await expect(opened).rejects.toMatchObject({ code: expect.stringMatching(/^(pcsc-|reader-|card-)/) });
});

test('answers made of anything, in pieces of any length, end with a code and in time', async () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 3000 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(pieces, async (answers) => {
      const opened = openWith((socket) => {
        let next = 0;
        socket.on('data', () => socket.write(answers[next++ % answers.length] ?? ''));
      });
      await expect(opened).rejects.toMatchObject({ code: expect.stringMatching(/^(pcsc-|reader-|card-)/) });
    }),
    { seed: 20_261_122, numRuns: 30 },
  );
});

async function openWith(serve: (socket: Socket) => void): Promise<unknown> {
  server?.close();
  const socketPath = join(folder, `${sockets.size}.comm`);
  const listening = Promise.withResolvers<void>();
  server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    serve(socket);
  }).listen(socketPath, listening.resolve);
  await listening.promise;
  return await openPcscCard({ socketPath, timeoutMs: 200 });
}
