// What a completed handshake leaves: PRK_out, and the two ways to use it (RFC 9528 section 4.2.1 and appendix H).

import type { Bytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { edhocExporter, edhocKeyUpdate } from './key-schedule.ts';

let secretOf: (session: EdhocSession) => Bytes;
let replace: (session: EdhocSession) => void;

/** Opaque: its secret leaves only through the exporter, and never in a log or JSON. */
export class EdhocSession {
  #prkOut: Bytes | undefined;

  constructor(prkOut: Bytes) {
    this.#prkOut = prkOut;
  }

  static {
    secretOf = (session) => {
      if (session.#prkOut === undefined) {
        throw new ProtocolError('session-replaced', 'expected the session that the key update gave');
      }
      return session.#prkOut;
    };
    replace = (session) => {
      session.#prkOut = undefined;
    };
  }
}

/** Labels of the registry's private-use range (section 10.1); those below belong to standards, OSCORE's among them. */
const firstPrivateLabel = 32768;
const lastPrivateLabel = 65535;

/** EDHOC_Exporter. @throws ProtocolError `exporter-label-reserved`, `session-replaced` */
export async function exporter(session: EdhocSession, label: number, context: Bytes, length: number): Promise<Bytes> {
  if (!Number.isInteger(label) || label < firstPrivateLabel || label > lastPrivateLabel) {
    throw new ProtocolError(
      'exporter-label-reserved',
      `expected a label from ${firstPrivateLabel} to ${lastPrivateLabel}`,
    );
  }
  return exportUnderAnyLabel(session, label, context, length);
}

export async function exportUnderAnyLabel(
  session: EdhocSession,
  label: number,
  context: Bytes,
  length: number,
): Promise<Bytes> {
  return edhocExporter(secretOf(session), label, context, length);
}

/**
 * EDHOC_KeyUpdate: both sides with the same context get the same new session. The old one is useless from then on, and
 * the new one does not lead back to it.
 * @throws ProtocolError `session-replaced`
 */
export async function keyUpdate(session: EdhocSession, context: Bytes): Promise<EdhocSession> {
  const prkOut = secretOf(session);
  replace(session);
  return new EdhocSession(await edhocKeyUpdate(prkOut, context));
}
