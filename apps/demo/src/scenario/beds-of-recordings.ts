// The patients of recordings given on the command line: one bed for each patient of each file.
import { createReadStream } from 'node:fs';
import { RecordingError, type RecordingRow, readRecording } from '@vitalseal/recording';
import { type Bed, bedOf } from './bed.ts';

/** @throws RecordingError for a file that cannot be read, or that has nothing to play */
export async function bedsOfRecordings(files: readonly string[]): Promise<readonly Bed[]> {
  const beds: Bed[] = [];
  const taken = new Set<string>();
  for (const file of files) {
    for (const [patient, rows] of await rowsByPatient(file)) {
      const id = freeId(patient, taken);
      taken.add(id);
      const number = beds.length + 1;
      beds.push(bedOf(id, { name: `Patient ${patient}`, bed: `Bed ${number}`, place: placeOf(number), rows }));
    }
  }
  return beds;
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
