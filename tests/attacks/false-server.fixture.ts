// A TLS server in the hospital's place, with a certificate that an authority gave it under these names.

import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  type Authority,
  createServerRequest,
  encodePem,
  exportPrivateKey,
  generateKeyPair,
} from '@vitalseal/certifying-authority';

export interface FalseServer {
  readonly port: number;
  /** That it has read. */
  requests(): number;
  close(): void;
}

export async function falseServer(authority: Authority, names: readonly string[]): Promise<FalseServer> {
  const keyPair = await generateKeyPair({ extractable: true });
  const certificate = await authority.issueServerCertificate(await createServerRequest(keyPair, names), names);
  const cert = encodePem('CERTIFICATE', certificate) + encodePem('CERTIFICATE', authority.issuingCertificate);
  const key = encodePem('PRIVATE KEY', await exportPrivateKey(keyPair.privateKey));
  let requests = 0;
  const server = createServer({ key, cert, minVersion: 'TLSv1.3' }, (_request, response) => {
    requests += 1;
    response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests: () => requests,
    close: () => server.close(),
  };
}
