// What a card tells the hospital of itself: GET DATA 'BF30'.

import { fromHex, octets } from '../bytes.ts';
import type { Bytes } from '../card.ts';
import { encodeTlv } from '../tlv/index.ts';
import { getDataTags } from './administration-commands.ts';
import {
  field,
  fieldsOf,
  hexField,
  malformed,
  numberField,
  objectsOf,
  textBytes,
  textField,
} from './administration-fields.ts';
import {
  type ApplicationLifeCycle,
  applicationLifeCycle,
  applicationLifeCycleOf,
  type CardLifeCycle,
  cardLifeCycle,
  cardLifeCycleOf,
} from './life-cycle.ts';

/** What runs as the MHA. */
export interface RunningMha {
  /** The number of the image that runs; 0 for the program that the card was made with. */
  readonly imageVersion: number;
  /** Of its code, in its own words. */
  readonly release: string;
  /** Why it is not the image that is loaded: a code. */
  readonly problem?: string;
}

export interface CardStatus {
  readonly administrationId: string;
  readonly card: CardLifeCycle;
  readonly mha: ApplicationLifeCycle;
  /** The release that the card runs. */
  readonly release: string;
  /** The number of the image that is loaded; 0 for the one it was made with. */
  readonly imageVersion: number;
  readonly keyVersion: number;
  /** The PIN has been verified: the MHA's state is open to commands that need it. */
  readonly open: boolean;
  /** Scripts finished, and commands executed in them. */
  readonly scripts: number;
  readonly commands: number;
  /** P-256, SubjectPublicKeyInfo, DER: what the card's receipts are verified with. */
  readonly receiptKey: Bytes;
  /** Of a card that tells. */
  readonly running?: RunningMha;
}

const runningTag = 0xaa;
const tags = [0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, runningTag] as const;
const runningTags = [0x80, 0x81, 0x82] as const;

export function encodeCardStatus(status: CardStatus): Bytes {
  return encodeTlv(
    getDataTags.status,
    encodeTlv(0x80, fromHex(status.administrationId)),
    encodeTlv(0x81, cardLifeCycle[status.card]),
    encodeTlv(0x82, applicationLifeCycle[status.mha]),
    encodeTlv(0x83, textBytes(status.release)),
    encodeTlv(0x84, octets(status.imageVersion, 4)),
    encodeTlv(0x85, status.keyVersion),
    encodeTlv(0x86, status.open ? 1 : 0),
    encodeTlv(0x87, octets(status.scripts, 4)),
    encodeTlv(0x88, octets(status.commands, 4)),
    encodeTlv(0x89, status.receiptKey),
    ...(status.running ? [encodeRunning(status.running)] : []),
  );
}

function encodeRunning({ imageVersion, release, problem }: RunningMha): Bytes {
  const why = problem === undefined ? [] : [encodeTlv(0x82, textBytes(problem))];
  return encodeTlv(runningTag, encodeTlv(0x80, octets(imageVersion, 4)), encodeTlv(0x81, textBytes(release)), ...why);
}

/** @throws UiccError `administration-malformed` */
export function decodeCardStatus(bytes: Bytes): CardStatus {
  const [object, ...others] = objectsOf(bytes);
  if (object?.tag !== getDataTags.status || others.length > 0) throw malformed('expected the status of a card');
  const fields = fieldsOf(object.value, tags);
  const card = cardLifeCycleOf(numberField(field(fields, 0x81), 1));
  const mha = applicationLifeCycleOf(numberField(field(fields, 0x82), 1));
  if (!card || !mha) throw malformed('expected a state of the life cycle');
  const running = fields.get(runningTag);
  return {
    administrationId: hexField(field(fields, 0x80), 8),
    card,
    mha,
    release: textField(field(fields, 0x83), 64),
    imageVersion: numberField(field(fields, 0x84), 4),
    keyVersion: numberField(field(fields, 0x85), 1),
    open: numberField(field(fields, 0x86), 1) === 1,
    scripts: numberField(field(fields, 0x87), 4),
    commands: numberField(field(fields, 0x88), 4),
    receiptKey: field(fields, 0x89),
    ...(running && { running: decodeRunning(running) }),
  };
}

function decodeRunning(bytes: Bytes): RunningMha {
  const fields = fieldsOf(bytes, runningTags);
  const problem = fields.get(0x82);
  return {
    imageVersion: numberField(field(fields, 0x80), 4),
    release: textField(field(fields, 0x81), 64),
    ...(problem && { problem: textField(problem, 64) }),
  };
}
