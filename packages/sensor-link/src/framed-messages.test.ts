import { type Bytes, largestMtu, leastMtu } from '@vitalseal/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeTrouble, decodeWindow, encodeTrouble, encodeWindow } from './flow.ts';
import { framedMessages } from './framed-messages.ts';
import type { Link } from './link.ts';
import { linkPair } from './link-pair.ts';
import type { LinkMessage, MessageLink, MessageListener } from './message-link.ts';

const seed = 20260115;

function messagesOf(link: Link, listener: Partial<MessageListener> = {}): MessageLink {
  const messages = framedMessages(link);
  messages.listen({ message: () => {}, closed: () => {}, ...listener });
  return messages;
}

function turns(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

describe('messages on the link', () => {
  test('arrive whole and in order at any MTU, in frames no longer than it allows', async () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: leastMtu, max: largestMtu }), sizes, async (mtu, lengths) => {
        const frames: Bytes[] = [];
        const [a, b] = linkPair({ mtu, observe: (frame) => frames.push(frame) });
        const received: [LinkMessage, Bytes][] = [];
        messagesOf(b, { message: (type, body) => received.push([type, body]) });
        const sender = messagesOf(a);
        const sent = lengths.map((length, i) => new Uint8Array(length).fill(i));
        for (const body of sent) void sender.send('record', body);
        await turns();
        expect(received).toEqual(sent.map((body) => ['record', body]));
        expect(Math.max(...frames.map(({ length }) => length))).toBeLessThanOrEqual(mtu - 3);
      }),
      { seed, numRuns: 30 },
    );
  });

  test('any frame is a message, is waited for, or closes the link', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 8 }), async (frames) => {
        const [a, b] = linkPair();
        let closed = false;
        messagesOf(b, { closed: () => (closed = true) });
        for (const frame of frames) a.send(new Uint8Array(frame));
        await turns();
        expect(typeof closed).toBe('boolean');
      }),
      { seed, numRuns: 40 },
    );
  });

  test('an unknown type closes the link', async () => {
    const [a, b] = linkPair();
    let reason: Error | undefined;
    messagesOf(b, { closed: (why) => (reason = why) });
    a.send(Uint8Array.of(0, 0, 0, 1, 99));
    await turns();
    expect(reason).toMatchObject({ code: 'link-malformed' });
  });

  test('what came before anybody listened is told when whoever listens is made', async () => {
    const [a, b] = linkPair();
    void messagesOf(a).send('window', encodeWindow(1));
    a.close();
    await turns();
    const heard: string[] = [];
    const early: MessageLink[] = [];
    const late = messagesOf(b, {
      message: (type) => heard.push(`${type} ${early.length}`),
      closed: () => heard.push(`closed ${early.length}`),
    });
    early.push(late);
    await turns();
    expect(heard).toEqual(['window 1', 'closed 1']);
  });

  test('a window is two bytes, trouble a code', () => {
    expect(decodeWindow(encodeWindow(300))).toBe(300);
    expect(() => decodeWindow(Uint8Array.of(1))).toThrowError(expect.objectContaining({ code: 'link-malformed' }));
    expect(decodeTrouble(encodeTrouble('outbox-full'))).toBe('outbox-full');
    expect(decodeTrouble(Uint8Array.of(0x1b, 0x5b, 0x33))).toBe('unknown');
  });
});
