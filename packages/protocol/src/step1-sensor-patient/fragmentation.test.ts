import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bytes, concatBytes, equalBytes } from '../bytes.ts';
import { octets } from '../wire/cbor/arbitrary.fixture.ts';
import { Fragmenter, fragmentLength, largestMtu, leastMtu, maxMessageLength } from './fragmentation.ts';
import { Reassembler } from './reassembly.ts';

const mtu = fc.integer({ min: leastMtu, max: largestMtu });
const anyMessage = octets(1, 900);

interface Received {
  readonly messages: Bytes[];
  readonly refused: string[];
}

function receive(reassembler: Reassembler, fragments: readonly Bytes[]): Received {
  const received: Received = { messages: [], refused: [] };
  for (const fragment of fragments) {
    const { message, refused } = reassembler.accept(fragment);
    if (message !== undefined) received.messages.push(message);
    if (refused !== undefined) received.refused.push(refused.code);
  }
  return received;
}

/** Three messages of four fragments each, cut for the smallest MTU. */
function three(): { messages: Bytes[]; fragments: Bytes[][] } {
  const fragmenter = new Fragmenter(leastMtu);
  const messages = [1, 2, 3].map((byte) => new Uint8Array(60).fill(byte));
  return { messages, fragments: messages.map((message) => fragmenter.fragments(message)) };
}

const receiveByLeast = (fragments: readonly Bytes[]): Received => receive(new Reassembler(leastMtu), fragments);

describe('fragments', () => {
  it('of any messages over any MTU fit it and give the messages back', () => {
    fc.assert(
      fc.property(mtu, fc.array(anyMessage, { maxLength: 8 }), (size, messages) => {
        const fragmenter = new Fragmenter(size);
        const fragments = messages.flatMap((message) => fragmenter.fragments(message));
        for (const fragment of fragments) expect(fragment.length).toBeLessThanOrEqual(size - 3);
        expect(receive(new Reassembler(size), fragments)).toEqual({ messages, refused: [] });
      }),
      { seed: 81, numRuns: 300 },
    );
  });

  it('of more than 256 messages go on, as their numbers begin again', () => {
    const fragmenter = new Fragmenter(64);
    const messages = Array.from({ length: 600 }, (_, i) => Uint8Array.of(i >> 8, i & 0xff));
    const fragments = messages.flatMap((message) => fragmenter.fragments(message));
    expect(receive(new Reassembler(64), fragments)).toEqual({ messages, refused: [] });
  });

  it('of the longest message are 256 over the smallest MTU', () => {
    const longest = new Uint8Array(maxMessageLength).fill(5);
    const fragments = new Fragmenter(leastMtu).fragments(longest);
    expect(fragments).toHaveLength(256);
    expect(receiveByLeast(fragments).messages).toEqual([longest]);
  });

  it('of no message and of one too long are not made', () => {
    for (const length of [0, maxMessageLength + 1]) {
      expect(() => new Fragmenter(leastMtu).fragments(new Uint8Array(length))).toThrow(
        expect.objectContaining({ code: 'fragment-oversized' }),
      );
    }
  });

  it.each([22, 518, 0, 23.5, Number.NaN])('for an MTU of %d are not made', (size) => {
    expect(() => fragmentLength(size)).toThrow(expect.objectContaining({ code: 'link-mtu-unsupported' }));
    expect(() => new Fragmenter(size)).toThrow(expect.objectContaining({ code: 'link-mtu-unsupported' }));
    expect(() => new Reassembler(size)).toThrow(expect.objectContaining({ code: 'link-mtu-unsupported' }));
  });
});

