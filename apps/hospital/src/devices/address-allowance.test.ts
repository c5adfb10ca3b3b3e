import { expect, test } from 'vitest';
import { AddressAllowance } from './address-allowance.ts';

test('an address may spend its burst, then only what has been filled up since', () => {
  let now = 0;
  const allowance = new AddressAllowance({ burst: 2, perSecond: 1, now: () => now });
  expect([allowance.charge('a'), allowance.charge('a'), allowance.charge('a')]).toEqual([true, true, false]);
  expect(allowance.hasSome('a')).toBe(false);
  expect(allowance.secondsUntilNext('a')).toBe(1);
  now = 1_000;
  expect(allowance.hasSome('a')).toBe(true);
  expect([allowance.charge('a'), allowance.charge('a')]).toEqual([true, false]);
});

test('one address does not spend what another has', () => {
  const allowance = new AddressAllowance({ burst: 1, perSecond: 1, now: () => 0 });
  expect([allowance.charge('a'), allowance.charge('b'), allowance.charge('a')]).toEqual([true, true, false]);
});

test('a clock that goes back gives nothing and takes nothing', () => {
  let now = 5_000;
  const allowance = new AddressAllowance({ burst: 1, perSecond: 1, now: () => now });
  allowance.charge('a');
  now = 0;
  expect(allowance.charge('a')).toBe(false);
});

test('the number of addresses remembered is bounded', () => {
  const allowance = new AddressAllowance({ burst: 1, perSecond: 1, addressLimit: 2, now: () => 0 });
  for (const address of ['a', 'b', 'c']) allowance.charge(address);
  expect(allowance.charge('c')).toBe(false);
  expect(allowance.charge('a')).toBe(true);
});
