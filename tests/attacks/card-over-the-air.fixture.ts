// A card in service under its hospital and its authority, all of them real, in the hands of whoever runs the phone.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningAuthority, startAuthority } from '@vitalseal/app-certifying-authority';
import {
  enrolHospital,
  type Hospital,
  inviteCard,
  type Order,
  openHospitalStore,
  orderScript,
  readHospitalKeys,
  type Store,
  startHospital,
} from '@vitalseal/app-hospital';
import type { Identity } from '@vitalseal/protocol';
import { openSoftwareCard, type SoftwareCard } from '@vitalseal/secure-element/node';
import { MhaClient } from '@vitalseal/secure-element/terminal';
import { TestTerminal } from '@vitalseal/secure-element/testing';
import { decodeCommand, encodeResponse, issuerSecurityDomainAid } from '@vitalseal/uicc';
import { decodeCardStatus } from '@vitalseal/uicc/global-platform';
import { expect, vi } from 'vitest';

const hospitalIdentity: Identity = { role: 'hospital', id: 'clinic' };
const serverNames = ['localhost', '127.0.0.1'];

interface Parts {
  readonly folder: string;
  readonly authority: RunningAuthority;
  readonly hospital: Hospital;
  readonly store: Store;
  readonly card: SoftwareCard;
  readonly terminal: TestTerminal;
  readonly administrationId: string;
}

export class CardOverTheAir {
  readonly folder: string;
  readonly authority: RunningAuthority['authority'];
  readonly card: SoftwareCard;
  readonly terminal: TestTerminal;
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.folder = parts.folder;
    this.authority = parts.authority.authority;
    this.card = parts.card;
    this.terminal = parts.terminal;
    this.#parts = parts;
  }

  static async inService(): Promise<CardOverTheAir> {
    const folder = mkdtempSync(join(tmpdir(), 'vitalseal-attacked-card-'));
    const authority = await startAuthority({ dataDir: join(folder, 'ca'), createAs: 'Test' });
    const dataDir = join(folder, 'hospital');
    const invitation = { identity: hospitalIdentity, serverNames, registrationAuthority: true };
    const { code } = await authority.authority.invite(invitation);
    const { url: authorityUrl, rootFingerprint } = authority;
    const keys = { kind: 'software' } as const;
    await enrolHospital({
      dataDir,
      authorityUrl,
      rootFingerprint,
      identity: hospitalIdentity,
      code,
      serverNames,
      keys,
    });
    const store = await openHospitalStore({ dataDir });
    await store.patients.admit({ identity: 'anna', name: 'Anna Berg', bed: '', policy: null, at: Date.now() });
    const hospital = await startHospital({ dataDir, keys: await readHospitalKeys(dataDir), authorityUrl });
    const card = await openSoftwareCard({ folder: join(folder, 'card'), log2Cost: 4 });
    const terminal = new TestTerminal(card, { second: 1000 });
    await terminal.boot();
    const invited = await inviteCard(store, {
      patient: 'anna',
      sensors: ['chest-strap'],
      server: { host: 'localhost', port: Number(new URL(hospital.devicesUrl).port) },
      pollSeconds: 10,
      policy: {},
      validMs: 3_600_000,
    });
    const { administrationId } = invited;
    const made = new CardOverTheAir({ folder, authority, hospital, store, card, terminal, administrationId });
    const mha = new MhaClient({
      run: (use) => use(async (apdu) => encodeResponse(await terminal.send(decodeCommand(apdu)))),
    });
    await mha.select();
    await mha.setFirstPin('4711');
    await made.#domain(0x32, new TextEncoder().encode(invited.code));
    await made.#domain(0x34, Uint8Array.of(127, 0, 0, 1));
    await made.#until(async () => (await made.#row()).stage === 'in-service');
    return made;
  }

  async close(): Promise<void> {
    const { folder, authority, hospital, store, card, terminal } = this.#parts;
    await terminal.close();
    await card.close();
    await hospital.stop();
    await store.close();
    await authority.close();
    rmSync(folder, { recursive: true });
  }

  /** What the hospital orders, the card does or refuses. @returns the failures of the scripts, none for those done */
  async order(order: Order): Promise<readonly string[]> {
    const { store } = this.#parts;
    const { number } = await this.#row();
    const before = (await store.cardScripts.ofCard(number, 100)).map((script) => script.number);
    await orderScript(store, { card: await this.#row(), order, hospital: hospitalIdentity });
    await this.#domain(0x36);
    const ordered = async () => {
      const all = await store.cardScripts.ofCard(number, 100);
      return all.filter((script) => !before.includes(script.number));
    };
    await this.#until(async () => (await ordered()).every(({ state }) => state === 'done' || state === 'failed'));
    return (await ordered()).flatMap(({ failure }) => failure ?? []);
  }

  /** Of the image, as the card says it under its own signature's key. */
  async imageVersion(): Promise<number> {
    expect(await this.order({ kind: 'status' })).toEqual([]);
    return decodeCardStatus(new Uint8Array((await this.#row()).status ?? [])).imageVersion;
  }

  async #row() {
    const row = await this.#parts.store.cards.find(this.#parts.administrationId);
    if (row === undefined) throw new Error('expected a card of this hospital');
    return row;
  }

  async #domain(ins: number, data: Uint8Array<ArrayBuffer> = new Uint8Array(0)): Promise<void> {
    await this.terminal.send({ cla: 0, ins: 0xa4, p1: 4, p2: 0, data: issuerSecurityDomainAid });
    expect((await this.terminal.send({ cla: 0x80, ins, p1: 0, p2: 0, data })).status & 0xfe00).toBe(0x9000);
  }

  /** The terminal polls, as a phone does. */
  async #until(condition: () => Promise<boolean>): Promise<void> {
    await vi.waitFor(
      async () => {
        await this.terminal.status();
        expect(await condition()).toBe(true);
      },
      { timeout: 20_000, interval: 20 },
    );
  }
}
