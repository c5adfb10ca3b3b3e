// Runs the benchmarks, each in a process of its own, one after the other; prints what they found and writes it down.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine } from './measure/machine.ts';
import { parseRow, type Row } from './measure/results.ts';
import { type Run, tableOf } from './measure/table.ts';

interface Benchmark {
  readonly name: string;
  readonly says: string;
  /** Arguments that make it short: to see that it works, not to believe its figures. */
  readonly quick: readonly string[];
}

const benchmarks: readonly Benchmark[] = [
  {
    name: 'open-record',
    says: 'opening one record, against node:crypto AES-256-GCM over the same bytes',
    quick: [],
  },
  {
    name: 'intake',
    says: 'readings over HTTPS with durable commit at 1, 10 and 50 a POST, against the least program on the same store',
    quick: ['--store', 'sqlite', '--records', '10', '--rounds', '2'],
  },
  {
    name: 'store-growth',
    says: 'taking in readings as the store grows from 10^4 to 10^6 of them, against a store that stays small',
    quick: ['--quick'],
  },
  {
    name: 'sensor-to-doctor',
    says: "sensor to doctor's device and to the acknowledgement, idle and beside 100,000 older readings, against the least chain",
    quick: ['--quick'],
  },
  {
    name: 'hospital-handshake',
    says: "handshakes a second with the hospital's key in a TPM (swtpm) against one in software; start to first acknowledgement",
    quick: ['--quick'],
  },
  {
    name: 'card-link',
    says: "the card's HTTPS over BIP: APDUs, link bytes and time of a POST at 1, 10 and 50 readings, in process and over PC/SC; sealing",
    quick: ['--quick'],
  },
  {
    name: 'ble-link',
    says: 'step 1 over the emulated radio at MTU 23, 185 and 517 against the same bytes unsealed; bytes on air and wake-ups a reading',
    quick: ['--quick'],
  },
  {
    name: 'first-reading',
    says: "a sensor's power-on to its first reading confirmed by the hospital, at first contact and again, against a record in clear",
    quick: ['--quick'],
  },
  {
    name: 'app-start',
    says: "the patient's app on a processor slowed down four times: interactive at the first visit and from the phone, against the least page; sizes",
    quick: ['--quick'],
  },
];

const here = fileURLToPath(new URL('.', import.meta.url));

const help = `npm run bench [-- [options] [name...]]

Runs benchmarks one after the other, each in a process of its own, and prints what they found. Without a name: all.

${benchmarks.map(({ name, says }) => `  ${name.padEnd(18)}${says}`).join('\n')}

  --repeat N    each benchmark N times; prints medians, and between which values the runs lay (default 1)
  --quick       shorter runs: to see that it works, not to believe its figures; written only with --out
  --out DIR     where <name>.json is written (default: benchmarks/results)
  --help        this

PostgreSQL's own programs must be installed for intake and store-growth; they start a cluster of their own. card-link
measures through pcscd where Debian's pcscd and vsmartcard-vpcd are installed; hospital-handshake starts Debian's swtpm.
The machine should have nothing else to do. Each run's load average beforehand is written down with it.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repeat: { type: 'string', default: '1' },
    quick: { type: 'boolean', default: false },
    out: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help) console.log(help);
else await main();

async function main(): Promise<void> {
  const repeat = Number(values.repeat);
  if (!Number.isInteger(repeat) || repeat < 1) return complain('--repeat: expected a whole number, 1 or more');
  const unknown = positionals.find((name) => !benchmarks.some((benchmark) => benchmark.name === name));
  if (unknown !== undefined) return complain(`expected one of ${benchmarks.map(({ name }) => name).join(', ')}`);
  const chosen = positionals.length === 0 ? benchmarks : benchmarks.filter(({ name }) => positionals.includes(name));
  const out = values.out ?? (values.quick ? undefined : join(here, 'results'));
  const machine = describeMachine();
  console.log(
    Object.entries(machine)
      .map(([what, value]) => `${what} ${value}`)
      .join(', '),
  );
  for (const benchmark of chosen) {
    console.log(`\n${benchmark.name}: ${benchmark.says}`);
    const runs: Run[] = [];
    for (let index = 0; index < repeat; index++) {
      const run = await runOnce(benchmark);
      if (run === undefined) {
        process.exitCode = 1;
        break;
      }
      runs.push(run);
    }
    if (runs.length === 0) continue;
    console.log(tableOf(runs));
    if (out === undefined) continue;
    mkdirSync(resolve(out), { recursive: true });
    const result = { benchmark: benchmark.name, says: benchmark.says, quick: values.quick, machine, runs };
    writeFileSync(join(resolve(out), `${benchmark.name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  }
}

/** @returns undefined when it failed */
async function runOnce({ name, quick }: Benchmark): Promise<Run | undefined> {
  const at = new Date().toISOString();
  const loadBefore = Number(loadavg()[0]?.toFixed(2));
  const rows: Row[] = [];
  const child = spawn(process.execPath, [join(here, `${name}.ts`), ...(values.quick ? quick : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  for await (const line of createInterface({ input: child.stdout })) {
    const row = parseRow(line);
    if (row === undefined) console.log(`  ${line}`);
    else rows.push(row);
  }
  const code = await ended;
  if (code === 0) return { at, loadBefore, rows };
  console.error(`${name}: failed (${code ?? 'killed'})`);
  return undefined;
}

function complain(message: string): void {
  console.error(`bench: ${message}`);
  process.exitCode = 2;
}
