// A card's whole life under administration, from its activation code to its termination.

import { equalBytes } from '@vitalseal/protocol';
import { issuerSecurityDomainAid, mhaAid, statusWords } from '@vitalseal/uicc';
import {
  decodeCardStatus,
  generateKeyPair,
  getData,
  getDataTags,
  putKey,
  resetRetryCounter,
  setStatus,
  storeData,
  verifyCardReceipt,
} from '@vitalseal/uicc/global-platform';
import { afterEach, describe, expect, test } from 'vitest';
import { CertifiedWorld } from '../testing/certified-world.ts';
import { hospitalIdentity, patientIdentity, sensorIdentity } from '../testing/element-in-service.ts';
import {
  type AdministeredCard,
  administeredCard,
  administrationId,
  hospitalWithCode,
  inCare,
  laterKey,
  type Scene,
} from './administered-card.fixture.ts';
import { decodeAdministrationStanding } from './administration-standing.ts';
import { domainInstructions, standingTag } from './domain-instructions.ts';

const at = Date.UTC(2026, 0, 15, 12);
const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of closing.splice(0)) await one.close();
});

async function scene(): Promise<Scene & { card: AdministeredCard }> {
  const made = await hospitalWithCode();
  const card = await administeredCard();
  closing.push(card, made.hospital);
  return { ...made, card };
}

/** From nothing to a card that has its certificate. */
async function personalised(): Promise<Scene & { card: AdministeredCard; receiptKey: Uint8Array<ArrayBuffer> }> {
  const made = await scene();
  const { card, hospital, world, codeText } = made;
  await card.setPin('4711');
  inCare(made);
  hospital.send({ commands: [getData(getDataTags.status)] });
  hospital.send({ target: mhaAid, commands: [generateKeyPair('urn:vitalseal:patient:patient-1')] });
  await card.activate(codeText);
  await card.until(() => hospital.answered.length === 3);
  const request = hospital.answered[2]?.responses[0];
  const chain = await world.certify(request?.data ?? new Uint8Array(0), patientIdentity);
  hospital.send({
    target: mhaAid,
    commands: [
      storeData({ kind: 'certificates', chain, anchors: [world.root], at }),
      storeData(
        {
          kind: 'bonds',
          sensors: [`urn:vitalseal:sensor:${sensorIdentity.id}`],
          hospital: `urn:vitalseal:hospital:${hospitalIdentity.id}`,
        },
        { kind: 'unblocking-code', code: '12345678' },
        { kind: 'hospital', server: { host: 'hospital.example', port: 8443 } },
        { kind: 'policy', policy: { batchRecords: 50 } },
      ),
    ],
  });
  await card.send(domainInstructions.administer);
  await card.until(() => hospital.answered.length === 4 && card.administration.state.state === 'idle');
  const status = decodeCardStatus(hospital.answered[1]?.responses[0]?.data ?? new Uint8Array(0));
  return { ...made, receiptKey: status.receiptKey };
}

const statuses = ({ hospital }: Scene) =>
  hospital.answered.map(({ responses }) => responses.map(({ status }) => status));

