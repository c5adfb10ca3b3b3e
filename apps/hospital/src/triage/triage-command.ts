// `vitalseal triage`: for the clinician who wants to see, on recorded patients, what a policy would have raised before
// switching it on.

import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Policy } from '@vitalseal/clinical';
import { defaultPolicy, parsePolicy } from '@vitalseal/clinical';
import type { RecordingRow } from '@vitalseal/recording';
import { readRecording } from '@vitalseal/recording';
import { Command } from 'commander';
import { HospitalError } from '../errors.ts';
import { Triage } from './triage.ts';
import { writeLines } from './triage-output.ts';

interface TriageOptions {
  readonly carry?: string;
  readonly policy?: string;
}

function unreadable(file: string, error: unknown): unknown {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return error;
  const why = error.code === 'ENOENT' ? 'there is no such file' : `the system says ${String(error.code)}`;
  return new HospitalError('invalid-file', `cannot read ${file}: ${why}`, { cause: error });
}

async function readPolicy(file: string): Promise<Policy> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new HospitalError('invalid-file', `expected JSON in ${file}`, { cause: error });
  }
  return parsePolicy(json);
}

async function policyOf({ carry, policy }: TriageOptions): Promise<Policy> {
  if (carry !== undefined && carry !== 'none') {
    throw new HospitalError(
      'invalid-option',
      'expected --carry none, or no --carry to carry values while they are valid',
    );
  }
  const chosen = policy === undefined ? defaultPolicy : await readPolicy(policy);
  return carry === undefined ? chosen : { ...chosen, carry };
}

async function* linesOf(rows: AsyncIterable<RecordingRow>, policy: Policy): AsyncGenerator<string> {
  const triage = new Triage(policy);
  for await (const row of rows) yield JSON.stringify(triage.row(row));
}

export async function runTriage(file: string, options: TriageOptions): Promise<void> {
  const policy = await policyOf(options);
  const source = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 1 << 18 });
  try {
    await writeLines(linesOf(readRecording(source, { file }), policy), process.stdout);
  } catch (error) {
    throw unreadable(file, error);
  }
}

export function triageCommand(): Command {
  return new Command('triage')
    .description("say what the hospital's rules make of a recording: one JSON line a row")
    .argument(
      '<file>',
      'CSV with columns time_s or hour, patient, hr, spo2, resp, sbp, dbp, temp, oxygen, consciousness; - for stdin',
    )
    .option(
      '--carry <mode>',
      'none: score each row from its own values alone (default: carry values while they are valid)',
    )
    .option('--policy <file>', "JSON of a policy (default: the hospital's own, docs/clinical.md)")
    .action(runTriage);
}
