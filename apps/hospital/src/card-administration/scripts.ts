/** The scripts of the hospital, by what they are for: command APDUs for one application of the card. */
import { concatBytes } from '@vitalseal/protocol';
import { accessRuleMasterAid, type CommandApdu, encodeCommand, issuerSecurityDomainAid, mhaAid } from '@vitalseal/uicc';
import {
  type CardPolicy,
  encodeCommandScript,
  encodeStoreAccessRules,
  generateKeyPair,
  getData,
  getDataTags,
  type HospitalServer,
  type InstallForLoad,
  type LoadFile,
  loadImage,
  type NewPsk,
  putKey,
  resetRetryCounter,
  setStatus,
  storeBytes,
  storeData,
} from '@vitalseal/uicc/global-platform';
import type { Blob } from '../store/schema.ts';
import type { PersonalisationPurpose } from './personalisation.ts';

export const maintenancePurposes = [
  'status',
  'revocations',
  'renewal',
  'policy',
  'access',
  'update',
  'sensors',
  'unblock-pin',
  'lock',
  'unlock',
  'terminate',
] as const;
export type MaintenancePurpose = (typeof maintenancePurposes)[number];
export type Purpose = PersonalisationPurpose | MaintenancePurpose;

export interface Script {
  readonly purpose: Purpose;
  readonly application: Blob;
  /** The encoded script. */
  readonly commands: Blob;
  /** Goes before everything else that waits. */
  readonly urgent: boolean;
}

function script(purpose: Purpose, application: Blob, ...commands: readonly CommandApdu[]): Script {
  const urgent = purpose === 'terminate' || purpose === 'lock';
  return { purpose, application, commands: encodeCommandScript(commands.map(encodeCommand)), urgent };
}

const toDomain = (purpose: Purpose, ...commands: readonly CommandApdu[]) =>
  script(purpose, issuerSecurityDomainAid, ...commands);
const toMha = (purpose: Purpose, ...commands: readonly CommandApdu[]) => script(purpose, mhaAid, ...commands);

export interface Bonding {
  /** `urn:vitalseal:sensor:<id>` */
  readonly sensors: readonly string[];
  /** `urn:vitalseal:hospital:<id>` */
  readonly hospital: string;
}

/** Of an image, in one script: a card takes 64 commands and 64 KiB at a time. */
const blocksInScript = 32;

export const scripts = {
  replaceKey: (key: NewPsk) => toDomain('replace-key', putKey(key)),
  identify: (pollSeconds: number) =>
    toDomain('identify', storeData({ kind: 'poll-interval', seconds: pollSeconds }), getData(getDataTags.status)),
  bond: ({
    bonding,
    server,
    unblockingCode,
    policy,
  }: {
    bonding: Bonding;
    server: HospitalServer;
    unblockingCode: string;
    policy: CardPolicy;
  }) =>
    toMha(
      'bond',
      storeData(
        { kind: 'bonds', ...bonding },
        { kind: 'hospital', server },
        { kind: 'policy', policy },
        { kind: 'unblocking-code', code: unblockingCode },
      ),
    ),
  generateKey: (identity: string) => toMha('generate-key', generateKeyPair(identity)),
  certificates: ({ chain, anchors, at }: { chain: readonly Blob[]; anchors: readonly Blob[]; at: number }) =>
    toMha('certificates', storeData({ kind: 'certificates', chain, anchors, at })),

  /** The phone may bring it, too, but nobody has to rely on that. */
  revocations: (list: Blob) => toMha('revocations', storeData({ kind: 'revocation-list', list })),
  renewal: (renewed: { chain: readonly Blob[]; anchors: readonly Blob[]; at: number }) =>
    toMha('renewal', storeData({ kind: 'certificates', ...renewed })),

  status: () => toDomain('status', getData(getDataTags.status)),
  policy: (policy: CardPolicy) => toMha('policy', storeData({ kind: 'policy', policy })),
  sensors: (bonding: Bonding) => toMha('sensors', storeData({ kind: 'bonds', ...bonding })),
  /** Without a new PIN only the tries count again: the unblocking code, which would open the card, stays here. */
  unblockPin: (unblockingCode: string, newPin?: string) =>
    toMha('unblock-pin', newPin === undefined ? resetRetryCounter() : resetRetryCounter(unblockingCode, newPin)),
  /** These rules are all of the rules: only releases by these signers (SHA-256 of their certificates) reach the MHA. */
  access: (signers: readonly Blob[]) => {
    const rules = signers.map((deviceApplication) =>
      encodeStoreAccessRules({ command: 'store', rule: { application: mhaAid, deviceApplication, apdus: 'always' } }),
    );
    const all = concatBytes(encodeStoreAccessRules({ command: 'delete-all' }), ...rules);
    return script('access', accessRuleMasterAid, storeBytes(all));
  },
  update: (file: LoadFile, install: InstallForLoad) => {
    const commands = loadImage(file, install);
    const count = Math.ceil(commands.length / blocksInScript);
    return Array.from({ length: count }, (_, at) =>
      toDomain('update', ...commands.slice(at * blocksInScript, (at + 1) * blocksInScript)),
    );
  },
  lock: () => toDomain('lock', setStatus('lock'), getData(getDataTags.status)),
  unlock: () => toDomain('unlock', setStatus('unlock'), getData(getDataTags.status)),
  /** The status, too: a card that is ended before its first answer has not said how its receipts are verified. */
  terminate: () => toDomain('terminate', getData(getDataTags.status), setStatus('terminate')),
};
