/**
 * What a TPM is behind that does not do as it should: between the hospital and a real emulator, it holds back signatures,
 * answers nonsense, or nothing at all.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** TPM2_Sign, Part 2 section 6.5.2. */
const signing = 0x15d;
const commandCodeAt = 6;
const headerLength = 10;

export type Spoiling =
  | { readonly kind: 'none' }
  /** Each signature takes so long. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** In place of each signature. */
  | { readonly kind: 'garbage'; readonly answer: (command: Buffer) => Buffer }
  /** To each signature. */
  | { readonly kind: 'refusing'; readonly code: number };

export class SpoiledTpm {
  readonly address: string;
  spoiling: Spoiling = { kind: 'none' };
  /** Signatures that were asked for. */
  signatures = 0;
  readonly #folder: string;
  readonly #behind: string;
  readonly #server = createServer((client) => this.#serve(client));

  private constructor(behind: string) {
    this.#folder = mkdtempSync(join(tmpdir(), 'vs-spoiled-'));
    this.#behind = behind;
    this.address = `swtpm:${join(this.#folder, 'sock')}`;
  }

  /** @param behind address of the emulator: `swtpm:/path` */
  static async before(behind: string): Promise<SpoiledTpm> {
    const made = new SpoiledTpm(behind.replace('swtpm:', ''));
    const { promise, resolve } = Promise.withResolvers<void>();
    made.#server.listen(join(made.#folder, 'sock'), resolve);
    await promise;
    return made;
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    await promise;
    rmSync(this.#folder, { recursive: true });
  }

  #serve(client: Socket): void {
    const tpm = createConnection(this.#behind);
    for (const [socket, other] of [
      [client, tpm],
      [tpm, client],
    ] as const) {
      socket.on('error', () => other.destroy());
      socket.on('close', () => other.destroy());
    }
    tpm.on('data', (answer) => client.write(answer));
    let pending = Buffer.alloc(0);
    client.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= headerLength && pending.length >= pending.readUInt32BE(2)) {
        const command = pending.subarray(0, pending.readUInt32BE(2));
        pending = pending.subarray(command.length);
        void this.#pass(command, client, tpm);
      }
    });
  }

  async #pass(command: Buffer, client: Socket, tpm: Socket): Promise<void> {
    const { spoiling } = this;
    if (command.readUInt32BE(commandCodeAt) !== signing) {
      tpm.write(command);
      return;
    }
    this.signatures += 1;
    if (spoiling.kind === 'garbage') client.write(spoiling.answer(command));
    else if (spoiling.kind === 'refusing') client.write(refusal(spoiling.code));
    else {
      if (spoiling.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, spoiling.ms));
      if (!tpm.destroyed) tpm.write(command);
    }
  }
}

/** A response without a session and with nothing but its code. */
function refusal(code: number): Buffer {
  const answer = Buffer.alloc(headerLength);
  answer.writeUInt16BE(0x8001, 0);
  answer.writeUInt32BE(headerLength, 2);
  answer.writeUInt32BE(code, commandCodeAt);
  return answer;
}
