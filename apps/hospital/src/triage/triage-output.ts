// Lines to a stream that may be slow or may close: a reader such as `head` that has seen enough is no failure.

import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Lines are few bytes each and a write costs a system call. */
const charactersAWrite = 65_536;

function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED');
}

/** Writes all lines, or as many as the reader wants. Stops the source in either case. */
export async function writeLines(lines: AsyncIterable<string>, stream: Writable): Promise<void> {
  let failure: unknown;
  const onError = (error: unknown) => {
    failure = error;
  };
  const write = async (text: string) => {
    if (failure === undefined && !stream.write(text)) await once(stream, 'drain');
    if (failure !== undefined) throw failure;
  };
  stream.on('error', onError);
  let pending = '';
  try {
    for await (const line of lines) {
      pending += `${line}\n`;
      if (pending.length < charactersAWrite) continue;
      const text = pending;
      pending = '';
      await write(text);
    }
  } catch (error) {
    if (!isClosedPipe(error)) {
      // What was understood before the mistake is still said.
      if (failure === undefined) stream.write(pending);
      throw error;
    }
    return;
  }
  await new Promise<void>((resolve, reject) => {
    stream.write(pending, (error) => (error == null || isClosedPipe(error) ? resolve() : reject(error)));
  });
}
