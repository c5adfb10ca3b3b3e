/** The body of `POST /records` and its answer, whatever listener it came to. */
import type { Bytes } from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';
import { encodeRecordsAnswer, parseRecordBatch } from '../intake/record-batch.ts';
import type { RecordIntake } from '../intake/record-intake.ts';
import type { AddressAllowance } from './address-allowance.ts';

export interface AcknowledgeOptions {
  readonly intake: RecordIntake;
  /** Charged by each record that no channel of ours opened. */
  readonly strangers: AddressAllowance;
}

/** Answers that mean the peer holds no key of ours: guessing is charged, honest mistakes under seal are not. */
const strangerCodes = new Set(['authentication-failed', 'channel-unknown', 'record-malformed', 'malformed-request']);

/** @throws HospitalError `rate-limited`, `malformed-request` */
export async function acknowledgeRecords(
  { intake, strangers }: AcknowledgeOptions,
  body: Bytes,
  address: string,
): Promise<Bytes> {
  let records: Bytes[] = [];
  try {
    records = parseRecordBatch(body);
  } catch (error) {
    const isLimited = !strangers.hasSome(address);
    strangers.charge(address);
    if (!isLimited) throw error;
  }
  // Whoever names a channel that is open here is no stranger, and is heard whatever others behind its address do.
  const channel = intake.openChannelOf(records);
  if (channel === undefined && !strangers.hasSome(address)) {
    throw new HospitalError('rate-limited', 'expected fewer records that no channel opens');
  }
  const answer = await intake.receive(records, channel);
  for (const [, code] of answer.unanswered) if (strangerCodes.has(code)) strangers.charge(address);
  return encodeRecordsAnswer(answer);
}
