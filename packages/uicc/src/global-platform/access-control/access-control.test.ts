// Access rules: as other implementations encode them, which one is found, and whatever is no rule.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mhaAid } from '../../applications.ts';
import { fromHex, toHex } from '../../bytes.ts';
import { onlyUiccErrors } from '../../only-uicc-errors.fixture.ts';
import { type AccessRule, decodeAccessRule, encodeAccessRule } from './access-rule.ts';
import {
  decodeAllAccessRules,
  decodeRefreshTag,
  decodeSpecificAccess,
  encodeAllAccessRules,
  encodeRefreshTag,
  encodeSpecificAccess,
} from './access-rule-responses.ts';
import { allowsCommand, findAccess } from './find-access.ts';
import { decodeStoreAccessRules, encodeStoreAccessRules, type StoreAccessRules } from './store-access-rules.ts';

const own = new Uint8Array(32).fill(0x11);
const others = new Uint8Array(32).fill(0x22);
const empty = new Uint8Array(0);

const sized = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((some) => Uint8Array.from(some));
const filter = fc.record({ header: sized(4), mask: sized(4) });
const rule: fc.Arbitrary<AccessRule> = fc.record(
  {
    application: fc.constantFrom(0, 5, 11, 16).chain(sized),
    deviceApplication: fc.constantFrom(0, 20, 32).chain(sized),
    apdus: fc.oneof(
      fc.constantFrom('never' as const, 'always' as const),
      fc.array(filter, { minLength: 1, maxLength: 3 }),
    ),
    nfcEvents: fc.constantFrom('never' as const, 'always' as const),
  },
  { requiredKeys: ['deviceApplication', 'apdus'] },
);

test('a rule is encoded as the tables of the standard have it', () => {
  const encoded = encodeAccessRule({
    application: fromHex('a00000015141434c00'),
    deviceApplication: new Uint8Array(20).fill(0xab),
    apdus: 'always',
  });
  expect(toHex(encoded)).toBe(`e228e1214f09a00000015141434c00c114${'ab'.repeat(20)}e303d00101`);
});

test('the answers to GET DATA are encoded as the tables of the standard have them', () => {
  expect(toHex(encodeAllAccessRules([]))).toBe('ff4000');
  expect(toHex(encodeRefreshTag(7))).toBe('df20080000000000000007');
  expect(toHex(encodeSpecificAccess({ apdus: 'never' }))).toBe('ff5005e303d00100');
  expect(decodeSpecificAccess(fromHex('ff5000'))).toBeUndefined();
});

test('rules come back as they were', () => {
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 4 }), sized(8), (rules, refreshTag) => {
      expect(decodeAllAccessRules(encodeAllAccessRules(rules))).toEqual(rules);
      expect(decodeRefreshTag(encodeRefreshTag(refreshTag))).toEqual(refreshTag);
      for (const { apdus } of rules) {
        expect(decodeSpecificAccess(encodeSpecificAccess({ apdus }))).toEqual({ apdus });
      }
    }),
    { seed: 22 },
  );
});

test('what is told to ARA-M comes back as it was', () => {
  const command: fc.Arbitrary<StoreAccessRules> = fc.oneof(
    fc.record({ command: fc.constantFrom('store' as const, 'delete-rule' as const), rule }),
    fc.record({ command: fc.constantFrom('delete-all' as const, 'update-refresh-tag' as const) }),
    fc.record({ command: fc.constant('delete-application' as const), application: sized(11) }),
    rule.map(({ apdus: _, nfcEvents: __, ...reference }) => ({ command: 'delete-reference' as const, reference })),
  );
  fc.assert(
    fc.property(command, (one) => {
      expect(decodeStoreAccessRules(encodeStoreAccessRules(one))).toEqual([one]);
    }),
    { seed: 23 },
  );
});

test('a rule with anything unknown in it is refused whole', () => {
  expect(() => decodeAccessRule(fromHex('e1044f00c100e303d00101ca00'))).toThrow('known data objects');
  expect(() => decodeAccessRule(fromHex('e1044f00c100e303d00102'))).toThrow('never, always');
  expect(() => decodeAccessRule(fromHex('e1044f00c100e306d00101d00100'))).toThrow('known data objects');
});

test('whatever comes as rules is read, or refused with a code', () => {
  const encoded = fc.array(rule, { maxLength: 2 }).map(encodeAllAccessRules);
  const cut = fc.tuple(encoded, fc.nat(200), fc.nat(255)).map(([some, at, octet]) => {
    const changed = some.slice(0, Math.max(at % (some.length + 1), 1));
    changed[at % changed.length] = octet;
    return changed;
  });
  fc.assert(
    fc.property(fc.oneof(cut, fc.uint8Array({ maxLength: 40 })), (some) => {
      onlyUiccErrors(() => decodeAllAccessRules(some));
      onlyUiccErrors(() => decodeSpecificAccess(some));
      onlyUiccErrors(() => decodeRefreshTag(some));
      onlyUiccErrors(() => decodeStoreAccessRules(some));
    }),
    { seed: 24, numRuns: 2000 },
  );
});

const ask = (rules: readonly AccessRule[], hash = own) =>
  findAccess(rules, { application: mhaAid, deviceApplication: [hash] });

test('without a rule there is no access', () => {
  expect(ask([])).toBe('never');
});

test('the rule of this application decides before one for every application', () => {
  const rules: AccessRule[] = [
    { application: mhaAid, deviceApplication: own, apdus: 'always' },
    { application: mhaAid, deviceApplication: empty, apdus: 'never' },
  ];
  expect(ask(rules)).toBe('always');
});

test('a rule that names another application shuts out the ones that none names', () => {
  const rules: AccessRule[] = [
    { application: mhaAid, deviceApplication: others, apdus: 'always' },
    { application: mhaAid, deviceApplication: empty, apdus: 'always' },
    { application: empty, deviceApplication: own, apdus: 'always' },
  ];
  expect(ask(rules)).toBe('never');
  expect(ask(rules, others)).toBe('always');
});

test('a rule for all applications of the card decides where none names this one', () => {
  const rules: AccessRule[] = [
    { application: empty, deviceApplication: own, apdus: 'always' },
    { application: fromHex('a000000151000000'), deviceApplication: own, apdus: 'never' },
  ];
  expect(ask(rules)).toBe('always');
});

test('of rules about the same, the one that forbids decides', () => {
  const rules: AccessRule[] = [
    { application: mhaAid, deviceApplication: own, apdus: 'always' },
    { application: mhaAid, deviceApplication: own, apdus: 'never' },
  ];
  expect(ask(rules)).toBe('never');
});

test('a filter lets through the headers that fit under its mask, and no shorter ones', () => {
  const access = [{ header: fromHex('80300000'), mask: fromHex('fff00000') }];
  expect(allowsCommand(access, fromHex('803f1234'))).toBe(true);
  expect(allowsCommand(access, fromHex('80400000'))).toBe(false);
  expect(allowsCommand(access, fromHex('8030'))).toBe(false);
});
