// vitalseal audit verify
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Verdict, verifyExport } from '@vitalseal/audit';
import { Command } from 'commander';
import { HospitalError } from '../../errors.ts';
import { collect } from '../options.ts';
import { writeJson, writeLines } from '../output.ts';
import { checkCommand } from './check-command.ts';
import { keysOf, textOf } from './read-files.ts';

interface VerifyOptions {
  key?: readonly string[];
  checkpoint?: readonly string[];
  keep?: string;
  acceptUnsigned?: true;
  json?: true;
}

export function auditCommand(): Command {
  return new Command('audit')
    .description("the hospital's audit log, for whoever audits it: offline, from an export or a proof alone")
    .addCommand(verifyCommand())
    .addCommand(checkCommand());
}

function verifyCommand(): Command {
  return new Command('verify')
    .summary('prove that nothing in an export was altered, removed or reordered, or name the entry')
    .description(
      'Exit code 0: proved; 1: damaged, and the line says where. Of several exports each one must go on from, or agree with, the one before.',
    )
    .argument('<export...>', 'file of `vitalseal hospital audit export`')
    .option('--key <file>', 'key of the log, as the hospital told it by another way (may be repeated)', collect)
    .option('--checkpoint <file>', 'a checkpoint that you kept: the log must still hold it (may be repeated)', collect)
    .option('--accept-unsigned', 'entries after the last checkpoint are no damage')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  vitalseal audit verify march.audit --key hospital.key --checkpoint february.note',
    )
    .action(async (files: readonly string[], options: VerifyOptions) => {
      const keys = options.key === undefined ? undefined : await keysOf(options.key);
      const kept = (options.checkpoint ?? []).map(textOf);
      let isSound = true;
      for (const file of files) {
        const verdict = await verifyExport(linesOf(file), {
          ...(keys === undefined ? {} : { keys }),
          kept,
          acceptUnsigned: options.acceptUnsigned === true,
        });
        if (options.json) writeJson({ file, ...verdict });
        else writeLines(`${file}: ${summaryOf(verdict, keys !== undefined)}`);
        if (verdict.finding !== undefined) isSound = false;
        if (verdict.lastCheckpoint !== undefined) kept.push(verdict.lastCheckpoint);
      }
      if (!isSound) process.exitCode = 1;
    });
}

export function summaryOf(
  { from, size, provenSize, keyId, checkpoints, finding }: Verdict,
  isKeyGiven: boolean,
): string {
  if (finding !== undefined) return `DAMAGED (${finding.damage}): ${finding.line}`;
  const which = size === from ? 'no entries' : `entries ${from} to ${size - 1}`;
  const vouched = provenSize === size ? '' : `, of which those from ${provenSize} on nobody vouches for yet`;
  const by = isKeyGiven
    ? `key ${keyId}`
    : `key ${keyId}, which the export itself names: compare it with the hospital's`;
  return `proved: ${which}${vouched}, ${checkpoints} checkpoints under ${by}`;
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const input = createReadStream(file, 'utf8');
  try {
    yield* createInterface({ input, crlfDelay: 0 });
  } catch (cause) {
    throw new HospitalError('invalid-file', `expected an export at ${file}`, { cause });
  } finally {
    input.destroy();
  }
}
