// Who may take a card into care, and until when: a phone without the PIN, and a code that was typed in before.

import { mhaAid, statusWords } from '@vitalseal/uicc';
import { generateKeyPair, putKey } from '@vitalseal/uicc/global-platform';
import { afterEach, expect, test } from 'vitest';
import { patientIdentity } from '../testing/element-in-service.ts';
import {
  type AdministeredCard,
  administeredCard,
  hospitalWithCode,
  inCare,
  laterKey,
} from './administered-card.fixture.ts';
import { DomainApplet } from './domain-applet.ts';
import { domainInstructions } from './domain-instructions.ts';

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of closing.splice(0)) await one.close();
});

async function scene() {
  const made = await hospitalWithCode();
  const card = await administeredCard();
  closing.push(card, made.hospital);
  return { ...made, card };
}

const activate = (card: AdministeredCard, code: string) =>
  card.send(domainInstructions.activate, new TextEncoder().encode(code));

/** As the phone enrols it, which no script has any part in. */
async function enrolledByPhone(card: AdministeredCard): Promise<void> {
  await card.setPin('4711');
  await card.element()?.generateKey(patientIdentity);
}

test('a card whose MHA has made its key takes no activation code, whether the PIN is given or not', async () => {
  const { card, codeText } = await scene();
  await enrolledByPhone(card);
  expect((await activate(card, codeText)).status).toBe(statusWords.conditionsNotSatisfied);
  await card.terminal.reset();
  await card.terminal.boot();
  expect(card.element()).toBeUndefined();
  expect((await activate(card, codeText)).status).toBe(statusWords.conditionsNotSatisfied);
  expect(card.domain.state).toMatchObject({ administrationId: undefined, psk: undefined, server: undefined });
});

test('a code that came before the patient enrolled the card by the phone leads to nothing after it', async () => {
  const made = await scene();
  const { card, hospital, codeText } = made;
  await card.activate(codeText);
  await card.until(() => hospital.requests.length > 0 && card.administration.state.state === 'idle');
  await enrolledByPhone(card);
  hospital.send({ commands: [putKey({ replaces: 0x40, version: 0x41, key: laterKey })] });
  await card.send(domainInstructions.administer);
  await card.until(() => hospital.answered.length === 1);
  expect(hospital.answered[0]?.responses).toMatchObject([{ status: statusWords.conditionsNotSatisfied }]);
  expect(card.domain.state).toMatchObject({ card: 'opReady', keyVersion: 0x40 });
});

test('a fresh card with a PIN is taken into care, and its key is made over the air', async () => {
  const made = await scene();
  const { card, hospital, codeText } = made;
  await card.setPin('4711');
  inCare(made);
  hospital.send({ target: mhaAid, commands: [generateKeyPair('urn:vitalseal:patient:patient-1')] });
  await card.activate(codeText);
  await card.until(() => hospital.answered.length === 2);
  expect(hospital.answered.map(({ responses }) => responses[0]?.status)).toEqual([statusWords.ok, statusWords.ok]);
});

test('an activation code that comes while a script replaces the first key changes nothing', async () => {
  const { card, codeText } = await scene();
  const { domain, administration } = card;
  const applet = new DomainApplet({ domain, administration, isOpen: () => false });
  const data = new TextEncoder().encode(codeText);
  const activating = applet.process({ cla: 0x80, ins: domainInstructions.activate, p1: 0, p2: 0, data });
  await domain.change({ card: 'secured', psk: laterKey, keyVersion: 0x41, administrationId: 'aaaaaaaaaaaaaaaa' });
  expect((await activating).status).toBe(statusWords.conditionsNotSatisfied);
  expect(domain.state).toMatchObject({ card: 'secured', keyVersion: 0x41, administrationId: 'aaaaaaaaaaaaaaaa' });
});