describe('a fresh card', () => {
  test('reaches service from an activation code alone', async () => {
    const made = await personalised();
    expect(statuses(made)).toEqual([[0x9000], [0x9000], [0x9000], [0x9000, 0x9000]]);
    const { card } = made;
    const { chain } = (await card.element()?.certificates()) ?? { chain: [] };
    expect(chain).toHaveLength(2);
    expect(card.domain.state).toMatchObject({
      card: 'secured',
      personalized: true,
      deliveryServer: { host: 'hospital.example', port: 8443 },
      policy: { batchRecords: 50 },
      scripts: 4,
      commands: 5,
    });
    const standing = await card.send(0xca, undefined, standingTag);
    expect(decodeAdministrationStanding(standing.data)).toMatchObject({
      server: { host: 'localhost' },
      deliveryServer: { host: 'hospital.example', port: 8443 },
      hasAddress: true,
      mha: 'personalized',
      administration: { state: 'idle' },
      scripts: 4,
    });
  });

  test("says who it is under the standard's headers, and names its new key in the next session", async () => {
    const { hospital, card } = await personalised();
    expect(hospital.requests[0]).toMatchObject({
      'x-admin-protocol': 'globalplatform-remote-admin/1.0',
      'x-admin-from': `//se-id/eid/${administrationId};//aa-id/aid/A000000151/000000`,
    });
    expect(hospital.requests[1]).toMatchObject({
      'x-admin-script-status': 'ok',
      'content-type': 'application/vnd.globalplatform.card-content-mgt-response;version=1.0',
    });
    await card.send(domainInstructions.administer);
    await card.until(() => hospital.identities.some((identity) => identity.endsWith('830141')));
  });

  test('is not activated again once its first script has replaced the key of the code', async () => {
    const { card, codeText } = await personalised();
    const again = await card.send(domainInstructions.activate, new TextEncoder().encode(codeText));
    expect(again.status).toBe(statusWords.conditionsNotSatisfied);
    expect(equalBytes(card.domain.state.psk ?? new Uint8Array(0), laterKey)).toBe(true);
  });

  test('does nothing under the key of its code but to replace it', async () => {
    const made = await scene();
    const { card, hospital, codeText } = made;
    await card.setPin('4711');
    hospital.send({ commands: [setStatus('terminate')] });
    hospital.send({ target: mhaAid, commands: [generateKeyPair('urn:vitalseal:patient:patient-1')] });
    inCare(made);
    await card.activate(codeText);
    await card.until(() => hospital.answered.length === 3);
    expect(statuses(made)).toEqual([
      [statusWords.conditionsNotSatisfied],
      [statusWords.conditionsNotSatisfied],
      [statusWords.ok],
    ]);
  });

  test('takes another code while the first has led nowhere, and refuses one that is mistyped', async () => {
    const made = await scene();
    const { card, codeText, code, hospital } = made;
    const text = new TextEncoder();
    const mistyped = await card.send(
      domainInstructions.activate,
      text.encode(codeText.replace(/.$/, (last) => (last === 'Z' ? 'Y' : 'Z'))),
    );
    expect(mistyped.status).toBe(statusWords.wrongData);
    const { encodeActivationCode } = await import('@vitalseal/uicc/global-platform');
    const other = encodeActivationCode({ ...code, administrationId: 'fedcba9876543210' });
    await card.activate(other);
    await card.until(() => card.administration.state.state === 'waiting');
    inCare(made);
    await card.activate(codeText);
    await card.until(() => hospital.answered.length === 1);
  });

  test('answers 6982 to what needs the MHA until the patient has set the PIN, and then does it', async () => {
    const made = await scene();
    const { card, hospital, codeText } = made;
    inCare(made);
    const generate = generateKeyPair('urn:vitalseal:patient:patient-1');
    hospital.send({ target: mhaAid, commands: [generate] });
    await card.activate(codeText);
    await card.until(() => hospital.answered.length === 2);
    hospital.send({ target: mhaAid, commands: [generate] });
    await card.setPin('4711');
    await card.until(() => hospital.answered.length === 3);
    expect(statuses(made)).toEqual([[0x9000], [statusWords.securityStatusNotSatisfied], [0x9000]]);
  });
});

