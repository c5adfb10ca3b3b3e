// The script under way, as the store knows it: what came from the hospital, how many of its commands are done, and what
// they answered. A cut, of the link or of the power, goes on from here, and no command is done twice.

import { type Bytes, type CborValue, encodeCbor } from '@vitalseal/protocol';
import type { ElementStorage } from '../storage/element-storage.ts';
import { storedBytes, storedFields, storedInteger, storedList, storedText } from '../storage/stored.ts';
import type { Transaction } from '../storage/transaction.ts';

export interface ReceivedScript {
  /** Where its answer goes; undefined if the hospital wants none. */
  readonly nextUri: string | undefined;
  /** AID. */
  readonly target: Bytes;
  readonly bytes: Bytes;
}

export interface ScriptProgress {
  /** Response APDUs of the commands that are done. */
  readonly responses: readonly Bytes[];
  /** The next command was begun, and must not be begun again. */
  readonly begun: boolean;
  /** No further command is done: they all are, or one failed. */
  readonly ended: boolean;
}

export interface ScriptRecord extends ReceivedScript, ScriptProgress {}

/** The bytes are written once; each command writes its progress only. */
const scriptName = 'script';
const progressName = 'script-progress';

export async function loadScript(storage: ElementStorage): Promise<ScriptRecord | undefined> {
  const script = await storage.read(scriptName);
  const progress = await storage.read(progressName);
  if (script === undefined || progress === undefined) return undefined;
  const [nextUri, target, bytes] = storedFields(script, 3);
  const [responses, begun, ended] = storedFields(progress, 3);
  return {
    nextUri: nextUri === null ? undefined : storedText(nextUri),
    target: storedBytes(target),
    bytes: storedBytes(bytes),
    responses: storedList(responses).map(storedBytes),
    begun: storedInteger(begun) === 1,
    ended: storedInteger(ended) === 1,
  };
}

export function saveReceived(transaction: Transaction, { nextUri, target, bytes }: ReceivedScript): void {
  transaction.put(scriptName, encodeCbor([nextUri ?? null, target, bytes]));
  saveProgress(transaction, { responses: [], begun: false, ended: false });
}

export function saveProgress(transaction: Transaction, { responses, begun, ended }: ScriptProgress): void {
  const fields: CborValue[] = [[...responses], begun ? 1 : 0, ended ? 1 : 0];
  transaction.put(progressName, encodeCbor(fields));
}

/** The hospital has its answer. */
export function forgetScript(transaction: Transaction): void {
  transaction.remove(scriptName);
  transaction.remove(progressName);
}
