/** A hospital that is registration authority of its patients' cards, with an authority that answers over HTTPS. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Identity } from '@vitalseal/protocol';
import { type CardInvitation, inviteCard } from '../card-administration/invite-card.ts';
import { type Order, orderScript } from '../card-administration/order-script.ts';
import { type Hospital, type HospitalOptions, startHospital } from '../hospital.ts';
import { enrolHospital } from '../keys/enrol-hospital.ts';
import { readHospitalKeys } from '../keys/read-hospital-keys.ts';
import type { CardRow } from '../store/cards.ts';
import { openHospitalStore } from '../store/open-hospital-store.ts';
import type { Store } from '../store/open-store.ts';
import { type EstAuthority, startEstAuthority } from './est-authority.ts';
import { TestCard } from './test-card.ts';

const identity: Identity = { role: 'hospital', id: 'h1' };
const serverNames = ['localhost', '127.0.0.1'];
const hour = 3_600_000;

export class AdministeringHospital {
  readonly dataDir: string;
  readonly ca: EstAuthority;
  readonly store: Store;
  readonly #databaseUrl: string | undefined;
  readonly #strangerAllowance: HospitalOptions['strangerAllowance'];
  #running: Hospital | undefined;

  private constructor(made: {
    dataDir: string;
    databaseUrl: string | undefined;
    strangerAllowance: HospitalOptions['strangerAllowance'];
    ca: EstAuthority;
    store: Store;
  }) {
    this.dataDir = made.dataDir;
    this.ca = made.ca;
    this.store = made.store;
    this.#databaseUrl = made.databaseUrl;
    this.#strangerAllowance = made.strangerAllowance;
  }

  static async start({
    registrationAuthority = true,
    databaseUrl,
    strangerAllowance,
  }: {
    registrationAuthority?: boolean;
    databaseUrl?: string;
    strangerAllowance?: HospitalOptions['strangerAllowance'];
  } = {}): Promise<AdministeringHospital> {
    const ca = await startEstAuthority();
    const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-cards-'));
    const { code } = await ca.authority.invite({ identity, serverNames, registrationAuthority });
    const { rootFingerprint } = ca.authority;
    const keys = { kind: 'software' } as const;
    await enrolHospital({ dataDir, authorityUrl: ca.url, rootFingerprint, identity, code, serverNames, keys });
    const store = await openHospitalStore({ dataDir, databaseUrl });
    await store.patients.admit({ identity: 'p1', name: 'A', bed: '', policy: null, at: 1 });
    const made = new AdministeringHospital({ dataDir, databaseUrl, strangerAllowance, ca, store });
    await made.serve();
    return made;
  }

  get url(): string {
    if (this.#running === undefined) throw new Error('expected a hospital that runs');
    return this.#running.devicesUrl;
  }

  /** Where pages are, and the patients' apps. */
  get peopleUrl(): string {
    if (this.#running === undefined) throw new Error('expected a hospital that runs');
    return this.#running.peopleUrl;
  }

  async serve(): Promise<void> {
    const keys = await readHospitalKeys(this.dataDir);
    const place = { dataDir: this.dataDir, databaseUrl: this.#databaseUrl };
    const guard = this.#strangerAllowance && { strangerAllowance: this.#strangerAllowance };
    this.#running = await startHospital({ ...place, keys, authorityUrl: this.ca.url, ...guard });
  }

  async halt(): Promise<void> {
    await this.#running?.stop();
    this.#running = undefined;
  }

  /** A card that has been given its activation code, and has not called yet. */
  async card(change: Partial<CardInvitation> = {}): Promise<TestCard> {
    const { code } = await inviteCard(this.store, {
      patient: 'p1',
      sensors: ['s1'],
      server: { host: '127.0.0.1', port: 8443 },
      pollSeconds: 60,
      policy: {},
      validMs: hour,
      ...change,
    });
    return TestCard.activate(code, this.url);
  }

  async row({ administrationId }: Pick<TestCard, 'administrationId'>): Promise<CardRow> {
    const row = await this.store.cards.find(administrationId);
    if (row === undefined) throw new Error('expected a card of this hospital');
    return row;
  }

  async order(card: Pick<TestCard, 'administrationId'>, order: Order): Promise<string> {
    return orderScript(this.store, { card: await this.row(card), order, hospital: identity });
  }

  async remove(): Promise<void> {
    await this.halt();
    await this.store.close();
    await this.ca.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
