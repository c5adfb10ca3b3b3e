// The expanded remote command structure of TS 102 226 section 5.2.1, which Amendment B takes over: a template with
// definite length ('AA', 'AB'), or of indefinite length ('AE 80' or 'AF 80', objects, '00 00').

import { join } from '../../bytes.ts';
import type { Bytes } from '../../card.ts';
import { UiccError } from '../../errors.ts';
import { decodeTlvs, encodeTlv, type Tlv } from '../../tlv/ber-tlv.ts';

export type ScriptForm = 'definite' | 'indefinite';

export interface Templates {
  readonly definite: number;
  readonly indefinite: number;
}

export const commandTemplates: Templates = { definite: 0xaa, indefinite: 0xae };
export const responseTemplates: Templates = { definite: 0xab, indefinite: 0xaf };

const indefiniteLength = 0x80;
const endOfContents = [0x00, 0x00] as const;

export function encodeScript(templates: Templates, form: ScriptForm, objects: readonly Bytes[]): Bytes {
  if (form === 'definite') return encodeTlv(templates.definite, ...objects);
  return join(templates.indefinite, indefiniteLength, ...objects, ...endOfContents);
}

/** @throws UiccError `administration-malformed` for another template, `tlv-malformed` inside it */
export function decodeScript(templates: Templates, bytes: Uint8Array): { form: ScriptForm; objects: Tlv[] } {
  const [template, length] = bytes;
  if (template === templates.definite) {
    const [script, ...others] = decodeTlvs(bytes);
    if (script === undefined || others.length > 0) throw malformed();
    return { form: 'definite', objects: decodeTlvs(script.value) };
  }
  const end = bytes.slice(-endOfContents.length);
  if (
    template !== templates.indefinite ||
    length !== indefiniteLength ||
    bytes.length < 4 ||
    !end.every((o) => o === 0)
  ) {
    throw malformed();
  }
  return { form: 'indefinite', objects: decodeTlvs(bytes.slice(2, -endOfContents.length)) };
}

function malformed(): UiccError {
  return new UiccError('administration-malformed', 'expected one script, in the template of its kind');
}
