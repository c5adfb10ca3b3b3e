// Power lost at every commit of a card's life under administration, just before it and just after: the card comes back,
// goes on where it was, and has done each command of each script once.

import { equalBytes } from '@vitalseal/protocol';
import { type CommandApdu, instructions, mhaAid, statusWords } from '@vitalseal/uicc';
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
import { describe, expect, test } from 'vitest';
import { PinCommands, PinVault } from '../card/index.ts';
import { isTaken } from '../personalisation/is-taken.ts';
import { SecureElement } from '../secure-element.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import { eraseStorage } from '../storage/erase-storage.ts';
import { memoryStorage } from '../storage/memory-storage.ts';
import { prefixedStorage } from '../storage/prefixed-storage.ts';
import { sealedStorage } from '../storage/sealed-storage.ts';
import { CertifiedWorld } from '../testing/certified-world.ts';
import { patientIdentity } from '../testing/element-in-service.ts';
import { PowerLost } from '../testing/torn-storage.ts';
import { administrationSession } from './administration-session.ts';
import { DomainCommands } from './domain-commands.ts';
import { MhaCommands } from './mha-commands.ts';
import { ScriptDesk } from './script-desk.fixture.ts';
import { ScriptRunner } from './script-runner.ts';
import { SecurityDomain } from './security-domain.ts';

const at = Date.UTC(2026, 0, 15, 12);
const deviceKey = new Uint8Array(32).fill(9);
const newKey = new Uint8Array(32).fill(77);
const pinField = new TextEncoder().encode('4711\u0000\u0000\u0000\u0000').map((octet) => octet || 0xff);
const nothing = new Uint8Array(0);
const identity = 'urn:vitalseal:patient:patient-1';

/** Without power nothing is read and nothing written, whoever asks. */
class Supply {
  commits = 0;
  failAt: number;
  readonly moment: 'before' | 'after';
  #on = true;

  constructor(failAt: number, moment: 'before' | 'after') {
    this.failAt = failAt;
    this.moment = moment;
  }

  get on(): boolean {
    return this.#on;
  }

  restore(): void {
    this.#on = true;
  }

  storage(inner: ElementStorage): ElementStorage {
    const powered = <T>(work: () => T): T => {
      if (!this.#on) throw new PowerLost();
      return work();
    };
    return {
      read: (name) => powered(() => inner.read(name)),
      list: (prefix) => powered(() => inner.list(prefix)),
      commit: async (changes, purpose) => {
        powered(() => {});
        this.commits += 1;
        const last = this.commits === this.failAt;
        if (!last || this.moment === 'after') await inner.commit(changes, purpose);
        if (!last) return;
        this.#on = false;
        throw new PowerLost();
      },
      close: () => {},
    };
  }
}

class Life {
  readonly desk = new ScriptDesk();
  readonly supply: Supply;
  readonly #memory = memoryStorage();
  readonly #world: CertifiedWorld;
  /** Commands that must not be done twice. */
  unblockings = 0;
  losses = 0;
  domain: SecurityDomain | undefined;
  element: SecureElement | undefined;

  constructor(world: CertifiedWorld, failAt: number, moment: 'before' | 'after') {
    this.#world = world;
    this.supply = new Supply(failAt, moment);
  }

  /** Switched on, the patient's PIN given, and one session with the hospital; again after each loss of power. */
  async session(): Promise<void> {
    for (;;) {
      try {
        return await this.#session();
      } catch (error) {
        if (this.supply.on) throw error;
        this.losses += 1;
        this.supply.restore();
      }
    }
  }

