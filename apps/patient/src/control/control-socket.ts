// How `status` and `enter` reach a gateway that runs: a socket in its own data folder, for the folder's owner alone. One
// line of JSON there, one back.

import { chmodSync, existsSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { codeOf, PatientError } from '../errors.ts';

const socketFile = 'control.sock';
const longestLine = 64 * 1024;
const timeoutMs = 10_000;

export type ControlHandler = (command: string, argument: unknown) => Promise<unknown>;

export interface ControlSocket {
  close(): Promise<void>;
}

/** The element's store is held by this process alone, so a socket that is there already is left over. */
export async function listenControl(folder: string, handle: ControlHandler): Promise<ControlSocket> {
  const path = join(folder, socketFile);
  if (existsSync(path)) unlinkSync(path);
  const server = createServer((socket) => {
    socket.setTimeout(timeoutMs, () => socket.destroy());
    socket.on('error', () => {});
    readLine(socket)
      .then(async (line) => socket.end(`${JSON.stringify(await answer(line, handle))}\n`))
      .catch(() => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(failed('a data folder whose path is short enough for a socket', cause)));
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
  return { close: () => close(server) };
}

/** @returns undefined when no gateway runs on this folder @throws PatientError `patient-control-failed` */
export async function askControl(folder: string, command: string, argument: unknown = null): Promise<unknown> {
  const path = join(folder, socketFile);
  if (!existsSync(path)) return undefined;
  const socket = connect(path);
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error('no answer in time')));
  try {
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  } catch {
    return undefined; // left over from a gateway that was killed
  }
  socket.write(`${JSON.stringify({ command, argument })}\n`);
  const line = await readLine(socket).catch((cause: unknown) => {
    throw failed('an answer from the gateway that runs here', cause);
  });
  socket.destroy();
  const { result, code, message } = JSON.parse(line) as { result?: unknown; code?: string; message?: string };
  if (code !== undefined) throw Object.assign(new Error(message ?? 'refused'), { code });
  return result ?? null;
}

async function answer(line: string, handle: ControlHandler): Promise<unknown> {
  try {
    const { command, argument } = JSON.parse(line) as { command?: unknown; argument?: unknown };
    return { result: await handle(String(command), argument) };
  } catch (error) {
    return { code: codeOf(error), message: error instanceof Error ? error.message : 'failed' };
  }
}

function readLine(socket: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (chunk: Buffer | string) => {
      text += chunk.toString();
      const end = text.indexOf('\n');
      if (end >= 0) resolve(text.slice(0, end));
      else if (text.length > longestLine) reject(new Error('expected a shorter line'));
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('expected a whole line')));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function failed(expected: string, cause: unknown): PatientError {
  return new PatientError('patient-control-failed', `expected ${expected}`, { cause });
}
