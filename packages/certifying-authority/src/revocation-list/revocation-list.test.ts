import { type Bytes, hexToBytes } from '@vitalseal/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { authorityKeyIdentifier, extension } from '../certificate/build-certificate.ts';
import { day, type Hierarchy, makeHierarchy, now } from '../certificate/hierarchy.fixture.ts';
import { randomSerial } from '../certificate/issue.ts';
import { type Certificate, parseCertificate } from '../certificate/parse-certificate.ts';
import { encodeTime } from '../der/time.ts';
import {
  derElement,
  derInteger,
  derObjectIdentifier,
  derOctetString,
  derSequence,
  derTrue,
  derUnsigned,
} from '../der/writer.ts';
import { expectRefusal } from '../expect-refusal.fixture.ts';
import { signatureAlgorithm, signStructure } from '../key/signature.ts';
import { buildCrl } from './build-crl.ts';
import { expectFresh, readCrl } from './read-crl.ts';

describe('a revocation list', () => {
  let honest: Hierarchy;
  let issuer: Certificate;
  const times = { thisUpdate: now, nextUpdate: now + day };
  const number = extension('crlNumber', derInteger(5));
  const unknownCritical = derSequence(
    derObjectIdentifier('1.3.6.1.4.1.99999.1'),
    derTrue(),
    derOctetString(derSequence()),
  );
  beforeAll(async () => {
    honest = await makeHierarchy();
    issuer = parseCertificate(honest.issuing.certificate);
  });

  /** A list built by hand, really signed. */
  async function forge({ version = 1, entries = [] as Bytes[], extensions = [number] } = {}): Promise<Bytes> {
    const list = derSequence(
      derInteger(version),
      signatureAlgorithm,
      issuer.subject,
      encodeTime(now),
      encodeTime(now + day),
      ...(entries.length === 0 ? [] : [derSequence(...entries)]),
      derElement(0xa0, derSequence(...extensions)),
    );
    return signStructure(list, honest.issuing.privateKey);
  }

  it('says what it was told, with no, one and thousands of certificates', async () => {
    for (const count of [0, 1, 5000]) {
      const serials = Array.from({ length: count }, randomSerial);
      const revoked = serials.map((serial) => ({ serial, revokedAt: now }));
      const list = await readCrl(await buildCrl({ number: count + 1, ...times, revoked }, honest.issuing), issuer);
      expect(list.number).toBe(count + 1);
      expect([...list.revoked]).toEqual(serials);
      expect([list.thisUpdate, list.nextUpdate]).toEqual([now, now + day]);
    }
  });

  it('is refused from another issuer, and under the name of the right one', async () => {
    const other = await makeHierarchy();
    const foreign = await buildCrl({ number: 1, ...times, revoked: [] }, other.issuing);
    await expectRefusal(readCrl(foreign, issuer), 'signature-invalid');
    const ofRoot = await buildCrl({ number: 1, ...times, revoked: [] }, honest.root);
    await expectRefusal(readCrl(ofRoot, issuer), 'issuer-mismatch');
    const leaf = parseCertificate(honest.leaf);
    const byLeaf = await buildCrl(
      { number: 1, ...times, revoked: [] },
      { certificate: honest.leaf, privateKey: honest.leafKey.privateKey },
    );
    await expectRefusal(readCrl(byLeaf, leaf), 'key-usage-refused');
  });

  it('is refused without a number, with an unknown critical extension of the list or of an entry', async () => {
    const keyOnly = [authorityKeyIdentifier(hexToBytes(issuer.subjectKeyIdentifier ?? ''))];
    await expectRefusal(readCrl(await forge({ extensions: keyOnly }), issuer), 'malformed');
    await expectRefusal(
      readCrl(await forge({ extensions: [number, unknownCritical] }), issuer),
      'critical-extension-unknown',
    );
    const entry = derSequence(derUnsigned(hexToBytes('0102')), encodeTime(now), derSequence(unknownCritical));
    await expectRefusal(readCrl(await forge({ entries: [entry] }), issuer), 'critical-extension-unknown');
    await expectRefusal(readCrl(await forge({ extensions: [number, number] }), issuer), 'duplicate-extension');
    await expectRefusal(readCrl(await forge({ version: 0 }), issuer), 'malformed');
    expect((await readCrl(await forge(), issuer)).number).toBe(5);
  });

  it("is refused when it names another key of the same authority's name", async () => {
    const extensions = [number, authorityKeyIdentifier(hexToBytes('00'.repeat(20)))];
    await expectRefusal(readCrl(await forge({ extensions }), issuer), 'issuer-mismatch');
  });

  it('is refused beyond 4 MiB', async () => {
    await expectRefusal(readCrl(new Uint8Array(4 * 1024 * 1024 + 1), issuer), 'too-large');
  });

  it('is fresh from its time to that of the next', async () => {
    const list = await readCrl(await forge(), issuer);
    const fresh = async (at: number): Promise<void> => expectFresh(list, at);
    await fresh(now);
    await fresh(now + day - 1);
    await expectRefusal(fresh(now + day), 'crl-stale');
    await expectRefusal(fresh(now - day), 'crl-stale');
    await expectRefusal(fresh(Number.NaN), 'crl-stale');
  });
});
