/** The body of a request on node:http itself, bounded. */
import type { IncomingMessage } from 'node:http';
import type { Bytes } from '@vitalseal/protocol';
import type { ErrorAnswer } from './answer-errors.ts';

export interface ExpectedBody {
  readonly mediaType: string;
  readonly mostBytes: number;
}

const otherMediaType: ErrorAnswer = { status: 415, code: 'malformed-request' };
const tooLarge: ErrorAnswer = { status: 413, code: 'body-too-large' };

/** Calls `done` once: with the body, or with what to answer at once because it is none that is taken here. */
export function readBody(
  request: IncomingMessage,
  { mediaType, mostBytes }: ExpectedBody,
  done: (body: Bytes | ErrorAnswer) => void,
): void {
  const { 'content-type': type, 'content-length': announced } = request.headers;
  if (!isOfType(type, mediaType) || Number(announced) > mostBytes) {
    done(isOfType(type, mediaType) ? tooLarge : otherMediaType);
    return;
  }
  const chunks: Buffer[] = [];
  let length = 0;
  const take = (chunk: Buffer): void => {
    chunks.push(chunk);
    length += chunk.length;
    if (length <= mostBytes) return;
    request.off('data', take).off('end', end);
    done(tooLarge);
  };
  const end = (): void => {
    // Nearly always it came in one piece, and each piece is a buffer of its own.
    const [only] = chunks;
    const { buffer, byteOffset } = chunks.length === 1 && only ? only : Buffer.concat(chunks, length);
    done(new Uint8Array(buffer as ArrayBuffer, byteOffset, length));
  };
  request.on('data', take).on('end', end);
}

function isOfType(stated: string | undefined, mediaType: string): boolean {
  return stated === mediaType || stated?.split(';', 1)[0]?.trim().toLowerCase() === mediaType;
}
