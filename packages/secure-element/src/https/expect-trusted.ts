// What TLS has not judged by itself when its handshake is done.

import type { TLSSocket } from 'node:tls';
import { SecureElementError } from '../errors.ts';
import type { TlsSecurity } from './tls-security.ts';

/** Ends the connection where the other end is not whom the card expects. */
export function expectTrusted(socket: TLSSocket, security: TlsSecurity): void {
  const trusted = security.kind === 'psk' ? holdsOurKey(socket) : isStillCertified(socket, security.isRevoked);
  if (!trusted) socket.destroy(new SecureElementError('hospital-untrusted', 'expected the server the card knows'));
}

/** A server that skipped the key has shown a certificate instead. */
function holdsOurKey(socket: TLSSocket): boolean {
  return socket.isSessionReused() && Object.keys(socket.getPeerCertificate()).length === 0;
}

function isStillCertified(socket: TLSSocket, isRevoked: ((serial: string) => boolean) | undefined): boolean {
  if (!isRevoked) return true;
  const { serialNumber } = socket.getPeerCertificate();
  return !serialNumber || !isRevoked(serialNumber.toLowerCase());
}