describe('one fault costs one message', () => {
  const { messages, fragments } = three();
  const [first = [], second = [], third = []] = fragments;
  const others = [messages[0], messages[2]];

  it.each([0, 1, 2, 3])('fragment %i lost', (lost) => {
    const rest = second.filter((_, index) => index !== lost);
    const received = receiveByLeast([...first, ...rest, ...third]);
    expect(received.messages).toEqual(others);
    expect(new Set(received.refused)).toEqual(new Set(['fragment-out-of-order']));
  });

  it('a whole message lost is no fault of the next', () => {
    expect(receiveByLeast([...first, ...third])).toEqual({ messages: others, refused: [] });
  });

  it.each([0, 1, 2])('fragment %i twice', (twice) => {
    const repeated = second.flatMap((fragment, index) => (index === twice ? [fragment, fragment] : [fragment]));
    const received = receiveByLeast([...first, ...repeated, ...third]);
    expect(received.messages).toEqual(others);
    expect(received.refused[0]).toBe('fragment-duplicate');
  });

  it('the last fragment twice, or the whole message: it is delivered once', () => {
    const received = receiveByLeast([...first, ...second, ...second, ...third]);
    expect(received.messages).toEqual(messages);
    expect(received.refused).toEqual(new Array(4).fill('fragment-duplicate'));
  });

  it('two fragments in the wrong order', () => {
    const [a, b, c, d] = second;
    for (const order of [
      [b, a, c, d],
      [a, c, b, d],
      [a, b, d, c],
    ]) {
      const swapped = order.filter((fragment) => fragment !== undefined);
      const received = receiveByLeast([...first, ...swapped, ...third]);
      expect(received.messages).toEqual(others);
      expect(received.refused).toContain('fragment-out-of-order');
    }
  });

  it('a fragment longer than the MTU', () => {
    const long = second.map((fragment, index) => (index === 1 ? concatBytes(fragment, Uint8Array.of(0)) : fragment));
    const received = receiveByLeast([...first, ...long, ...third]);
    expect(received.messages).toEqual(others);
    expect(received.refused[0]).toBe('fragment-oversized');
  });

  it('more data than was announced', () => {
    const more = second.map((fragment, index) => (index === 3 ? concatBytes(fragment, Uint8Array.of(0)) : fragment));
    const received = receiveByLeast([...first, ...more, ...third]);
    expect(received).toEqual({ messages: others, refused: ['fragment-malformed'] });
  });

  it('an announced length over the limit', () => {
    const small = new Reassembler(leastMtu, 59);
    expect(small.accept(second[0] ?? new Uint8Array(0)).refused?.code).toBe('fragment-oversized');
  });

  it.each([[[]], [[1]], [[1, 0]], [[1, 0, 0]], [[1, 0, 0, 5]], [[1, 3]]])('%j is malformed', (octet) => {
    const received = receiveByLeast([...first, Uint8Array.from(octet), ...third]);
    expect(received).toEqual({ messages: others, refused: ['fragment-malformed'] });
  });
});

describe('on a link that loses, repeats and reorders', () => {
  it('what arrives is a message that was sent, and each at most once', () => {
    const noise = fc.array(fc.tuple(fc.constantFrom('lose', 'repeat', 'swap', 'junk'), fc.nat()), { maxLength: 12 });
    fc.assert(
      fc.property(mtu, fc.array(anyMessage, { minLength: 1, maxLength: 20 }), noise, (size, messages, faults) => {
        const fragmenter = new Fragmenter(size);
        const sent = messages.map((message, i) => concatBytes(Uint8Array.of(i), message));
        const fragments = sent.flatMap((message) => fragmenter.fragments(message));
        for (const [fault, place] of faults) {
          const at = place % (fragments.length + 1);
          const fragment = fragments[at];
          if (fault === 'lose') fragments.splice(at, 1);
          else if (fault === 'repeat' && fragment) fragments.splice(at, 0, fragment);
          else if (fault === 'swap' && fragment) fragments.splice(at, 1, ...fragments.splice(at + 1, 1), fragment);
          else fragments.splice(at, 0, Uint8Array.of(place & 0xff));
        }
        const received = receive(new Reassembler(size), fragments).messages;
        const numbers = received.map(([number]) => number ?? -1);
        expect(new Set(numbers).size).toBe(numbers.length);
        for (const [i, message] of received.entries()) {
          const original = sent[numbers[i] ?? -1];
          expect(original !== undefined && equalBytes(message, original)).toBe(true);
        }
        if (faults.length === 0) expect(received).toEqual(sent);
      }),
      { seed: 82, numRuns: 1000 },
    );
  });

  it('any bytes are refused with a code or begin a message, and never throw', () => {
    fc.assert(
      fc.property(fc.array(octets(0, 30), { maxLength: 40 }), (fragments) => {
        for (const code of receiveByLeast(fragments).refused) expect(code).toMatch(/^fragment-/);
      }),
      { seed: 83, numRuns: 1000 },
    );
  });
});