describe('a card in service', () => {
  test('whose PIN is blocked is unblocked over the air, and its patient is not taken to be there', async () => {
    const { card, hospital } = await personalised();
    await card.terminal.reset();
    await card.terminal.boot();
    for (const left of [0x63c2, 0x63c1, 0x63c0]) expect((await card.verify('0000')).status).toBe(left);
    expect((await card.verify('4711')).status).toBe(statusWords.authenticationBlocked);
    hospital.send({ target: mhaAid, commands: [resetRetryCounter('12345678')] });
    await card.send(domainInstructions.administer);
    await card.until(() => hospital.answered.length === 5);
    expect(hospital.answered[4]?.responses).toMatchObject([{ status: 0x9000 }]);
    // The MHA delivers again, and still wants the PIN of whoever asks it.
    expect(card.element()).toBeDefined();
    await card.select(mhaAid);
    const standing = await card.terminal.send({ cla: 0, ins: 0x20, p1: 0, p2: 1, data: new Uint8Array(0) });
    expect(standing.status).toBe(0x63c3);
    expect((await card.verify('4711')).status & 0xf000).toBe(0x9000);
  });

  test('has its tries back without the PUK, and opens nothing by that', async () => {
    const { card, hospital } = await personalised();
    await card.terminal.reset();
    await card.terminal.boot();
    for (const _ of [1, 2, 3]) await card.verify('0000');
    hospital.send({ target: mhaAid, commands: [resetRetryCounter()] });
    await card.send(domainInstructions.putAddress, Uint8Array.of(127, 0, 0, 1));
    await card.until(() => hospital.answered.length === 5);
    expect(hospital.answered[4]?.responses).toMatchObject([{ status: 0x9000 }]);
    expect(card.element()).toBeUndefined();
    expect((await card.verify('4711')).status & 0xf000).toBe(0x9000);
  });

  test('asks by itself at the interval the hospital has set, and not at all where that is none', async () => {
    const { card, hospital } = await personalised();
    // A second of this terminal's timers is a millisecond.
    hospital.send({ commands: [storeData({ kind: 'poll-interval', seconds: 20 })] });
    await card.send(domainInstructions.administer);
    await card.until(() => hospital.answered.length === 5);
    const asked = hospital.requests.length;
    await card.until(() => hospital.requests.length >= asked + 3);
    hospital.send({ commands: [storeData({ kind: 'poll-interval', seconds: 0 })] });
    await card.until(() => hospital.answered.length === 6 && card.administration.state.state === 'idle');
    const last = hospital.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(hospital.requests.length).toBe(last);
    expect(card.domain.state.pollSeconds).toBe(0);
  });

  test('is locked and unlocked by the hospital: locked, its MHA is not there to be selected', async () => {
    const { card, hospital } = await personalised();
    expect((await card.select(mhaAid)).status & 0xf000).toBe(0x9000);
    hospital.send({ commands: [setStatus('lock')] });
    await card.terminal.send({ cla: 0, ins: 0x70, p1: 0, p2: 1, data: new Uint8Array(0) });
    await card.terminal.send({ cla: 1, ins: 0xa4, p1: 4, p2: 0, data: mhaAid });
    await card.send(domainInstructions.administer);
    await card.until(() => card.domain.state.locked);
    await card.until(() => card.element() === undefined);
    expect((await card.select(mhaAid)).status).toBe(statusWords.notFound);
    const open = await card.terminal.send({ cla: 0x81, ins: 0x01, p1: 0, p2: 0, data: new Uint8Array(0) });
    expect(open.status).toBe(statusWords.conditionsNotSatisfied);
    await card.until(() => card.administration.state.state === 'idle');
    hospital.send({ commands: [setStatus('unlock')] });
    await card.send(domainInstructions.administer);
    await card.until(() => !card.domain.state.locked);
    expect((await card.select(mhaAid)).status & 0xf000).toBe(0x9000);
  });

  test('that is locked stays sealed: the PUK opens it no sooner than the hospital unlocks it', async () => {
    const { card, hospital } = await personalised();
    hospital.send({ commands: [setStatus('lock')] });
    hospital.send({ target: mhaAid, commands: [resetRetryCounter('12345678', '246810')] });
    hospital.send({ target: mhaAid, commands: [resetRetryCounter()] });
    hospital.send({ commands: [setStatus('unlock')] });
    await card.send(domainInstructions.administer);
    await card.until(() => hospital.answered.length === 8);
    const answers = hospital.answered.slice(4).map(({ responses }) => responses[0]?.status);
    expect(answers).toEqual([statusWords.ok, statusWords.conditionsNotSatisfied, statusWords.ok, statusWords.ok]);
    expect(card.element()).toBeUndefined();
    // No try of the PUK was spent, and the PIN is the one it was.
    expect((await card.vault.triesLeft()).puk).toBe(10);
    expect((await card.verify('4711')).status & 0xf000).toBe(0x9000);
  });

  test('that is stolen is terminated without its PIN, and proves it', async () => {
    const { card, hospital, receiptKey } = await personalised();
    await card.terminal.reset();
    await card.terminal.boot();
    hospital.send({ commands: [setStatus('terminate'), getData(getDataTags.status)] });
    await card.send(domainInstructions.putAddress, Uint8Array.of(127, 0, 0, 1));
    await card.until(() => hospital.answered.length === 5);
    const [terminated, status] = hospital.answered[4]?.responses ?? [];
    const receipt = await verifyCardReceipt(terminated?.data ?? new Uint8Array(0), receiptKey);
    expect(receipt).toMatchObject({ administrationId });
    expect(equalBytes(receipt.application, mhaAid)).toBe(true);
    expect(decodeCardStatus(status?.data ?? new Uint8Array(0))).toMatchObject({
      card: 'terminated',
      mha: 'terminated',
    });
    expect(await card.storage.list('mha/')).toEqual([]);
    expect(await card.storage.list('pin/')).toEqual([]);
    expect((await card.select(mhaAid)).status).toBe(statusWords.notFound);
    // Whoever holds the card may have the proof too.
    const shown = await card.send(0xca, undefined, getDataTags.receipt);
    expect(shown.data).toEqual(terminated?.data);
    expect((await card.setPin('4711')).status).not.toBe(statusWords.ok);
  });

  test('that is terminated takes no other command any more', async () => {
    const { card, hospital } = await personalised();
    hospital.send({ commands: [setStatus('terminate')] });
    hospital.send({ commands: [setStatus('unlock')] });
    hospital.send({ commands: [putKey({ replaces: 0x41, version: 0x42, key: laterKey })] });
    hospital.send({ target: mhaAid, commands: [generateKeyPair('urn:vitalseal:patient:patient-1')] });
    await card.send(domainInstructions.administer);
    await card.until(() => hospital.answered.length === 8);
    const last = hospital.answered.slice(5).map(({ responses }) => responses.map(({ status }) => status));
    expect(last).toEqual([[statusWords.terminated], [statusWords.terminated], [statusWords.terminated]]);
  });
});

