import { describe, expect, it } from 'vitest';
import { HalfOpenHandshakes } from './half-open-handshakes.ts';

const id = (n: number) => Uint8Array.of(n);

describe('half-open handshakes', () => {
  it('are found by their connection identifier, once', () => {
    const halfOpen = new HalfOpenHandshakes<string>({ limit: 2, lifetimeMs: 100 });
    halfOpen.add(id(1), 'first', 0);
    halfOpen.add(id(2), 'second', 0);
    expect(halfOpen.take(id(1), 50)).toBe('first');
    expect(halfOpen.take(id(1), 50)).toBeUndefined();
    expect(halfOpen.take(id(2), 50)).toBe('second');
    expect(halfOpen.size).toBe(0);
  });

  it('are gone after their lifetime', () => {
    const halfOpen = new HalfOpenHandshakes<string>({ limit: 2, lifetimeMs: 100 });
    halfOpen.add(id(1), 'first', 0);
    halfOpen.add(id(2), 'second', 60);
    expect(halfOpen.take(id(1), 100)).toBeUndefined();
    expect(halfOpen.size).toBe(1);
    expect(halfOpen.take(id(2), 100)).toBe('second');
  });

  it('live from the last time they were added', () => {
    const halfOpen = new HalfOpenHandshakes<string>({ limit: 2, lifetimeMs: 100 });
    halfOpen.add(id(1), 'first', 0);
    halfOpen.add(id(2), 'second', 50);
    halfOpen.add(id(1), 'again', 60);
    expect(halfOpen.take(id(2), 150)).toBeUndefined();
    expect(halfOpen.take(id(1), 150)).toBe('again');
  });

  it('are bounded: the oldest makes room', () => {
    const halfOpen = new HalfOpenHandshakes<number>({ limit: 3, lifetimeMs: 100 });
    for (let n = 0; n < 10; n++) halfOpen.add(id(n), n, n);
    expect(halfOpen.size).toBe(3);
    expect(halfOpen.take(id(6), 10)).toBeUndefined();
    expect([7, 8, 9].map((n) => halfOpen.take(id(n), 10))).toEqual([7, 8, 9]);
  });

  it('have identifiers that nobody can guess', () => {
    const halfOpen = new HalfOpenHandshakes<number>({ limit: 3, lifetimeMs: 100 });
    const ids = Array.from({ length: 100 }, () => String(halfOpen.newConnectionId()));
    expect(new Set(ids).size).toBe(100);
    expect(halfOpen.newConnectionId().length).toBe(8);
  });
});
