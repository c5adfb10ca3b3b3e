import { concatBytes } from '@vitalseal/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Hierarchy, makeHierarchy, now, patient, validity } from '../certificate/hierarchy.fixture.ts';
import { issueCertificate } from '../certificate/issue.ts';
import { expectRefusal } from '../expect-refusal.fixture.ts';
import { generateKeyPair } from '../key/key-pair.ts';
import { createRequest } from '../request/create-request.ts';
import { BoundedMap } from './bounded-map.ts';
import { PathValidator } from './path-validator.ts';

describe('a validator that remembers', () => {
  let honest: Hierarchy;
  beforeAll(async () => {
    honest = await makeHierarchy();
  });

  it('answers the second time as the first', async () => {
    const validator = new PathValidator({ anchors: honest.anchors });
    const first = await validator.validate({ chain: honest.chain, at: now });
    expect(await validator.validate({ chain: honest.chain, at: now })).toEqual(first);
  });

  it('refuses what it accepted a moment ago once it is revoked, expired or asked in another role', async () => {
    const validator = new PathValidator({ anchors: honest.anchors });
    const { serials } = await validator.validate({ chain: honest.chain, at: now });
    for (const serial of serials) {
      const isRevoked = (asked: string): boolean => asked === serial;
      await expectRefusal(validator.validate({ chain: honest.chain, at: now, isRevoked }), 'revoked');
    }
    await expectRefusal(validator.validate({ chain: honest.chain, at: validity.notAfter + 1000 }), 'expired');
    await expectRefusal(validator.validate({ chain: honest.chain, at: validity.notBefore - 1 }), 'not-yet-valid');
    await expectRefusal(validator.validate({ chain: honest.chain, at: now, role: 'doctor' }), 'role-refused');
    expect((await validator.validate({ chain: honest.chain, at: now })).identity).toEqual(patient);
  });

  it('does not take two certificates in one for the two it remembers', async () => {
    const validator = new PathValidator({ anchors: honest.anchors });
    await validator.validate({ chain: honest.chain, at: now });
    await expectRefusal(validator.validate({ chain: [concatBytes(...honest.chain)], at: now }), 'malformed');
  });

  it('takes nothing of a chain that failed', async () => {
    const other = await makeHierarchy();
    const validator = new PathValidator({ anchors: honest.anchors });
    for (let attempt = 0; attempt < 2; attempt++) {
      await expectRefusal(validator.validate({ chain: other.chain, at: now }), 'issuer-mismatch');
      await expectRefusal(
        validator.validate({ chain: [honest.leaf, ...other.chain.slice(1)], at: now }),
        'issuer-mismatch',
      );
    }
    expect((await validator.validate({ chain: honest.chain, at: now })).identity).toEqual(patient);
  });

  it('serves more leaves than it remembers', async () => {
    const validator = new PathValidator({ anchors: honest.anchors, remembered: 2 });
    const ids = ['a', 'b', 'c', 'd'];
    const keys = await generateKeyPair({ extractable: false });
    const chains = await Promise.all(
      ids.map(async (id) => {
        const identity = { role: 'sensor', id } as const;
        const csr = await createRequest(keys, identity);
        return [
          await issueCertificate({ csr, identity, issuer: honest.issuing, ...validity }),
          honest.issuing.certificate,
        ];
      }),
    );
    for (let round = 0; round < 2; round++) {
      for (const [index, chain] of chains.entries()) {
        expect((await validator.validate({ chain, at: now })).identity.id).toBe(ids[index]);
      }
    }
  });

  it('reports a root that is none when it is asked, not before', async () => {
    const validator = new PathValidator({ anchors: [honest.leaf] });
    await expectRefusal(validator.validate({ chain: honest.chain, at: now }), 'not-an-authority');
  });
});

describe('a bounded map', () => {
  it('forgets what was used least recently', () => {
    const map = new BoundedMap<number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.get('a');
    map.set('c', 3);
    expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([1, undefined, 3, 2]);
  });
});
