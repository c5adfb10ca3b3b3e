// What is refused before the CSV parser sees it: bytes that are no text, and lines no monitor writes. The parser bounds
// a record's characters by itself, but not its number of cells.

import { RecordingError } from '../errors.ts';

/** Far more than any monitor's row, far less than would hurt. */
export const mostBytesInALine = 65_536;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

export class TextCheck {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  readonly #file: string;
  #line = 1;
  #bytesInLine = 0;

  constructor(file: string) {
    this.#file = file;
  }

  check(chunk: Uint8Array): void {
    if (chunk.includes(0)) {
      throw new RecordingError('recording-binary', 'expected text, not a binary file', { file: this.#file });
    }
    this.#decode(chunk);
    for (const byte of chunk) {
      this.#bytesInLine += 1;
      if (byte === lineFeed) this.#line += 1;
      if (byte === lineFeed || byte === carriageReturn) this.#bytesInLine = 0;
      if (this.#bytesInLine > mostBytesInALine) {
        const message = `expected at most ${mostBytesInALine} bytes in a line`;
        throw new RecordingError('recording-line-too-long', message, { file: this.#file, line: this.#line });
      }
    }
  }

  end(): void {
    this.#decode(undefined);
  }

  #decode(chunk: Uint8Array | undefined): void {
    try {
      this.#decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw new RecordingError('recording-not-utf8', 'expected text in UTF-8', { file: this.#file, line: this.#line });
    }
  }
}
