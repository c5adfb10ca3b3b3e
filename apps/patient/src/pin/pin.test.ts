import { EventEmitter } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { askNewPin, askPin, type Conversation } from './ask-pin.ts';
import { readPinFile } from './pin-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'vitalseal-pin-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string, mode: number): string {
  const path = join(folder, 'pin');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

/** A person who types, and the terminal in front of them. */
function person(...chunks: string[]) {
  const events = new EventEmitter();
  const said: string[] = [];
  const modes: boolean[] = [];
  const keys = Object.assign(events, {
    isTTY: true,
    setRawMode: (raw: boolean) => modes.push(raw),
    resume: () => queueMicrotask(() => events.emit('data', chunks.shift() ?? '\r')),
    pause: () => {},
  });
  const conversation = { keys: keys as unknown as Conversation['keys'], say: (text: string) => said.push(text) };
  return { conversation, said, modes };
}

describe('a PIN file', () => {
  test('of its owner alone is read', () => {
    expect(readPinFile(file('4711\n', 0o600))).toBe('4711');
    expect(readPinFile(file('47114711', 0o400))).toBe('47114711');
  });

  test('that others can read is refused', () => {
    for (const mode of [0o640, 0o604, 0o644]) {
      expect(() => readPinFile(file('4711', mode))).toThrow(expect.objectContaining({ code: 'pin-file-exposed' }));
    }
  });

  test('that is not there is asked for in one line', () => {
    const absent = join(folder, 'absent');
    expect(() => readPinFile(absent)).toThrow(expect.objectContaining({ code: 'card-pin-missing' }));
  });

  test('without a PIN in it is refused, and the error does not repeat what was in it', () => {
    for (const text of ['', '12', '123456789', 'secret', '47 11']) {
      const read = () => readPinFile(file(text, 0o600));
      expect(read).toThrow(expect.objectContaining({ code: 'patient-option-invalid' }));
      expect(read).not.toThrow(/secret|47 11|123456789/);
    }
  });
});

describe('a PIN that is asked for', () => {
  test('is read key by key, and never shown', async () => {
    const { conversation, said, modes } = person('48\x7f711\r');
    expect(await askPin('PIN', conversation)).toBe('4711');
    expect(said.join('')).toBe('PIN: \n');
    expect(modes).toEqual([true, false]);
  });

  test('a new one has to be typed twice', async () => {
    expect(await askNewPin(person('4711\r', '4711\r').conversation)).toBe('4711');
    await expect(askNewPin(person('4711\r', '4712\r').conversation)).rejects.toMatchObject({
      code: 'patient-option-invalid',
    });
  });

  test('nobody there, or somebody who leaves, is no PIN', async () => {
    const { conversation } = person();
    const away = { ...conversation, keys: Object.assign(conversation.keys, { isTTY: false }) };
    await expect(askPin('PIN', away as Conversation)).rejects.toMatchObject({ code: 'card-pin-missing' });
    await expect(askPin('PIN', person('47\x03').conversation)).rejects.toMatchObject({ code: 'card-pin-missing' });
  });
});
