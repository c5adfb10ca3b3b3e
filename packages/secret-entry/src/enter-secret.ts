// Secrets of a person, from whoever sits at the terminal, unseen, or from a file of its owner alone. Never from the
// command line, where every process of the machine reads it.

import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { SecretEntryError } from './errors.ts';
import { readSecretFile } from './read-secret-file.ts';

export interface Keyboard {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly say: (text: string) => void;
}

export interface Entry {
  /** File in which it stands, in place of asking. */
  readonly file?: string | undefined;
  /** That names such a file: for whoever starts a program where nobody sits. */
  readonly option: string;
  readonly keyboard?: Keyboard;
}

const thisTerminal: Keyboard = { input: process.stdin, say: (text) => process.stderr.write(text) };

/** @param what as it is asked for @throws SecretEntryError `secret-missing`, `secret-file-exposed` */
export async function enterSecret(what: string, entry: Entry): Promise<string> {
  return entry.file === undefined ? await ask(what, what, entry) : readSecretFile(what, entry.file);
}

/** One that will be needed again, so it is asked for twice. @throws SecretEntryError, also `secret-mistyped` */
export async function enterNewSecret(what: string, entry: Entry): Promise<string> {
  const secret = await enterSecret(`a new ${what}`, entry);
  if (entry.file !== undefined || (await ask('the same once more', what, entry)) === secret) return secret;
  throw new SecretEntryError('secret-mistyped', `expected the same ${what} twice`);
}

async function ask(question: string, what: string, { option, keyboard = thisTerminal }: Entry): Promise<string> {
  const { input, say } = keyboard;
  const missing = () => new SecretEntryError('secret-missing', `expected ${what}: give it by ${option}`);
  if (input.isTTY !== true) throw missing();
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: unseen, terminal: true });
  const left = new AbortController();
  lines.once('SIGINT', () => left.abort()).once('close', () => left.abort());
  say(`${question}: `);
  try {
    return await lines.question('', { signal: left.signal });
  } catch {
    throw missing();
  } finally {
    lines.close();
    say('\n');
  }
}
