// Images on their way into a card: the commands as the standard has them, there and back, and whatever is none.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CommandApdu } from '../../apdu/command.ts';
import { join, toHex } from '../../bytes.ts';
import { onlyUiccErrors } from '../../only-uicc-errors.fixture.ts';
import { installForLoad, readInstallForLoad } from './install-for-load.ts';
import { decodeLoadFile, encodeLoadFile } from './load-file.ts';
import { loadImage, mostImageOctets, readLoad } from './load-image.ts';
import { decodeMhaImage, encodeMhaImage } from './mha-image.ts';

const hash = new Uint8Array(32).fill(0xab);
const at = Date.UTC(2026, 0, 15, 12);
const bytes = (least: number, most: number) =>
  fc.uint8Array({ minLength: least, maxLength: most }).map((some) => Uint8Array.from(some));

test('INSTALL [for load] has its fields, each after its length', () => {
  const { data, ...header } = installForLoad({ hash, at });
  expect(header).toEqual({ cla: 0x80, ins: 0xe6, p1: 0x02, p2: 0x00, le: 256 });
  const parameters = '0cef0a80080000019bc19d2600'.replace('019bc19d2600', at.toString(16).padStart(12, '0'));
  expect(toHex(data)).toBe(`0bf0564954414c5345414c0108a00000015100000020${'ab'.repeat(32)}${parameters}00`);
  expect(readInstallForLoad(installForLoad({ hash, at }))).toEqual({ hash, at });
});

test('an image comes back as it was', () => {
  const image = fc.record({
    policy: fc.record({ batchRecords: fc.integer({ min: 1, max: 256 }) }),
    code: bytes(0, 400),
  });
  fc.assert(
    fc.property(image, (one) => {
      expect(decodeMhaImage(encodeMhaImage(one))).toEqual(one);
    }),
    { seed: 40 },
  );
});

test('a load file goes in numbered blocks, of which the last is called so', () => {
  const image = encodeMhaImage({ policy: {}, code: new Uint8Array(3000).fill(7) });
  const file = { image, attestation: new Uint8Array(900).fill(9) };
  const [install, ...blocks] = loadImage(file, { hash, at });
  expect(install).toEqual(installForLoad({ hash, at }));
  expect(blocks.map(readLoad)).toEqual([
    { block: 0, last: false },
    { block: 1, last: false },
    { block: 2, last: false },
    { block: 3, last: true },
  ]);
  expect(decodeLoadFile(join(...blocks.map(({ data }) => data)))).toEqual(file);
});

test('the largest image has a number for each of its blocks, and a larger one is not sent', () => {
  const attestation = new Uint8Array(8192);
  const blocks = loadImage(
    { image: encodeMhaImage({ policy: {}, code: new Uint8Array(mostImageOctets - 8200) }), attestation },
    { hash, at },
  );
  expect(blocks.length).toBeLessThanOrEqual(257);
  const larger = { image: new Uint8Array(mostImageOctets + 8192), attestation };
  expect(() => loadImage(larger, { hash, at })).toThrow(expect.objectContaining({ code: 'administration-malformed' }));
});

test('whatever comes as an image, a load file or its announcement is read, or refused with a code', () => {
  const good = fc.constantFrom(
    encodeMhaImage({ policy: { batchRecords: 4 }, code: hash }),
    encodeLoadFile({ image: encodeMhaImage({ policy: {}, code: hash }), attestation: hash }),
    installForLoad({ hash, at }).data,
  );
  const changed = fc.tuple(good, fc.nat(), fc.nat(255)).map(([some, where, octet]) => {
    const one = some.slice(0, Math.max(1, where % (some.length + 1)));
    one[where % one.length] = octet;
    return one;
  });
  fc.assert(
    fc.property(fc.oneof(changed, bytes(0, 40)), fc.nat(255), fc.nat(255), (data, p1, p2) => {
      const command: CommandApdu = { cla: 0x80, ins: 0xe6, p1, p2, data };
      onlyUiccErrors(() => decodeMhaImage(data));
      onlyUiccErrors(() => decodeLoadFile(data));
      onlyUiccErrors(() => readInstallForLoad({ ...command, p1: 2, p2: 0 }));
      onlyUiccErrors(() => readLoad(command));
    }),
    { seed: 41, numRuns: 3000 },
  );
});