  async #session(): Promise<void> {
    const raw = this.supply.storage(this.#memory);
    const device = await sealedStorage(raw, deviceKey);
    const vault = new PinVault({ storage: prefixedStorage(device, 'pin/'), deviceKey, log2Cost: 2 });
    const pin = new PinCommands(vault);
    const mhaStorage = prefixedStorage(raw, 'mha/');
    this.element = undefined;
    vault.whenOpened(async (localKey) => {
      this.element = await SecureElement.open({ storage: mhaStorage, localKey });
    });
    const eraseMha = async () => {
      await vault.destroy();
      await eraseStorage(mhaStorage);
    };
    const storage = prefixedStorage(device, 'isd/');
    const mhaIsTaken = () => isTaken(mhaStorage);
    const domain = await SecurityDomain.open({ storage, release: '0.1.0', eraseMha, mhaIsTaken });
    this.domain = domain;
    if (domain.state.card === 'opReady') {
      await domain.change({ administrationId: '0123456789abcdef', psk: new Uint8Array(32) });
    }
    const isTerminated = domain.state.card === 'terminated';
    if (!isTerminated && !(await vault.setFirst(pinField))) await vault.verify(pinField);
    const mha = new MhaCommands({ domain, element: () => this.element, vault, pin });
    const counted = {
      aid: mha.aid,
      repeatable: (command: CommandApdu) => mha.repeatable(command),
      execute: async (command: CommandApdu) => {
        if (command.ins === instructions.resetRetryCounter) this.unblockings += 1;
        return await mha.execute(command);
      },
    };
    const runner = new ScriptRunner(domain, [new DomainCommands(domain, () => this.element !== undefined), counted]);
    const connection = {
      post: async (post: Parameters<ScriptDesk['answer']>[0]) => this.desk.answer(post),
      close() {},
    };
    const { signal } = new AbortController();
    await administrationSession({ domain, runner, connection, signal, during: (work) => work });
  }

  async live(): Promise<void> {
    const { desk } = this;
    desk.send({ commands: [putKey({ replaces: 0x40, version: 0x41, key: newKey }), getData(getDataTags.status)] });
    desk.send({ target: mhaAid, commands: [generateKeyPair(identity), generateKeyPair(identity)] });
    await this.session();
    const [first, second] = desk.answered[1]?.responses ?? [];
    expect(equalBytes(first?.data ?? nothing, second?.data ?? newKey)).toBe(true);
    const chain = await this.#world.certify(first?.data ?? nothing, patientIdentity);
    desk.send({
      target: mhaAid,
      commands: [
        storeData({ kind: 'unblocking-code', code: '12345678' }),
        storeData({ kind: 'certificates', chain, anchors: [this.#world.root], at }),
        storeData({ kind: 'bonds', sensors: [], hospital: 'urn:vitalseal:hospital:h' }),
        storeData({ kind: 'policy', policy: { batchRecords: 7 } }),
      ],
    });
    desk.send({ target: mhaAid, commands: [resetRetryCounter('12345678')] });
    desk.send({ commands: [setStatus('lock'), setStatus('unlock')] });
    await this.session();
    expect(this.domain?.state).toMatchObject({ personalized: true, locked: false, policy: { batchRecords: 7 } });
    expect((await this.element?.certificates())?.chain).toEqual(chain);
    desk.send({ commands: [setStatus('terminate'), getData(getDataTags.receipt)] });
    await this.session();
  }

  async end(): Promise<readonly string[]> {
    return [...(await this.#memory.list('mha/')), ...(await this.#memory.list('pin/'))];
  }
}

describe('power lost at any commit', () => {
  test.for<'before' | 'after'>(['before', 'after'])('%s it: every command is done once', async (moment) => {
    const world = await CertifiedWorld.make(at);
    const whole = new Life(world, 0, moment);
    await whole.live();
    expect(whole.supply.commits).toBeGreaterThan(25);
    for (let failAt = 1; failAt <= whole.supply.commits; failAt++) {
      const life = new Life(world, failAt, moment);
      await life.live();
      expect({ failAt, losses: life.losses }).toEqual({ failAt, losses: 1 });
      const answers = life.desk.answered.map(({ responses }) => responses.map(({ status }) => status));
      // Whether the block was lifted may not be known; then it is not lifted twice, and the hospital is told.
      const [[unblocking] = []] = answers.splice(3, 1);
      expect([statusWords.ok, 0x6500]).toContain(unblocking);
      expect(life.unblockings).toBeLessThanOrEqual(1);
      expect(answers.flat().every((status) => status === statusWords.ok)).toBe(true);
      expect(answers.map(({ length }) => length)).toEqual([2, 2, 4, 2, 2]);
      const status = decodeCardStatus(life.desk.answered[0]?.responses[1]?.data ?? nothing);
      const [said, shown] = life.desk.answered[5]?.responses ?? [];
      expect(await verifyCardReceipt(said?.data ?? nothing, status.receiptKey)).toMatchObject({ commands: 11 });
      expect(shown?.data).toEqual(said?.data);
      expect(life.domain?.state).toMatchObject({ card: 'terminated', erasing: false, scripts: 6, commands: 13 });
      expect(await life.end()).toEqual([]);
    }
  });
});
