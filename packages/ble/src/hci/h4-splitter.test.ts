import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BleError } from '../errors.ts';
import { H4Splitter } from './h4-splitter.ts';

const packet = fc.oneof(
  fc.uint8Array({ maxLength: 255 }).map((body) => Buffer.from([4, 0x3e, body.length, ...body])),
  fc
    .uint8Array({ maxLength: 700 })
    .map((body) => Buffer.from([2, 0x40, 0x20, body.length & 0xff, body.length >> 8, ...body])),
  fc.uint8Array({ maxLength: 255 }).map((body) => Buffer.from([1, 3, 0x0c, body.length, ...body])),
);

describe('H4', () => {
  test('packets come out as they went in, however the stream was cut', () => {
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 20 }), fc.array(fc.nat(300), { maxLength: 60 }), (packets, cuts) => {
        const splitter = new H4Splitter();
        let rest: Buffer = Buffer.concat(packets);
        const out: Buffer[] = [];
        for (const cut of cuts) {
          out.push(...splitter.push(rest.subarray(0, cut)));
          rest = rest.subarray(cut);
        }
        out.push(...splitter.push(rest));
        expect(out.map((one) => one.toString('hex'))).toEqual(packets.map((one) => one.toString('hex')));
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  test('any other bytes are packets or an error with a code', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 20 }), (chunks) => {
        const splitter = new H4Splitter();
        let length = 0;
        try {
          for (const chunk of chunks) for (const one of splitter.push(chunk)) length += one.length;
        } catch (error) {
          expect(error).toBeInstanceOf(BleError);
        }
        expect(length).toBeLessThanOrEqual(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
      }),
      { seed: 6, numRuns: 500 },
    );
  });
});
