// Secrets of a person, from whoever sits at the terminal, unseen, or from a file of its owner alone. Never from the
// command line, where every process of the machine reads it.

import { readFileSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CardAppError } from '../errors.ts';

export interface Keyboard {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly say: (text: string) => void;
}

const thisTerminal: Keyboard = { input: process.stdin, say: (text) => process.stderr.write(text) };

/** @param file where it stands, in place of asking @throws CardAppError `card-pin-missing`, `card-pin-file-exposed` */
export async function enterSecret(what: string, file: string | undefined, keyboard = thisTerminal): Promise<string> {
  return file === undefined ? await ask(what, keyboard) : readSecret(what, file);
}

/** One that will be needed again, so it is asked for twice. */
export async function enterNewSecret(what: string, file: string | undefined, keyboard = thisTerminal): Promise<string> {
  const secret = await enterSecret(`a new ${what}`, file, keyboard);
  if (file !== undefined || (await ask('the same once more', keyboard)) === secret) return secret;
  throw new CardAppError('card-pin-missing', `expected the same ${what} twice`);
}

const othersMayRead = 0o077;

function readSecret(what: string, file: string): string {
  let exposed: boolean;
  let content: string;
  try {
    exposed = (statSync(file).mode & othersMayRead) !== 0;
    content = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new CardAppError('card-pin-missing', `expected ${what} in a file that can be read at ${file}`, { cause });
  }
  if (!exposed) return content;
  throw new CardAppError('card-pin-file-exposed', `expected a file that only its owner can read: chmod 600 ${file}`);
}

async function ask(what: string, { input, say }: Keyboard): Promise<string> {
  if (input.isTTY !== true) throw missing(what);
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: unseen, terminal: true });
  const left = new AbortController();
  lines.once('SIGINT', () => left.abort()).once('close', () => left.abort());
  say(`${what}: `);
  try {
    return await lines.question('', { signal: left.signal });
  } catch {
    throw missing(what);
  } finally {
    lines.close();
    say('\n');
  }
}

function missing(what: string): CardAppError {
  return new CardAppError('card-pin-missing', `expected ${what}, typed at a terminal or in a file`);
}
