// What a command would have the terminal show of itself, if it has a display: a text, an icon, and how the text looks.

import type { Bytes } from '../card.ts';
import { UiccError } from '../errors.ts';
import type { ComprehensionTlv } from '../tlv/comprehension-tlv.ts';
import { toolkitTags as tags } from './tags.ts';
import { decodeAlphaIdentifier } from './text/alpha-identifier.ts';
import { decodeTextString } from './text/text-string.ts';
import { objectValue } from './toolkit-message.ts';

/** TS 102 223 section 8.31. */
export interface IconIdentifier {
  /** The icon stands for the text; otherwise it is shown beside it. */
  readonly selfExplanatory: boolean;
  /** Record of the file of images. */
  readonly record: number;
}

export interface Display {
  /** The alpha identifier, or the text string; empty where the card asks that nothing be said. */
  readonly text?: string;
  readonly icon?: IconIdentifier;
  /** Format of the text, four octets for each part of it: section 8.72. */
  readonly textAttribute?: Bytes;
}

/** @throws UiccError `toolkit-malformed` for a text or an icon that says nothing possible */
export function displayOf(objects: readonly ComprehensionTlv[]): Display {
  const alpha = objectValue(objects, tags.alphaIdentifier);
  const string = objectValue(objects, tags.textString);
  const text =
    alpha === undefined ? (string === undefined ? undefined : decodeTextString(string)) : decodeAlphaIdentifier(alpha);
  const icon = objectValue(objects, tags.iconIdentifier);
  const textAttribute = objectValue(objects, tags.textAttribute);
  return {
    ...(text === undefined ? {} : { text }),
    ...(icon === undefined ? {} : { icon: decodeIconIdentifier(icon) }),
    ...(textAttribute === undefined ? {} : { textAttribute }),
  };
}

export function decodeIconIdentifier(value: Uint8Array): IconIdentifier {
  const [qualifier = 0, record = 0] = value;
  if (value.length !== 2) throw new UiccError('toolkit-malformed', 'expected an icon identifier of two octets');
  return { selfExplanatory: (qualifier & 0x01) === 0, record };
}

export function encodeIconIdentifier({ selfExplanatory, record }: IconIdentifier): Bytes {
  return Uint8Array.of(selfExplanatory ? 0 : 1, record);
}
