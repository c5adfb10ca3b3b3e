/** What became of a script, by the card's response to it. */
import { decodeResponse, type ResponseApdu } from '@vitalseal/uicc';
import { decodeCommandScript, decodeResponseScript, type ScriptStatus } from '@vitalseal/uicc/global-platform';
import type { Blob } from '../store/schema.ts';

export type Verdict =
  | { readonly kind: 'done'; readonly responses: readonly ResponseApdu[] }
  /** The patient has not opened the application yet: the same again at another time. */
  | { readonly kind: 'postponed' }
  /** @param failure a status word in hexadecimal, or why the script as a whole was not done */
  | { readonly kind: 'failed'; readonly failure: string };

const done = 0x9000;
/** Security status not satisfied (ISO 7816-4 table 6): the application's state is sealed until the PIN was verified. */
const notYet = 0x6982;

/**
 * @param response the body of the card's POST
 * @throws UiccError for a body that is no response script, or not one of that many commands
 */
export function verdictOf(commands: Blob, status: ScriptStatus, response: Blob): Verdict {
  if (status !== 'ok') return { kind: 'failed', failure: status };
  const asked = decodeCommandScript(commands).commands.length;
  const { responses: encoded, badFormat } = decodeResponseScript(response);
  const responses = encoded.map((each) => decodeResponse(each));
  const bad = responses.find(({ status: word }) => word !== done);
  if (bad?.status === notYet) return { kind: 'postponed' };
  if (bad !== undefined) return { kind: 'failed', failure: bad.status.toString(16) };
  if (badFormat !== undefined || responses.length !== asked) return { kind: 'failed', failure: 'incomplete' };
  return { kind: 'done', responses };
}
