// What the card answers: response APDUs in objects '23'. A script of definite length is answered by the number of
// commands that were done ('80') and the last response; one of indefinite length by every response. A script whose form
// is bad ends in '90'.

import { octets, unsigned } from '../../bytes.ts';
import type { Bytes } from '../../card.ts';
import { UiccError } from '../../errors.ts';
import { encodeTlv } from '../../tlv/ber-tlv.ts';
import { decodeScript, encodeScript, responseTemplates, type ScriptForm } from './scripting-template.ts';

const executedTag = 0x80;
const responseTag = 0x23;
const badFormatTag = 0x90;

/** TS 102 226 table 5.6: why a script could not be read on. */
export const badFormats = { unknownTag: 0x01, wrongLength: 0x02, lengthNotFound: 0x03 } as const;

export interface ResponseScript {
  readonly form: ScriptForm;
  /** Commands that were done. */
  readonly executed: number;
  /** Their response APDUs: every one, or in a script of definite length the last. */
  readonly responses: readonly Bytes[];
  readonly badFormat?: number;
}

/** @param responses of every command that was done @param badFormat one of `badFormats`, if reading ended there */
export function encodeResponseScript(
  responses: readonly Bytes[],
  form: ScriptForm = 'indefinite',
  badFormat?: number,
): Bytes {
  const said = form === 'definite' ? responses.slice(-1) : responses;
  return encodeScript(responseTemplates, form, [
    ...(form === 'definite' ? [encodeTlv(executedTag, octets(responses.length, responses.length > 0xff ? 2 : 1))] : []),
    ...said.map((response) => encodeTlv(responseTag, response)),
    ...(badFormat === undefined ? [] : [encodeTlv(badFormatTag, badFormat)]),
  ]);
}

/** @throws UiccError `administration-malformed` for anything but responses, `tlv-malformed` */
export function decodeResponseScript(bytes: Uint8Array): ResponseScript {
  const { form, objects } = decodeScript(responseTemplates, bytes);
  const valuesOf = (tag: number) => objects.filter((object) => object.tag === tag).map(({ value }) => value);
  const responses = valuesOf(responseTag);
  const [executed, ...otherCounts] = valuesOf(executedTag);
  const [badFormat, ...otherReasons] = valuesOf(badFormatTag);
  const known = responses.length + [executed, badFormat].filter((value) => value !== undefined).length;
  if (
    known !== objects.length ||
    otherCounts.length + otherReasons.length > 0 ||
    (form === 'definite') !== (executed !== undefined) ||
    [executed, badFormat].some((value) => value !== undefined && (value.length < 1 || value.length > 2))
  ) {
    throw new UiccError('administration-malformed', 'expected a script of responses only');
  }
  return {
    form,
    executed: executed === undefined ? responses.length : unsigned(executed),
    responses,
    ...(badFormat === undefined ? {} : { badFormat: unsigned(badFormat) }),
  };
}
