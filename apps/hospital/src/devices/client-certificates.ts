/**
 * Mutual TLS, for who has a certificate to show: a card does, a page or a phone that only carries does not. Nothing is
 * granted for it, since the channel is the authority; but who shows a certificate that is none of ours, or is revoked,
 * gets no further than the handshake.
 */
import type { Server } from 'node:https';
import type { IsRevoked } from '@vitalseal/certifying-authority';

export function refuseForeignCertificates(server: Pick<Server, 'on'>, isRevoked: IsRevoked): void {
  server.on('secureConnection', (socket) => {
    const { serialNumber } = socket.getPeerCertificate() ?? {};
    if (serialNumber === undefined) return;
    if (!socket.authorized || isRevoked(serialNumber.toLowerCase())) socket.destroy();
  });
}
