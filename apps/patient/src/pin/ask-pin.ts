// The PIN from whoever sits at the terminal, without showing it.

import type { ReadStream } from 'node:tty';
import { PatientError } from '../errors.ts';
import { expectPin } from './pin.ts';

export interface Conversation {
  readonly keys: Pick<ReadStream, 'isTTY' | 'setRawMode' | 'resume' | 'pause' | 'on' | 'off'>;
  readonly say: (text: string) => void;
}

const endOfLine = ['\r', '\n'];
const backspace = ['\x7f', '\b'];
const interrupt = ['\x03', '\x04'];
const longest = 64;

/** @throws PatientError `card-pin-missing` where nobody sits there, `patient-option-invalid` */
export async function askPin(question: string, conversation: Conversation = thisTerminal): Promise<string> {
  const { keys, say } = conversation;
  if (!keys.isTTY) throw missing();
  say(`${question}: `);
  try {
    return expectPin(await readUnseen(keys));
  } finally {
    say('\n');
  }
}

/** A PIN that will be needed again, so it is asked for twice. */
export async function askNewPin(conversation: Conversation = thisTerminal): Promise<string> {
  const pin = await askPin('a new PIN for this card, four to eight digits', conversation);
  if ((await askPin('once more', conversation)) === pin) return pin;
  throw new PatientError('patient-option-invalid', 'expected the same PIN twice');
}

function readUnseen(keys: Conversation['keys']): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = '';
    const end = (settle: () => void) => {
      keys.off('data', read);
      keys.setRawMode(false);
      keys.pause();
      settle();
    };
    const read = (chunk: Buffer | string) => {
      for (const key of chunk.toString()) {
        if (endOfLine.includes(key)) return end(() => resolve(typed));
        if (interrupt.includes(key)) return end(() => reject(missing()));
        typed = backspace.includes(key) ? typed.slice(0, -1) : (typed + key).slice(0, longest);
      }
    };
    keys.setRawMode(true);
    keys.on('data', read);
    keys.resume();
  });
}

const thisTerminal: Conversation = {
  keys: process.stdin,
  say: (text) => process.stderr.write(text),
};

function missing(): PatientError {
  return new PatientError('card-pin-missing', 'expected the PIN of the card: give it by --pin-file');
}
