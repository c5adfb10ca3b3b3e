/** Another key and certificate for a listener that serves: connections there are go on, those to come meet the new one. */
import { Server } from 'node:https';
import { encodePem } from '@vitalseal/certifying-authority';
import type { Bytes } from '@vitalseal/protocol';
import type { FastifyInstance } from 'fastify';
import type { ListenerIdentity } from '../keys/listener-key.ts';

/** @param anchors roots of those who may show a certificate, DER, as at the listener's start */
export function replaceListenerIdentity(
  { server }: Pick<FastifyInstance, 'server'>,
  { key, cert }: ListenerIdentity,
  anchors: readonly Bytes[] = [],
): void {
  if (!(server instanceof Server)) return;
  const ca = anchors.map((der) => encodePem('CERTIFICATE', der));
  server.setSecureContext({ key, cert, minVersion: 'TLSv1.3', ...(ca.length > 0 ? { ca } : {}) });
}
