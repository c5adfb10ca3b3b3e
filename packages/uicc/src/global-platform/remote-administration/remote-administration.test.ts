// Scripts of remote administration: the example that public implementations print, both forms, and whatever is no script.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { issuerSecurityDomainAid } from '../../applications.ts';
import { fromHex, toHex } from '../../bytes.ts';
import { onlyUiccErrors } from '../../only-uicc-errors.fixture.ts';
import { formatAdministrationAgent, parseAdministrationAgent } from './application-uri.ts';
import { decodeCommandScript, encodeCommandScript } from './command-script.ts';
import { decodeResponseScript, encodeResponseScript } from './response-script.ts';

const bytes = (most: number) => fc.uint8Array({ minLength: 0, maxLength: most }).map((some) => Uint8Array.from(some));

test('the published script of one GET DATA is read and written', () => {
  const script = decodeCommandScript(fromHex('ae80220580ca0085000000'));
  expect(script).toEqual({ form: 'indefinite', commands: [fromHex('80ca008500')] });
  expect(toHex(encodeCommandScript(script.commands))).toBe('ae80220580ca0085000000');
});

test('its published answer is read and written', () => {
  const script = decodeResponseScript(fromHex('af8023026a880000'));
  expect(script).toEqual({ form: 'indefinite', executed: 1, responses: [fromHex('6a88')] });
  expect(toHex(encodeResponseScript(script.responses))).toBe('af8023026a880000');
});

test('a script of definite length is answered by a count and the last response', () => {
  const answer = encodeResponseScript([fromHex('9000'), fromHex('6985')], 'definite');
  expect(toHex(answer)).toBe('ab0780010223026985');
  expect(decodeResponseScript(answer)).toEqual({ form: 'definite', executed: 2, responses: [fromHex('6985')] });
});

test('commands and responses come back as they were, in both forms', () => {
  const form = fc.constantFrom('definite' as const, 'indefinite' as const);
  fc.assert(
    fc.property(fc.array(bytes(300), { maxLength: 5 }), form, (commands, one) => {
      expect(decodeCommandScript(encodeCommandScript(commands, one))).toEqual({ form: one, commands });
      expect(decodeResponseScript(encodeResponseScript(commands, one)).executed).toBe(commands.length);
    }),
    { seed: 20 },
  );
});

test('a script that is cut is refused', () => {
  const script = encodeCommandScript([fromHex('80ca008500'), fromHex('80f24000')]);
  for (let length = 0; length < script.length; length++) {
    expect(() => decodeCommandScript(script.slice(0, length)), String(length)).toThrow();
  }
});

test('whatever comes as a script is read, or refused with a code', () => {
  const start = fc.constantFrom('aa', 'ab', 'ae80', 'af80', '').map(fromHex);
  fc.assert(
    fc.property(start, bytes(60), fc.constantFrom('', '0000').map(fromHex), (first, middle, end) => {
      const some = Uint8Array.from([...first, ...middle, ...end]);
      onlyUiccErrors(() => decodeCommandScript(some));
      onlyUiccErrors(() => decodeResponseScript(some));
    }),
    { seed: 21, numRuns: 2000 },
  );
});

test('card and application are named as Amendment B has it', () => {
  const text = '//se-id/eid/card-1;//aa-id/aid/A000000151/000000';
  const agent = { card: 'card-1', application: issuerSecurityDomainAid };
  expect(formatAdministrationAgent(agent)).toBe(text);
  expect(parseAdministrationAgent(text)).toEqual(agent);
  for (const wrong of ['', '//aid/A0/00', text.slice(1), `${text}0`, text.replace('card-1', '../x')]) {
    expect(() => parseAdministrationAgent(wrong), wrong).toThrow();
  }
});
