// SELECT by application identifier (ISO/IEC 7816-4 section 11.2.2, TS 102 221 section 11.1.1): whole or its beginning;
// the first or the next that fits; with file control information, or without.

import { type Bytes, noBytes } from '@vitalseal/protocol';
import { type CommandApdu, encodeTlv, type ResponseApdu, statusResponse, statusWords } from '@vitalseal/uicc';
import type { Applet } from './applet.ts';
import type { LogicalChannel, Selection } from './logical-channel.ts';
import { RefusedCommand } from './refused-command.ts';

const byName = 0x04;
const longestName = 16;
const occurrence = { first: 0x00, next: 0x02 };
/** Bits 4 and 3 of P2, and the template that answers them. */
const templates = new Map<number, 0x6f | 0x62 | undefined>([
  [0x00, 0x6f],
  [0x04, 0x62],
  [0x0c, undefined],
]);

/** A SELECT that is refused leaves what was selected. @throws RefusedCommand */
export async function select(
  { p1, p2, data }: CommandApdu,
  channel: LogicalChannel,
  applets: readonly Applet[],
): Promise<ResponseApdu> {
  const wanted = p2 & 0x03;
  const answer = p2 & 0x0c;
  if (p1 !== byName || p2 >= 0x10 || !templates.has(answer)) throw new RefusedCommand(statusWords.wrongParameters);
  if (wanted !== occurrence.first && wanted !== occurrence.next) {
    throw new RefusedCommand(statusWords.functionNotSupported);
  }
  if (data.length > longestName) throw new RefusedCommand(statusWords.wrongLength);
  const after = wanted === occurrence.next ? channel.selection?.applet : undefined;
  const applet = await find(data, applets, after);
  if (!applet) throw new RefusedCommand(statusWords.notFound);
  const selection = await selected(applet);
  channel.selection = selection;
  const template = templates.get(answer);
  return statusResponse(statusWords.ok, template && fileControl(template, selection));
}

/** In a session of its own. */
export async function selected(applet: Applet): Promise<Selection> {
  return { applet, session: {}, underPin: applet.underPin === true, proprietary: await applet.select() };
}

/** The applications are in an order of their own, and `next` goes on in it. */
async function find(name: Bytes, applets: readonly Applet[], after: Applet | undefined): Promise<Applet | undefined> {
  const from = after ? applets.indexOf(after) + 1 : 0;
  for (const applet of applets.slice(from)) {
    const fits = name.every((byte, index) => applet.aid[index] === byte);
    if (fits && name.length <= applet.aid.length && (await (applet.selectable?.() ?? true))) return applet;
  }
  return undefined;
}

/** 84: the name it was selected by, whole. A5: what the applet says of itself. */
export function fileControl(template: 0x62 | 0x6f, { applet, proprietary }: Selection): Bytes {
  const own = proprietary.length > 0 ? encodeTlv(0xa5, proprietary) : noBytes;
  return encodeTlv(template, applicationName(applet), own);
}

export function applicationName(applet: Applet): Bytes {
  return encodeTlv(0x84, applet.aid);
}
