// A message of the toolkit: comprehension objects, in a BER-TLV template where it is a command or an envelope. Objects
// that a reader has no field for are kept, in their order and with the headers they came with, so that what was read is
// written again byte for byte.

import { join, sameBytes } from '../bytes.ts';
import type { Bytes } from '../card.ts';
import { UiccError } from '../errors.ts';
import { type ComprehensionTlv, decodeComprehensionTlvs, encodeComprehensionTlvs } from '../tlv/comprehension-tlv.ts';
import { encodeLength, readLength } from '../tlv/length.ts';

export interface ToolkitMessage {
  readonly template: number;
  readonly objects: readonly ComprehensionTlv[];
  /** Octets of the template's length field where it is longer than it need be. */
  readonly lengthOctets?: number;
}

/** What every decoded message carries beside its fields. */
export interface Received {
  /** All objects as they came. In a message to be sent: objects that its fields do not say. */
  readonly objects?: readonly ComprehensionTlv[];
  readonly lengthOctets?: number;
}

export function encodeToolkitMessage(message: ToolkitMessage): Bytes {
  const content = encodeComprehensionTlvs(message.objects);
  return join(message.template, encodeLength(content.length, message.lengthOctets), content);
}

/** @throws UiccError `toolkit-malformed` unless the bytes are one template and nothing else, `tlv-malformed` inside */
export function decodeToolkitMessage(bytes: Uint8Array): ToolkitMessage {
  const [template] = bytes;
  if (template === undefined || template < 0xd0 || template > 0xef) {
    throw new UiccError('toolkit-malformed', 'expected a template of the card application toolkit');
  }
  const { length, lengthOctets } = readLength(bytes, 1);
  const content = bytes.slice(1 + lengthOctets);
  if (content.length !== length) throw new UiccError('toolkit-malformed', 'expected a template as long as it says');
  const longer = lengthOctets > encodeLength(length).length;
  return { template, objects: decodeComprehensionTlvs(content), ...(longer ? { lengthOctets } : {}) };
}

/** The value of the first object of a tag. */
export function objectValue(objects: readonly ComprehensionTlv[], tag: number): Bytes | undefined {
  return objects.find((object) => object.tag === tag)?.value;
}

/** The value of an object that has to be there. */
export function requiredValue(objects: readonly ComprehensionTlv[], tag: number): Bytes {
  const value = objectValue(objects, tag);
  if (value === undefined) throw new UiccError('toolkit-malformed', `expected an object of tag ${tag.toString(16)}`);
  return value;
}

/** An object that a message's fields say; the order is the standard's. */
export function object(tag: number, value: Uint8Array, comprehensionRequired = false): ComprehensionTlv {
  return { tag, comprehensionRequired, value: join(value) };
}

/**
 * The objects of a message whose fields may have been changed since it was read. What its fields still say as they did
 * stays as it came, whatever form the sender chose; what they say otherwise is written anew; what they never said is kept.
 *
 * @param now objects that the fields say @param before objects that the fields said when it was read
 */
export function mergeObjects(
  received: readonly ComprehensionTlv[],
  before: readonly ComprehensionTlv[],
  now: readonly ComprehensionTlv[],
): ComprehensionTlv[] {
  const left = [...now];
  const said = [...before];
  const take = (list: ComprehensionTlv[], tag: number) => {
    const at = list.findIndex((one) => one.tag === tag);
    return at < 0 ? undefined : list.splice(at, 1)[0];
  };
  const merged = received.flatMap((one) => {
    const old = take(said, one.tag);
    const fresh = take(left, one.tag);
    if (fresh === undefined) return old === undefined ? [one] : [];
    return [old !== undefined && sameBytes(old.value, fresh.value) ? one : { ...keptHeader(one), value: fresh.value }];
  });
  // what a sender left unsaid, and the fields have by default, stays unsaid
  const unsaid = (one: ComprehensionTlv) => said.some((old) => old.tag === one.tag && sameBytes(old.value, one.value));
  const added = left.filter((one) => !unsaid(one));
  return before.length === 0 ? [...added, ...merged] : [...merged, ...added];
}

function keptHeader({ lengthOctets: _, ...header }: ComprehensionTlv): ComprehensionTlv {
  return header;
}
