// What the issuer security domain knows: whose the card is, the key of its administration, where the hospital is, and
// how far the card's life has come. It is sealed under the device key alone: a card whose PIN is blocked, or whose
// patient is not there, can still be unblocked, locked and terminated. One value, so that it changes whole.

import { type Bytes, type CborValue, encodeCbor } from '@vitalseal/protocol';
import {
  type ApplicationLifeCycle,
  activationKeyVersion,
  type CardLifeCycle,
  type CardPolicy,
  decodeCardPolicy,
  encodeCardPolicy,
  type HospitalServer,
} from '@vitalseal/uicc/global-platform';
import { SecureElementError } from '../errors.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import { storedBytes, storedFields, storedInteger, storedText } from '../storage/stored.ts';
import type { Transaction } from '../storage/transaction.ts';

export interface DomainState {
  /** The card's name in its administration; undefined until it is activated. */
  readonly administrationId: string | undefined;
  readonly psk: Bytes | undefined;
  readonly keyVersion: number;
  /** Where the card is administered. */
  readonly server: HospitalServer | undefined;
  /** Where the MHA delivers, if that is elsewhere. */
  readonly deliveryServer: HospitalServer | undefined;
  /** 0: only when the phone asks for it. */
  readonly pollSeconds: number;
  readonly policy: CardPolicy;
  readonly card: Exclude<CardLifeCycle, 'locked'>;
  /** The MHA has its certificate. */
  readonly personalized: boolean;
  /** The hospital has locked the MHA. */
  readonly locked: boolean;
  /** Terminated, and the MHA's state is still to be erased. */
  readonly erasing: boolean;
  /** The signed word that it was; see `card-receipt`. */
  readonly receipt: Bytes | undefined;
  readonly scripts: number;
  readonly commands: number;
  /** 0 for the release the card was made with. */
  readonly imageVersion: number;
}

export const freshDomain: DomainState = {
  administrationId: undefined,
  psk: undefined,
  keyVersion: activationKeyVersion,
  server: undefined,
  deliveryServer: undefined,
  pollSeconds: 3600,
  policy: {},
  card: 'opReady',
  personalized: false,
  locked: false,
  erasing: false,
  receipt: undefined,
  scripts: 0,
  commands: 0,
  imageVersion: 0,
};

const name = 'domain';
const cardStates = ['opReady', 'secured', 'terminated'] as const;

export async function loadDomainState(storage: ElementStorage): Promise<DomainState> {
  const stored = await storage.read(name);
  if (stored === undefined) return freshDomain;
  const fields = storedFields(stored, 15);
  const [id, psk, keyVersion, server, deliveryServer, pollSeconds, policy, card] = fields;
  const [personalized, locked, erasing, receipt, scripts, commands, imageVersion] = fields.slice(8);
  const state = cardStates[storedInteger(card)];
  if (!state) throw new SecureElementError('storage-malformed', 'expected a state of the card');
  return {
    administrationId: optional(id, storedText),
    psk: optional(psk, storedBytes),
    keyVersion: storedInteger(keyVersion),
    server: optional(server, storedServer),
    deliveryServer: optional(deliveryServer, storedServer),
    pollSeconds: storedInteger(pollSeconds),
    policy: decodeCardPolicy(storedBytes(policy)),
    card: state,
    personalized: personalized === true,
    locked: locked === true,
    erasing: erasing === true,
    receipt: optional(receipt, storedBytes),
    scripts: storedInteger(scripts),
    commands: storedInteger(commands),
    imageVersion: storedInteger(imageVersion),
  };
}

export function saveDomainState(transaction: Transaction, state: DomainState): void {
  const fields: CborValue[] = [
    state.administrationId ?? null,
    state.psk ?? null,
    state.keyVersion,
    serverFields(state.server),
    serverFields(state.deliveryServer),
    state.pollSeconds,
    encodeCardPolicy(state.policy),
    cardStates.indexOf(state.card),
    state.personalized,
    state.locked,
    state.erasing,
    state.receipt ?? null,
    state.scripts,
    state.commands,
    state.imageVersion,
  ];
  transaction.put(name, encodeCbor(fields));
}

/** The MHA's life cycle as GlobalPlatform names it. */
export function mhaLifeCycle({ card, locked, personalized }: DomainState): ApplicationLifeCycle {
  if (card === 'terminated') return 'terminated';
  if (locked) return 'locked';
  return personalized ? 'personalized' : 'selectable';
}

function serverFields(server: HospitalServer | undefined): CborValue {
  return server ? [server.host, server.port] : null;
}

function storedServer(value: CborValue): HospitalServer {
  const [host, port] = Array.isArray(value) ? value : [];
  return { host: storedText(host), port: storedInteger(port) };
}

function optional<T>(value: CborValue | undefined, read: (value: CborValue) => T): T | undefined {
  return value === null || value === undefined ? undefined : read(value);
}