describe('a card that is terminated', () => {
  const loopback = Uint8Array.of(127, 0, 0, 1);

  test('takes neither code nor address nor errand of the phone, and still shows how it stands', async () => {
    const { card, hospital, codeText } = await personalised();
    hospital.send({ commands: [setStatus('terminate')] });
    await card.send(domainInstructions.administer);
    await card.until(() => hospital.answered.length === 5 && card.administration.state.state === 'idle');
    const { activate, putAddress, administer } = domainInstructions;
    const answers = [
      await card.send(activate, new TextEncoder().encode(codeText)),
      await card.send(putAddress, loopback),
      await card.send(administer),
    ];
    expect(answers.map(({ status }) => status)).toEqual(new Array(3).fill(statusWords.terminated));
    expect((await card.send(0xca, undefined, standingTag)).status & 0xf000).toBe(0x9000);
  });

  test('whose answer was lost is led to the hospital until its proof has arrived', async () => {
    const { card, hospital } = await personalised();
    hospital.mishaps = [undefined, ...new Array<'cut-before'>(500).fill('cut-before')];
    hospital.send({ commands: [setStatus('terminate')] });
    await card.send(domainInstructions.administer);
    await card.until(() => card.domain.state.receipt !== undefined && card.administration.state.state === 'waiting');
    expect((await card.send(domainInstructions.putAddress, loopback)).status & 0xf000).toBe(0x9000);
    hospital.mishaps = [];
    await card.until(() => hospital.answered.length === 5 && card.administration.state.state === 'idle');
    expect((await card.send(domainInstructions.putAddress, loopback)).status).toBe(statusWords.terminated);
  });
});

describe('a script', () => {
  test('ends at its first command that fails', async () => {
    const { card, hospital } = await personalised();
    const lock = setStatus('lock');
    hospital.send({ commands: [getData(0x1234), lock] });
    hospital.send({ target: issuerSecurityDomainAid, commands: [getData(getDataTags.keyInformation)] });
    await card.send(domainInstructions.administer);
    await card.until(() => hospital.answered.length === 6);
    expect(hospital.answered[4]?.responses).toMatchObject([{ status: statusWords.referenceNotFound }]);
    expect(hospital.answered[5]?.responses).toMatchObject([{ status: 0x9000 }]);
    expect(card.domain.state.locked).toBe(false);
  });

  test('for an application that is not on the card is told so', async () => {
    const { card, hospital } = await personalised();
    hospital.send({ target: Uint8Array.of(0xa0, 0, 0, 0, 1, 2), commands: [setStatus('lock')] });
    await card.send(domainInstructions.administer);
    await card.until(() => hospital.answered.length === 5);
    expect(hospital.answered[4]).toEqual({ status: 'unknown-application', responses: [] });
  });

  test('cannot bring other roots than the first: not for another hospital, and not for an image of its own', async () => {
    const { card, hospital, world } = await personalised();
    const rogue = await CertifiedWorld.make(at);
    const request = (await card.element()?.signRenewal())?.request ?? new Uint8Array(0);
    const chain = await rogue.certify(request, patientIdentity);
    for (const anchors of [[rogue.root], [world.root, rogue.root]]) {
      hospital.send({ target: mhaAid, commands: [storeData({ kind: 'certificates', chain, anchors, at })] });
    }
    const renewed = await world.certify(request, patientIdentity);
    const anchors = [world.root];
    hospital.send({ target: mhaAid, commands: [storeData({ kind: 'certificates', chain: renewed, anchors, at })] });
    await card.send(domainInstructions.administer);
    await card.until(() => hospital.answered.length === 7);
    const answers = hospital.answered.slice(4).map(({ responses }) => responses[0]?.status);
    expect(answers).toEqual([statusWords.wrongData, statusWords.wrongData, statusWords.ok]);
    expect(await card.element()?.certificates()).toEqual({ chain: renewed, anchors });
  });

  test('cannot bring certificates for another key, an older key version, or another patient', async () => {
    const { card, hospital, world } = await personalised();
    const other = await world.party(patientIdentity);
    hospital.send({
      target: mhaAid,
      commands: [storeData({ kind: 'certificates', chain: other.chain, anchors: [world.root], at })],
    });
    hospital.send({ commands: [putKey({ replaces: 0x40, version: 0x41, key: laterKey })] });
    hospital.send({ target: mhaAid, commands: [generateKeyPair('urn:vitalseal:patient:patient-2')] });
    hospital.send({ target: mhaAid, commands: [generateKeyPair('urn:vitalseal:doctor:doctor-2')] });
    await card.send(domainInstructions.administer);
    await card.until(() => hospital.answered.length === 8);
    expect(hospital.answered.slice(4).map(({ responses }) => responses[0]?.status)).toEqual([
      statusWords.wrongData,
      statusWords.referenceNotFound,
      statusWords.conditionsNotSatisfied,
      statusWords.wrongData,
    ]);
  });
});
