import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../bytes.ts';
import { frameMessage1, frameMessage3, parseHandshakeBody } from './http-carriage.ts';

const message3 = Uint8Array.of(0x43, 1, 2, 3);

describe('a handshake message in a request', () => {
  it('begins with true when it starts a handshake', () => {
    const message = Uint8Array.of(0, 3, 0x40, 1);
    expect(frameMessage1(message)).toEqual(Uint8Array.of(0xf5, 0, 3, 0x40, 1));
    expect(parseHandshakeBody(frameMessage1(message))).toEqual({ kind: 'message1', message });
  });

  it('begins with the identifier of the handshake that it continues', () => {
    const identifiers = fc.uint8Array({ maxLength: 32 }).map((bytes) => new Uint8Array(bytes));
    const property = fc.property(identifiers, (connectionId) => {
      const body = parseHandshakeBody(frameMessage3(connectionId, message3));
      expect(body).toEqual({ kind: 'message3', connectionId, message: message3 });
    });
    fc.assert(property, { seed: 9528 });
  });

  it('has a one-byte integer for an identifier that is one', () => {
    expect(frameMessage3(Uint8Array.of(0x2d), message3)).toEqual(concatBytes(Uint8Array.of(0x2d), message3));
    expect(frameMessage3(Uint8Array.of(0x18), message3)).toEqual(concatBytes(Uint8Array.of(0x41, 0x18), message3));
  });

  it.each([
    ['nothing', []],
    ['no message', [1]],
    ['text for a message', [1, 0x61, 0x61]],
    ['an item behind the message', [1, 0x41, 0, 0]],
    ['a long form of a short identifier', [0x41, 1, 0x41, 0]],
    ['an error message', [1, 0x61, 0x61]],
  ])('with %s is refused', (_what, body) => {
    expect(() => parseHandshakeBody(Uint8Array.from(body))).toThrow(
      expect.objectContaining({ code: 'message-malformed' }),
    );
  });

  it('beyond its size is refused', () => {
    const body = frameMessage3(Uint8Array.of(1), new Uint8Array(9000));
    expect(() => parseHandshakeBody(body)).toThrow(expect.objectContaining({ code: 'message-too-large' }));
  });
});
