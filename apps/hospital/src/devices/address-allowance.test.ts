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

test('a host of IPv6 has one allowance, whichever of its addresses it uses; one of IPv4 the same in both its forms', () => {
  const allowance = new AddressAllowance({ burst: 1, perSecond: 1, now: () => 0 });
  expect(allowance.charge('2001:db8:0:7::1')).toBe(true);
  for (const other of ['2001:db8::7:ffff:0:0:1', '2001:0db8:0:7:8000::', '2001:DB8:0:7::2%eth0']) {
    expect(allowance.hasSome(other)).toBe(false);
    expect(allowance.charge(other)).toBe(false);
    expect(allowance.secondsUntilNext(other)).toBe(1);
  }
  for (const foreign of ['2001:db8:0:8::1', '::1', 'fe80::1']) expect(allowance.charge(foreign)).toBe(true);
  expect(allowance.charge('192.0.2.1')).toBe(true);
  expect(allowance.charge('::ffff:192.0.2.1')).toBe(false);
  expect(allowance.charge('::ffff:192.0.2.2')).toBe(true);
});
