import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bytes, Identity } from '@vitalseal/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolDevice, newAuthority } from '../authority/enrolled.fixture.ts';
import { day, type Hierarchy, makeHierarchy, now, patient, validity } from '../certificate/hierarchy.fixture.ts';
import { issueServerCertificate } from '../certificate/issue.ts';
import { parseCertificate } from '../certificate/parse-certificate.ts';
import { decodeCertsOnly, encodeCertsOnly } from '../certs-only/certs-only.ts';
import { encodeBase64, encodeBase64Lines } from '../encoding/base64.ts';
import { decodePem, encodePem } from '../encoding/pem.ts';
import { EstService } from '../est/est-service.ts';
import { expectRefusal } from '../expect-refusal.fixture.ts';
import { validatePath } from '../path/path-validator.ts';
import { createRequest, createServerRequest } from '../request/create-request.ts';
import { verifyRequest } from '../request/verify-request.ts';
import { buildCrl } from '../revocation-list/build-crl.ts';
import { readCrl } from '../revocation-list/read-crl.ts';
import { OpensslFolder } from './openssl.fixture.ts';

const at = String(now / 1000);

describe('OpenSSL', () => {
  let openssl: OpensslFolder;
  let honest: Hierarchy;
  const readDer = async (name: string, label: Parameters<typeof decodePem>[0]): Promise<Bytes> => {
    const [der] = decodePem(label, await readFile(join(openssl.path, name), 'utf8'));
    if (der === undefined) throw new Error(`expected ${name}`);
    return der;
  };
  beforeAll(async () => {
    openssl = await OpensslFolder.make();
    honest = await makeHierarchy();
    await openssl.write({
      'root.pem': encodePem('CERTIFICATE', honest.root.certificate),
      'issuing.pem': encodePem('CERTIFICATE', honest.issuing.certificate),
      'leaf.pem': encodePem('CERTIFICATE', honest.leaf),
    });
  });
  afterAll(() => openssl.remove());

  it('verifies our chain, strictly', async () => {
    const chain = ['-CAfile', 'root.pem', '-untrusted', 'issuing.pem', 'leaf.pem'];
    expect(await openssl.run('verify', '-x509_strict', '-attime', at, ...chain)).toEqual({
      status: 0,
      output: 'leaf.pem: OK\n',
    });
    const { status } = await openssl.run('verify', '-x509_strict', '-attime', at, '-CAfile', 'root.pem', 'leaf.pem');
    expect(status).not.toBe(0);
  });

  it("takes our certificate for a server's by its names", async () => {
    const names = ['localhost', '127.0.0.1', '::1'];
    const csr = await createServerRequest(honest.leafKey, names);
    const server = await issueServerCertificate({ csr, names, issuer: honest.issuing, ...validity });
    await openssl.write({ 'server.pem': encodePem('CERTIFICATE', server) });
    const verify = [
      'verify',
      '-x509_strict',
      '-purpose',
      'sslserver',
      '-attime',
      at,
      '-CAfile',
      'root.pem',
      '-untrusted',
      'issuing.pem',
    ];
    expect((await openssl.run(...verify, '-verify_hostname', 'localhost', 'server.pem')).status).toBe(0);
    expect((await openssl.run(...verify, '-verify_ip', '::1', 'server.pem')).status).toBe(0);
    expect((await openssl.run(...verify, '-verify_hostname', 'elsewhere', 'server.pem')).status).not.toBe(0);
  });

  it('reads our request, and finds its signature good', async () => {
    await openssl.write({
      'request.pem': encodePem('CERTIFICATE REQUEST', await createRequest(honest.leafKey, patient)),
    });
    const { status, output } = await openssl.run('req', '-in', 'request.pem', '-verify', '-noout', '-text');
    expect(status).toBe(0);
    expect(output).toContain('URI:urn:vitalseal:patient:p-17');
    expect(output).toContain('self-signature verify OK');
  });

  it('reads our revocation list, and refuses whom it names', async () => {
    const { serial } = parseCertificate(honest.leaf);
    const content = { number: 12, thisUpdate: now, nextUpdate: now + day };
    const empty = await buildCrl({ ...content, revoked: [] }, honest.issuing);
    const full = await buildCrl({ ...content, number: 13, revoked: [{ serial, revokedAt: now }] }, honest.issuing);
    await openssl.write({ 'empty.pem': encodePem('X509 CRL', empty), 'full.pem': encodePem('X509 CRL', full) });
    for (const name of ['empty.pem', 'full.pem']) {
      const { output } = await openssl.run('crl', '-in', name, '-CAfile', 'issuing.pem', '-noout', '-crlnumber');
      expect(output).toContain('verify OK');
    }
    const verify = ['verify', '-crl_check', '-attime', at, '-CAfile', 'root.pem', '-untrusted', 'issuing.pem'];
    expect((await openssl.run(...verify, '-CRLfile', 'empty.pem', 'leaf.pem')).status).toBe(0);
    const refused = await openssl.run(...verify, '-CRLfile', 'full.pem', 'leaf.pem');
    expect(refused.output).toContain('certificate revoked');
  });

  it('reads our certs-only message, and we read its', async () => {
    await openssl.write({ 'ours.p7': encodeCertsOnly(honest.chain) });
    const { output } = await openssl.run('pkcs7', '-inform', 'DER', '-in', 'ours.p7', '-print_certs');
    const read = decodePem('CERTIFICATE', output).map((der) => parseCertificate(der).serial);
    expect(read.toSorted()).toEqual(honest.chain.map((der) => parseCertificate(der).serial).toSorted());
    const make = [
      'crl2pkcs7',
      '-nocrl',
      '-certfile',
      'leaf.pem',
      '-certfile',
      'issuing.pem',
      '-outform',
      'DER',
      '-out',
      'theirs.p7',
    ];
    expect((await openssl.run(...make)).status).toBe(0);
    const theirs = decodeCertsOnly(Uint8Array.from(await readFile(join(openssl.path, 'theirs.p7'))));
    expect(theirs.map((der) => parseCertificate(der).serial)).toEqual(
      honest.chain.map((der) => parseCertificate(der).serial),
    );
  });

  it('makes a chain and a revocation list that we validate, when they are of our profile', async () => {
    const usage = 'keyUsage=critical,keyCertSign,cRLSign';
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3650', '-sha256'];
    const authority = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', usage];
    await openssl.run(
      'req',
      '-x509',
      ...newKey,
      '-keyout',
      'r.key',
      '-out',
      'r.pem',
      '-subj',
      '/O=Somewhere/CN=Root',
      ...authority,
    );
    await openssl.run(
      'req',
      '-x509',
      ...newKey,
      '-keyout',
      'i.key',
      '-out',
      'i.pem',
      '-subj',
      '/CN=Issuing',
      ...authority,
      '-CA',
      'r.pem',
      '-CAkey',
      'r.key',
    );
    const speaker = ['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'keyUsage=critical,digitalSignature'];
    const name = ['-addext', 'subjectAltName=URI:urn:vitalseal:doctor:d-1'];
    await openssl.run(
      'req',
      '-x509',
      ...newKey,
      '-keyout',
      'l.key',
      '-out',
      'l.pem',
      '-subj',
      '/CN=d-1',
      ...speaker,
      ...name,
      '-CA',
      'i.pem',
      '-CAkey',
      'i.key',
    );
    const [root, issuing, leaf] = [
      await readDer('r.pem', 'CERTIFICATE'),
      await readDer('i.pem', 'CERTIFICATE'),
      await readDer('l.pem', 'CERTIFICATE'),
    ];
    const valid = await validatePath({ chain: [leaf, issuing], anchors: [root], at: Date.now() + 1000 });
    expect(valid.identity).toEqual({ role: 'doctor', id: 'd-1' });
    await openssl.write({
      'ca.cnf':
        '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=number\ndefault_md=sha256\ndefault_crl_days=1\n[x]\nauthorityKeyIdentifier=keyid\n',
      'index.txt': '',
      number: '0100\n',
    });
    const config = ['-config', 'ca.cnf', '-cert', 'i.pem', '-keyfile', 'i.key', '-crlexts', 'x'];
    await openssl.run('ca', ...config, '-revoke', 'l.pem');
    expect((await openssl.run('ca', ...config, '-gencrl', '-out', 'crl.pem')).status).toBe(0);
    const list = await readCrl(await readDer('crl.pem', 'X509 CRL'), parseCertificate(issuing));
    expect(list.number).toBe(256);
    expect(list.revoked.has(valid.serial)).toBe(true);
  });

  it('makes chains of RSA, P-384 and SHA-384 that we refuse', async () => {
    const kinds = [
      ['-newkey', 'rsa:2048', '-sha256'],
      ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384', '-sha256'],
      ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-sha384'],
      ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-pkeyopt', 'ec_param_enc:explicit', '-sha256'],
      ['-newkey', 'ed25519'],
    ];
    for (const kind of kinds) {
      await openssl.run('req', '-x509', ...kind, '-nodes', '-keyout', 'x.key', '-out', 'x.pem', '-subj', '/CN=x');
      const der = await readDer('x.pem', 'CERTIFICATE');
      await expectRefusal(validatePath({ chain: [der], anchors: [der], at: now }), 'algorithm-refused');
    }
  });

  it('makes a request that an authority answers with a certificate that OpenSSL verifies', async () => {
    const { authority } = await newAuthority({ now: Date.now });
    const identity: Identity = { role: 'sensor', id: 's-7' };
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 's.key'];
    await openssl.run('req', '-new', ...newKey, '-subj', '/CN=sensor', '-out', 's.csr');
    const csr = await readDer('s.csr', 'CERTIFICATE REQUEST');
    expect((await verifyRequest(csr)).names).toBeUndefined();
    const { code } = await authority.invite({ identity });
    const service = new EstService(authority);
    const authorization = `Basic ${encodeBase64(new TextEncoder().encode(`sensor/s-7:${code}`))}`;
    const body = new TextEncoder().encode(encodeBase64Lines(csr));
    const url = '/.well-known/est/simpleenroll';
    const answer = await service.handle({
      method: 'POST',
      url,
      contentType: 'application/pkcs10',
      authorization,
      body,
    });
    expect(answer.status).toBe(200);
    await openssl.write({
      'answer.p7': `-----BEGIN PKCS7-----\n${new TextDecoder().decode(answer.body)}-----END PKCS7-----\n`,
      'ca.pem': encodePem('CERTIFICATE', authority.rootCertificate),
      'sub.pem': encodePem('CERTIFICATE', authority.issuingCertificate),
    });
    expect((await openssl.run('pkcs7', '-in', 'answer.p7', '-print_certs', '-out', 'got.pem')).status).toBe(0);
    const { output } = await openssl.run(
      'verify',
      '-x509_strict',
      '-CAfile',
      'ca.pem',
      '-untrusted',
      'sub.pem',
      'got.pem',
    );
    expect(output).toBe('got.pem: OK\n');
    service.close();
  });

  it('finds the revocation list of a running authority good', async () => {
    const { authority } = await newAuthority({ now: Date.now });
    await enrolDevice(authority, { role: 'doctor', id: 'd-2' });
    await authority.revoke({ identity: { role: 'doctor', id: 'd-2' } });
    const { crl } = await authority.crl();
    await openssl.write({ 'list.der': crl, 'by.pem': encodePem('CERTIFICATE', authority.issuingCertificate) });
    const { output } = await openssl.run(
      'crl',
      '-inform',
      'DER',
      '-in',
      'list.der',
      '-CAfile',
      'by.pem',
      '-noout',
      '-text',
    );
    expect(output).toContain('verify OK');
    expect(output).toContain('Serial Number: 01');
  });
});
