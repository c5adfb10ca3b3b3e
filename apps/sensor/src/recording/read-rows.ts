import { readFile } from 'node:fs/promises';
import { parseRecording, type RecordingRow } from '@vitalseal/recording';
import { SensorError } from '../errors.ts';

/** @throws SensorError `sensor-recording-unreadable` @throws RecordingError */
export async function readRows(file: string): Promise<RecordingRow[]> {
  let content: Uint8Array;
  try {
    content = await readFile(file);
  } catch (cause) {
    throw new SensorError('sensor-recording-unreadable', `expected a recording that can be read at ${file}`, { cause });
  }
  return parseRecording(content, { file });
}
