import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AclGuard } from './acl-guard.ts';

function acl(handle: number, part: number, data: Buffer): Buffer {
  const head = Buffer.from([2, 0, 0, 0, 0]);
  head.writeUInt16LE(handle | (part << 12), 1);
  head.writeUInt16LE(data.length, 3);
  return Buffer.concat([head, data]);
}

function frame(length: number): Buffer {
  const whole = Buffer.alloc(length + 4, 7);
  whole.writeUInt16LE(length, 0);
  whole.writeUInt16LE(4, 2);
  return whole;
}

test('frames pass in as many parts as they come in, each link by itself, and events pass always', () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 4, max: 60 }), cuts, (length, head, all) => {
      const guard = new AclGuard();
      const whole = frame(length);
      const other = frame(100);
      expect(guard.admits(acl(2, 2, other.subarray(0, 50)))).toBe(true);
      expect(guard.admits(acl(1, 2, whole.subarray(0, head)))).toBe(true);
      expect(guard.admits(Buffer.from([4, 0x13, 1, 0]))).toBe(true);
      for (let at = head, n = 0; at < whole.length; n++) {
        const cut = all[n % all.length] ?? 1;
        expect(guard.admits(acl(1, 1, whole.subarray(at, at + cut)))).toBe(true);
        at += cut;
      }
      expect(guard.admits(acl(2, 1, other.subarray(50)))).toBe(true);
    }),
    { seed: 8, numRuns: 200 },
  );
});

test('parts without end, of no frame, or past its end do not, and the next frame does', () => {
  const guard = new AclGuard();
  expect(guard.admits(acl(1, 1, Buffer.alloc(20)))).toBe(false);
  expect(guard.admits(acl(1, 2, frame(60).subarray(0, 27)))).toBe(true);
  expect(guard.admits(acl(1, 1, Buffer.alloc(27)))).toBe(true);
  expect(guard.admits(acl(1, 1, Buffer.alloc(27)))).toBe(false);
  for (let n = 0; n < 100; n++) expect(guard.admits(acl(1, 1, Buffer.alloc(27)))).toBe(false);
  expect(guard.admits(acl(1, 2, frame(20)))).toBe(true);
});

test('a frame longer than anything that is spoken does not, nor one cut before its length is known', () => {
  const guard = new AclGuard();
  expect(guard.admits(acl(1, 2, frame(60_000).subarray(0, 27)))).toBe(false);
  expect(guard.admits(acl(1, 1, Buffer.alloc(27)))).toBe(false);
  expect(guard.admits(acl(1, 2, Buffer.from([3, 0, 4])))).toBe(false);
  expect(guard.admits(acl(1, 2, Buffer.concat([frame(3), Buffer.alloc(1)])))).toBe(false);
});
