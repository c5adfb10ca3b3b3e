// vitalseal audit check
import {
  AuditError,
  inclusionForm,
  type NoteKey,
  verifyConsistencyProof,
  verifyInclusionProof,
} from '@vitalseal/audit';
import { Command } from 'commander';
import { HospitalError } from '../../errors.ts';
import { collect } from '../options.ts';
import { writeJson, writeLines } from '../output.ts';
import { keysOf, textOf } from './read-files.ts';

interface CheckOptions {
  key: readonly string[];
  checkpoint?: string;
  json?: true;
}

type Result = { readonly line: string } & Readonly<Record<string, string | number | boolean>>;

export function checkCommand(): Command {
  return new Command('check')
    .summary('check a proof: that an entry is in the log, or that the log goes on from a checkpoint that you kept')
    .description(
      'Exit code 0: proved; 1: not, and the line says why. Needs the proof and the key, and for the second kind your checkpoint; neither the log nor the hospital.',
    )
    .argument('<proof>', 'file of `vitalseal hospital audit prove`, or any C2SP tlog-proof of the log')
    .requiredOption('--key <file>', 'key of the log, as the hospital told it by another way (may be repeated)', collect)
    .option('--checkpoint <file>', 'the checkpoint that you kept')
    .option('--json', 'as JSON')
    .action(async (file: string, { key, checkpoint, json }: CheckOptions) => {
      const keys = await keysOf(key);
      const text = textOf(file);
      const result = await resultOf(text, keys, checkpoint === undefined ? undefined : textOf(checkpoint));
      if (json) writeJson({ file, ...result });
      else writeLines(`${file}: ${result.line}`);
      if (result.proved !== true) process.exitCode = 1;
    });
}

async function resultOf(text: string, keys: readonly NoteKey[], kept: string | undefined): Promise<Result> {
  try {
    if (text.startsWith(`${inclusionForm}\n`)) return await inclusion(text, keys);
    if (kept === undefined) {
      throw new HospitalError('invalid-option', 'expected --checkpoint: what the log is to go on from');
    }
    return await growth(text, keys, kept);
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
    return { proved: false, code: error.code, line: `NOT PROVED (${error.code}): ${error.message}` };
  }
}

async function inclusion(text: string, keys: readonly NoteKey[]): Promise<Result> {
  const { entry, index, checkpoint } = await verifyInclusionProof(text, { keys });
  const { size, origin } = checkpoint;
  const line = `proved: entry ${index} of the first ${size} of ${origin} is ${entry}`;
  return { proved: true, origin, index, size, entry, line };
}

async function growth(text: string, keys: readonly NoteKey[], kept: string): Promise<Result> {
  const { earlier, later } = await verifyConsistencyProof(text, { kept, keys });
  const { origin, size } = later;
  const line = `proved: the ${size} entries of ${origin} begin with the ${earlier.size} of the checkpoint that was kept`;
  return { proved: true, origin, from: earlier.size, size, line };
}
