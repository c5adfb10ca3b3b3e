// The least program under the same load: the same readings, in the records that it knows.
import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto';
import type { TestAuthority } from '@vitalseal/app-hospital/testing';
import {
  createRequest,
  encodePem,
  exportPrivateKey,
  generateKeyPair,
  issueCertificate,
} from '@vitalseal/certifying-authority';
import { encodeStep2Message, type Identity } from '@vitalseal/protocol';
import { type LeastFixture, leastHeader, leastNonce } from '../least-intake.ts';
import { sampleMessage } from '../measure/sample-message.ts';
import { benchHospital, type Contender, connected, type Load } from './contender.ts';
import { httpRequest } from './load.ts';
import type { LoadPlan } from './protocol.ts';
import { startServer } from './server-process.ts';

export async function leastContender(
  authority: TestAuthority,
  { setting, connections, perPost, posts }: Load,
): Promise<Contender> {
  const { tls } = await authority.hospitalKeys(benchHospital);
  const secrets = Array.from({ length: connections }, () => randomBytes(32));
  const fixture: LeastFixture = {
    ...tls,
    ca: authority.rootPem,
    secrets: secrets.map((secret) => secret.toString('hex')),
  };
  const file = new URL('../least-intake.ts', import.meta.url).pathname;
  const server = await startServer(file, setting, JSON.stringify(fixture), 0);
  const plans: LoadPlan[] = [];
  for (const [index, secret] of secrets.entries()) {
    const key = createSecretKey(secret);
    const identity = { role: 'patient', id: `p${index}` } as const;
    const origin = { patient: identity, hospital: benchHospital, channel: new Uint8Array(8) };
    const requests: Uint8Array[] = [];
    let sequence = 0;
    for (let post = 0; post < posts; post++) {
      const parts: Buffer[] = [];
      for (let at = 0; at < perPost; at++) {
        const payload = encodeStep2Message(sampleMessage(origin, sequence, Date.now() - 1000));
        const header = Buffer.alloc(leastHeader);
        header.writeUInt32BE(index, 0);
        header.writeBigUInt64BE(BigInt(sequence), 4);
        const cipher = createCipheriv('aes-256-gcm', key, leastNonce(sequence));
        cipher.setAAD(header);
        const ciphertext = cipher.update(payload);
        cipher.final();
        const length = Buffer.alloc(2);
        length.writeUInt16BE(header.length + ciphertext.length + 16);
        parts.push(length, header, ciphertext, cipher.getAuthTag());
        sequence += 1;
      }
      requests.push(httpRequest('/records', 'application/octet-stream', Buffer.concat(parts)));
    }
    const client = await clientCertificate(authority, identity);
    plans.push({ port: server.port, tls: { ca: authority.rootPem, ...client }, requests });
  }
  return connected(server, plans);
}

async function clientCertificate(authority: TestAuthority, identity: Identity): Promise<{ key: string; cert: string }> {
  const keyPair = await generateKeyPair({ extractable: true });
  const csr = await createRequest(keyPair, identity);
  const now = Date.now();
  const validity = { notBefore: now - 3_600_000, notAfter: now + 3_600_000 };
  const leaf = await issueCertificate({ csr, identity, issuer: authority.issuing, ...validity });
  return {
    key: encodePem('PRIVATE KEY', await exportPrivateKey(keyPair.privateKey)),
    cert: encodePem('CERTIFICATE', leaf) + encodePem('CERTIFICATE', authority.issuing.certificate),
  };
}
