import { mhaAid } from '@vitalseal/uicc';
import { setStatus, verifyCardReceipt } from '@vitalseal/uicc/global-platform';
import { afterEach, expect, test } from 'vitest';
import { exclusively } from '../mha/client/card-user.ts';
import { administeredCard, administrationId, hospitalWithCode, inCare } from './administered-card.fixture.ts';
import { SecurityDomainClient } from './domain-client.ts';

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of closing.splice(0)) await one.close();
});

async function scene() {
  const card = await administeredCard();
  const made = await hospitalWithCode();
  closing.push(card, made.hospital);
  return { ...made, card, client: new SecurityDomainClient(exclusively(card.viaTerminal)) };
}

test('the phone takes a card into care beside a selected MHA, and reads how it stands', async () => {
  const { card, client, hospital, codeText } = await scene();
  await card.select(mhaAid);
  expect(await client.standing()).toMatchObject({ server: undefined, hasAddress: false, mha: 'selectable' });
  await expect(client.administer()).rejects.toMatchObject({ code: 'card-refused' });
  await client.activate(codeText);
  const { server } = await client.standing();
  expect(server).toEqual({ host: 'localhost', port: hospital.port });
  await client.putAddress(Uint8Array.of(127, 0, 0, 1));
  await card.until(() => hospital.requests.length === 1 && card.administration.state.state === 'idle');
  expect(await client.standing()).toMatchObject({ hasAddress: true, administration: { state: 'idle' } });
  const { data } = await card.terminal.send({ cla: 0x80, ins: 0xf2, p1: 0, p2: 1, data: new Uint8Array(0), le: 256 });
  expect(Buffer.from(data).toString('hex')).toContain(Buffer.from(mhaAid).toString('hex'));
});

test('goes on after a reset of the card, and reads the proof of its end', async () => {
  const made = await scene();
  const { card, client, hospital, codeText } = made;
  inCare(made);
  await client.activate(codeText);
  const { receiptKey } = await client.status();
  await card.terminal.reset();
  await card.terminal.boot();
  await expect(client.receipt()).rejects.toMatchObject({ code: 'card-refused' });
  hospital.send({ commands: [setStatus('terminate')] });
  await client.putAddress(Uint8Array.of(127, 0, 0, 1));
  await card.until(() => hospital.answered.length === 2);
  expect(await verifyCardReceipt(await client.receipt(), receiptKey)).toMatchObject({ administrationId });
  expect(await client.standing()).toMatchObject({ mha: 'terminated' });
});
