// Names in those headers: `//aid/<RID>/<PIX>` for an application, `//se-id/eid/<identity>;//aa-id/aid/<RID>/<PIX>` for
// the card and the application of it that speaks.

import { fromHex, toHex } from '../../bytes.ts';
import type { Bytes } from '../../card.ts';
import { UiccError } from '../../errors.ts';

const ridOctets = 5;
const aidPattern = /^\/\/aid\/([0-9a-f]{10})\/((?:[0-9a-f]{2}){0,11})$/i;
const agentPattern = /^\/\/se-id\/eid\/([0-9A-Za-z._-]{1,64});\/\/aa-id(\/aid\/.+)$/;

/** @throws UiccError `administration-malformed` for what is no AID */
export function formatApplicationUri(aid: Uint8Array): string {
  if (aid.length < ridOctets || aid.length > 16) throw malformed('an application identifier of 5 to 16 octets');
  return `//aid/${toHex(aid.slice(0, ridOctets)).toUpperCase()}/${toHex(aid.slice(ridOctets)).toUpperCase()}`;
}

/** @throws UiccError `administration-malformed` */
export function parseApplicationUri(text: string): Bytes {
  const [, rid, pix] = aidPattern.exec(text) ?? [];
  if (rid === undefined || pix === undefined) throw malformed('//aid/<RID>/<PIX>');
  return fromHex(rid + pix);
}

/** Who speaks: a card, and the application of it that is being administered. */
export interface AdministrationAgent {
  /** The card's name towards its administration server. */
  readonly card: string;
  readonly application: Bytes;
}

export function formatAdministrationAgent({ card, application }: AdministrationAgent): string {
  return `//se-id/eid/${card};//aa-id${formatApplicationUri(application).slice(1)}`;
}

/** @throws UiccError `administration-malformed` */
export function parseAdministrationAgent(text: string): AdministrationAgent {
  const [, card, application] = agentPattern.exec(text) ?? [];
  if (card === undefined || application === undefined) throw malformed('//se-id/eid/<card>;//aa-id/aid/<RID>/<PIX>');
  return { card, application: parseApplicationUri(`/${application}`) };
}

function malformed(expected: string): UiccError {
  return new UiccError('administration-malformed', `expected ${expected}`);
}
