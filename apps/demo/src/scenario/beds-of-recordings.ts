// The patients of recordings given on the command line: one bed for each patient of each file.
import { createReadStream } from 'node:fs';
import { RecordingError, type RecordingRow, readRecording } from '@vitalseal/recording';
import { DemoError } from '../errors.ts';
import { type Bed, bedOf } from './bed.ts';

/** @throws DemoError `demo-file` for a file that cannot be read; RecordingError for one that is no recording */
export async function bedsOfRecordings(files: readonly string[]): Promise<readonly Bed[]> {
  const beds: Bed[] = [];
  const taken = new Set<string>();
  for (const file of files) {
    for (const [patient, rows] of await readable(file)) {
      const id = freeId(patient, taken);
      taken.add(id);
      const number = beds.length + 1;
      beds.push(bedOf(id, { name: `Patient ${patient}`, bed: `Bed ${number}`, place: placeOf(number), rows }));
    }
  }
  return beds;
}

/** What the system says names no file; the one who gave twenty wants to know which it was. */
async function readable(file: string): ReturnType<typeof rowsByPatient> {
  try {
    return await rowsByPatient(file);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error && 'code' in error)) throw error;
    const why = error.code === 'ENOENT' ? 'there is no such file' : `the system says ${String(error.code)}`;
    throw new DemoError('demo-file', `expected a recording that can be read, and not ${file}: ${why}`);
  }
}

export async function rowsByPatient(file: string): Promise<ReadonlyMap<string, readonly RecordingRow[]>> {
  const patients = new Map<string, RecordingRow[]>();
  for await (const row of readRecording(createReadStream(file), { file })) {
    const rows = patients.get(row.patient);
    if (rows === undefined) patients.set(row.patient, [row]);
    else rows.push(row);
  }
  if (patients.size === 0) throw new RecordingError('recording-empty', 'expected at least one row', { file });
  return patients;
}

/** An identifier of a certificate has fewer characters to choose from than a column of a file. */
function freeId(patient: string, taken: ReadonlySet<string>): string {
  const plain = patient.replaceAll(/[^A-Za-z0-9._-]/g, '-').slice(0, 48) || 'patient';
  let id = plain;
  for (let n = 2; taken.has(id); n++) id = `${plain}-${n}`;
  return id;
}

/** A recording has no place; the demo's stand on a grid of about a kilometre. */
function placeOf(number: number): Bed['place'] {
  const column = (number - 1) % 25;
  const row = Math.floor((number - 1) / 25);
  return { latitude: 25.8 + row * 0.009, longitude: 45.25 + column * 0.01 };
}
