import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../errors.ts';
import { octets } from '../wire/cbor/arbitrary.fixture.ts';
import { opener, sealerFrom, text } from './channel.fixture.ts';
import { maxSequence } from './record.ts';
import { ReplayWindow } from './replay-window.ts';

const refusal = (code: string) => expect.objectContaining({ name: 'ProtocolError', code });

/** The rule in its plainest form. */
class Model {
  readonly seen = new Set<number>();
  check(sequence: number, size: number): 'fresh' | 'seen' | 'too-old' {
    const highest = Math.max(-1, ...this.seen);
    if (sequence <= highest - size) return 'too-old';
    return this.seen.has(sequence) ? 'seen' : 'fresh';
  }
}

describe('a replay window', () => {
  it('refuses a record that was opened before', async () => {
    const [sealing, receiving] = [await sealerFrom(0), await opener()];
    const window = ReplayWindow.empty();
    const { bytes } = await sealing.seal(text('once'));
    window.accept((await receiving.open(bytes)).sequence);
    const again = await receiving.open(bytes);
    expect(window.check(again.sequence)).toBe('seen');
    expect(() => window.accept(again.sequence)).toThrow(refusal('record-replayed'));
  });

  it('accepts records in any order within its size, and each once', async () => {
    const window = ReplayWindow.empty();
    const order = Array.from({ length: 1024 }, (_, i) => (i * 357) % 1024);
    for (const sequence of order) window.accept(sequence);
    for (const sequence of order) expect(window.check(sequence)).toBe('seen');
  });

  it('refuses a record behind it, seen or not', () => {
    const window = ReplayWindow.empty();
    window.accept(5000);
    expect(window.check(5000 - 1023)).toBe('fresh');
    expect(window.check(5000 - 1024)).toBe('too-old');
    expect(() => window.accept(5000 - 1024)).toThrow(refusal('record-too-old'));
  });

  it('does as the set of all received numbers would', () => {
    const step = fc.oneof(fc.integer({ min: 0, max: 4000 }), fc.integer({ min: 0, max: 40 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.constantFrom(1024, 2048), (sequences, size) => {
        const model = new Model();
        let window = ReplayWindow.empty(size);
        for (const sequence of sequences) {
          const verdict = model.check(sequence, size);
          expect(window.check(sequence)).toBe(verdict);
          if (verdict !== 'fresh') continue;
          model.seen.add(sequence);
          window = window.accepting(sequence);
        }
        for (const sequence of sequences) expect(window.check(sequence)).toBe(model.check(sequence, size));
      }),
      { seed: 61, numRuns: 300 },
    );
  });

  it('is the same after it was stored', () => {
    const numbers = fc.array(fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: maxSequence })));
    fc.assert(
      fc.property(numbers, (sequences) => {
        const window = ReplayWindow.empty();
        for (const sequence of sequences) if (window.check(sequence) === 'fresh') window.accept(sequence);
        const stored = window.encode();
        const restored = ReplayWindow.decode(stored);
        expect(restored.encode()).toEqual(stored);
        for (const sequence of sequences) expect(restored.check(sequence)).toBe(window.check(sequence));
      }),
      { seed: 62, numRuns: 300 },
    );
  });

  it('stays as it was when a transaction with its successor fails', () => {
    const window = ReplayWindow.empty();
    window.accept(3);
    const before = window.encode();
    expect(window.accepting(4).check(4)).toBe('seen');
    expect(window.check(4)).toBe('fresh');
    expect(window.encode()).toEqual(before);
  });

  it('of stored bytes that no window has is refused', () => {
    const one = ReplayWindow.empty();
    one.accept(2);
    const stored = one.encode();
    const change = (at: number, byte: number) => Object.assign(stored.slice(), { [at]: byte });
    const wrong = [stored.slice(1), new Uint8Array(0), change(5, 2), change(6, 0), change(7, 1), change(0, 1)];
    for (const bytes of wrong) expect(() => ReplayWindow.decode(bytes)).toThrow(refusal('replay-window-malformed'));
    for (const size of [0, 1023, 1028, 65_544, Number.NaN]) {
      expect(() => ReplayWindow.empty(size)).toThrow(refusal('replay-window-malformed'));
    }
  });

  it('of any bytes is refused with a code, or stores as the same bytes', () => {
    fc.assert(
      fc.property(octets(134), fc.integer({ min: 0, max: 2000 }), (bytes, highest) => {
        bytes.fill(0, 0, 4);
        bytes[4] = highest >> 8;
        bytes[5] = highest & 0xff;
        try {
          expect(ReplayWindow.decode(bytes).encode()).toEqual(bytes);
        } catch (error) {
          if (!(error instanceof ProtocolError)) throw error;
        }
      }),
      { seed: 63, numRuns: 500 },
    );
  });

  it('accepts no counter that a record cannot have', () => {
    for (const sequence of [-1, 0.5, Number.NaN, maxSequence + 1]) {
      expect(() => ReplayWindow.empty().accept(sequence)).toThrow(refusal('counter-malformed'));
    }
  });
});
