// ARA-M: what it tells, from whom it takes rules, and what survives.

import { randomBytes } from '@vitalseal/protocol';
import {
  accessRuleMasterAid,
  type Bytes,
  type CommandApdu,
  encodeCommand,
  instructions,
  mhaAid,
  type ResponseApdu,
  sendCommand,
  statusWords,
} from '@vitalseal/uicc';
import {
  type AccessRule,
  accessRuleData,
  decodeAllAccessRules,
  decodeRefreshTag,
  decodeSpecificAccess,
  encodeAccessReference,
  encodeStoreAccessRules,
  findAccess,
  type StoreAccessRules,
  storeBytes,
} from '@vitalseal/uicc/global-platform';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { RefusedCommand, VirtualCard } from '../card/index.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import { memoryStorage } from '../storage/memory-storage.ts';
import { AccessRuleCommands } from './access-rule-commands.ts';
import { AccessRuleMaster } from './access-rule-master.ts';
import { AccessRules } from './access-rules.ts';

const signer = new Uint8Array(32).fill(1);
const stranger = new Uint8Array(32).fill(2);
const rule: AccessRule = { application: mhaAid, deviceApplication: signer, apdus: 'always' };

let storage: ElementStorage;
let rules: AccessRules;
let commands: AccessRuleCommands;
let card: VirtualCard;

beforeEach(async () => {
  storage = memoryStorage();
  await power();
});

async function power(): Promise<void> {
  rules = await AccessRules.open(storage);
  commands = new AccessRuleCommands(rules);
  card = new VirtualCard({ applets: [new AccessRuleMaster(rules)] });
  expect((await send({ cla: 0, ins: instructions.select, p1: 4, p2: 0, data: accessRuleMasterAid })).status).toBe(
    0x9000,
  );
}

function send(command: CommandApdu): Promise<ResponseApdu> {
  return sendCommand((apdu) => card.transmit(apdu), command);
}

function getData(tag: number, data: Bytes = new Uint8Array(0)): Promise<ResponseApdu> {
  return send({ cla: 0x80, ins: instructions.getData, p1: tag >> 8, p2: tag & 0xff, data, le: 256 });
}

async function told(): Promise<AccessRule[]> {
  return decodeAllAccessRules((await getData(accessRuleData.all)).data);
}

async function script(...store: StoreAccessRules[]): Promise<number> {
  for (const one of store) {
    try {
      const { response } = await commands.execute(storeBytes(encodeStoreAccessRules(one)));
      if (response.status !== statusWords.ok) return response.status;
    } catch (error) {
      if (error instanceof RefusedCommand) return error.status;
      throw error;
    }
  }
  return statusWords.ok;
}

test('a fresh card lets every application at the MHA, and at nothing else', async () => {
  const all = await told();
  expect(findAccess(all, { application: mhaAid, deviceApplication: [] })).toBe('always');
  expect(findAccess(all, { application: accessRuleMasterAid, deviceApplication: [] })).toBe('never');
});

test('once the hospital has named an application, no other is let in', async () => {
  expect(await script({ command: 'store', rule })).toBe(statusWords.ok);
  const all = await told();
  expect(all).toEqual([rule]);
  expect(findAccess(all, { application: mhaAid, deviceApplication: [signer] })).toBe('always');
  expect(findAccess(all, { application: mhaAid, deviceApplication: [stranger] })).toBe('never');
  expect(findAccess(all, { application: mhaAid, deviceApplication: [] })).toBe('never');
});

test('rules and refresh tag outlive the power', async () => {
  await script({ command: 'store', rule });
  const { refreshTag } = rules;
  await power();
  expect(await told()).toEqual([rule]);
  expect(decodeRefreshTag((await getData(accessRuleData.refreshTag)).data)).toEqual(refreshTag);
});

test('each change has another refresh tag', async () => {
  const tags = [rules.refreshTag];
  for (const command of ['update-refresh-tag', 'delete-all', 'update-refresh-tag'] as const) {
    await script({ command });
    tags.push(rules.refreshTag);
  }
  expect(new Set(tags.map((tag) => tag.join())).size).toBe(4);
});

test('the rule of one reference is told, and of another that there is none', async () => {
  await script({ command: 'store', rule });
  const answer = await getData(accessRuleData.specific, encodeAccessReference(rule));
  expect(decodeSpecificAccess(answer.data)).toEqual({ apdus: 'always' });
  const other = encodeAccessReference({ ...rule, deviceApplication: stranger });
  expect((await getData(accessRuleData.specific, other)).status).toBe(statusWords.referenceNotFound);
});

test('the phone cannot write rules', async () => {
  const before = await told();
  const answer = await send(storeBytes(encodeStoreAccessRules({ command: 'delete-all' })));
  expect(answer.status).toBe(statusWords.securityStatusNotSatisfied);
  expect(await told()).toEqual(before);
});

test('a rule that contradicts one that is there is refused, and the same again is not', async () => {
  await script({ command: 'store', rule });
  expect(await script({ command: 'store', rule })).toBe(statusWords.ok);
  expect(await script({ command: 'store', rule: { ...rule, apdus: 'never' } })).toBe(statusWords.alreadyExists);
  expect(await told()).toEqual([rule]);
});

test('rules are deleted by application, by reference, one by one, and all', async () => {
  const deletions: StoreAccessRules[] = [
    { command: 'delete-application', application: mhaAid },
    { command: 'delete-reference', reference: rule },
    { command: 'delete-rule', rule },
    { command: 'delete-all' },
  ];
  for (const deletion of deletions) {
    await script({ command: 'store', rule });
    expect(await script(deletion, deletion)).toBe(statusWords.ok);
    expect(await told()).toEqual([]);
  }
});

test('more rules than there is room for are refused, and what was there stays', async () => {
  for (let count = 0; count < 64; count++) {
    await script({ command: 'store', rule: { ...rule, deviceApplication: randomBytes(32) } });
  }
  expect(await script({ command: 'store', rule })).toBe(statusWords.notEnoughMemory);
  expect(await told()).toHaveLength(64);
});

test('any command to ARA-M gets a status word and changes nothing', async () => {
  await script({ command: 'store', rule });
  const command = fc.record({
    cla: fc.constantFrom(0x80, 0x00),
    ins: fc.constantFrom(instructions.getData, instructions.storeData, instructions.putKey, 0xff),
    p1: fc.constantFrom(0xff, 0xdf, 0x90, 0),
    p2: fc.constantFrom(0x40, 0x50, 0x20, 0),
    data: fc.uint8Array({ maxLength: 40 }).map((some) => Uint8Array.from(some)),
  });
  await fc.assert(
    fc.asyncProperty(command, async (one) => {
      const answer = await card.transmit(encodeCommand(one));
      expect(answer.length).toBeGreaterThanOrEqual(2);
      expect(answer.at(-2)).not.toBe(0x6f);
    }),
    { seed: 30, numRuns: 300 },
  );
  expect(rules.all).toEqual([rule]);
});
