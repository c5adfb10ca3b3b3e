import { mhaAid, UiccError } from '@vitalseal/uicc';
import { setStatus, verifyCardReceipt } from '@vitalseal/uicc/global-platform';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { VirtualCard } from '../card/index.ts';
import { SecureElementError } from '../errors.ts';
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

test('a hostile card may answer anything: it is read strictly, or refused with a code', async () => {
  const standing = 'bf32118201008301008400850100860400000000';
  const answers = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.tuple(fc.nat(60), fc.nat(255)).map(([at, octet]) => {
      const changed = Uint8Array.from(Buffer.from(standing, 'hex'));
      changed[at % changed.length] = octet;
      return Uint8Array.of(...changed, 0x90, 0);
    }),
  );
  await fc.assert(
    fc.asyncProperty(answers, async (any) => {
      const lying = exclusively({
        transmit: async ([cla, ins]) => {
          if (ins === 0x70) return Uint8Array.of(1, 0x90, 0);
          return ins === 0xa4 || cla === undefined ? Uint8Array.of(0x90, 0) : new Uint8Array(any);
        },
      });
      const client = new SecurityDomainClient(lying);
      for (const ask of [() => client.standing(), () => client.status(), () => client.receipt()]) {
        await ask().catch((error: unknown) => {
          expect(error instanceof UiccError || error instanceof SecureElementError).toBe(true);
        });
      }
    }),
    { seed: 20260115, numRuns: 1000 },
  );
});

test('of a card without a security domain it asks in vain, and leaves no channel open', async () => {
  const card = new VirtualCard({ applets: [] });
  const client = new SecurityDomainClient(exclusively(card));
  for (let times = 0; times < 5; times++) await expect(client.standing()).rejects.toThrow(/6a82/);
});
