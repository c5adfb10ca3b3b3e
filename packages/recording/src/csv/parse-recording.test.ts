import { describe, expect, test } from 'vitest';
import { RecordingError } from '../errors.ts';
import { parseRecording } from './parse-recording.ts';
import { readRecording } from './read-recording.ts';
import type { RecordingRow } from './row.ts';
import { patientOfFile } from './row-reader.ts';

const file = 'ward/bed-7.csv';

function rows(text: string | Uint8Array): Omit<RecordingRow, 'line'>[] {
  return parseRecording(text, { file }).map(({ line: _line, ...row }) => row);
}

async function failure(text: string | Uint8Array): Promise<RecordingError> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const found: RecordingError[] = [];
  try {
    parseRecording(bytes, { file });
  } catch (error) {
    if (error instanceof RecordingError) found.push(error);
  }
  try {
    const source = (async function* () {
      for (let start = 0; start < bytes.length; start += 1000) yield bytes.subarray(start, start + 1000);
    })();
    for await (const _row of readRecording(source, { file }));
  } catch (error) {
    if (error instanceof RecordingError) found.push(error);
  }
  const [whole, streamed] = found;
  if (whole === undefined || streamed === undefined) throw new Error('the recording was accepted');
  expect(streamed.code).toBe(whole.code);
  return whole;
}

describe('the contract', () => {
  test('columns by name, in any order and any case, others ignored, blanks missing', () => {
    expect(
      rows('Temp, note,SpO2,TIME_S ,hr,Resp,oxygen,consciousness,sbp,dbp\n36.05,x,97,60,,16,1,A,120,75\n'),
    ).toEqual([
      {
        patient: 'bed-7',
        timeS: 60,
        temp: 36.05,
        spo2: 97,
        resp: 16,
        oxygen: 1,
        consciousness: 'A',
        sbp: 120,
        dbp: 75,
      },
    ]);
  });

  test('a patient column, several patients mixed, each with a time of its own', () => {
    const text = 'patient,hour,hr\na,0,70\nb,5,80\na,1,71\nb,5,81\n';
    expect(rows(text).map(({ patient, timeS }) => [patient, timeS])).toEqual([
      ['a', 0],
      ['b', 18_000],
      ['a', 3600],
      ['b', 18_000],
    ]);
  });

  test('with both time columns the seconds count', () => {
    expect(rows('hour,time_s,hr\n7,60,70\n')).toEqual([{ patient: 'bed-7', timeS: 60, hr: 70 }]);
  });

  test('line ends of every kind, a byte-order mark, quotes, blank lines and no last line end', () => {
    const expected = [
      { patient: 'bed-7', timeS: 0, hr: 70 },
      { patient: 'bed-7', timeS: 1, hr: 71 },
    ];
    expect(rows('\ufefftime_s,hr\r\n0,70\r\n1,71\r\n')).toEqual(expected);
    expect(rows('time_s,hr\r0,70\r1,71')).toEqual(expected);
    expect(rows('"time_s","hr"\n"0","70"\r\n\n1,"71"\n\n')).toEqual(expected);
    expect(rows('time_s,hr,"a ""note"", with\nlines"\n0,70,"x,y"\n1,71,\n')).toEqual(expected);
  });

  test('rows know their line', () => {
    expect(parseRecording('time_s,hr\n0,70\n\n1,71', { file }).map(({ line }) => line)).toEqual([2, 4]);
    expect(parseRecording('time_s,hr\r\n0,70\r\n1,71\r\n', { file }).map(({ line }) => line)).toEqual([2, 3]);
  });

  test('what programs write for a missing value is missing', () => {
    const text = `time_s,hr,oxygen,consciousness\n${['NaN', 'nan', 'NA', 'null', 'None', 'inf', '-Infinity', ' '].map((word, index) => `${index},${word},${word},${word}`).join('\n')}\n`;
    expect(rows(text).every((row) => Object.keys(row).length === 2)).toBe(true);
  });

  test('a sentinel is a number: what it means is for the rules', () => {
    expect(rows('time_s,hr,spo2\n0,-1,999\n')).toEqual([{ patient: 'bed-7', timeS: 0, hr: -1, spo2: 999 }]);
  });

  test.each([
    ['7', 7],
    [' 7.50 ', 7.5],
    ['+.5', 0.5],
    ['5.', 5],
    ['1e2', 100],
    ['36.05', 36.05],
  ])('%j is a number', (text, value) => {
    expect(rows(`time_s,temp\n0,"${text}"\n`)[0]?.temp).toBe(value);
  });

  test('oxygen as a decimal column and small letters are understood', () => {
    expect(rows('time_s,oxygen,consciousness\n0,0.0,v\n1,1.0,U\n')).toMatchObject([
      { oxygen: 0, consciousness: 'V' },
      { oxygen: 1, consciousness: 'U' },
    ]);
  });
});

describe('the patient of a file that names none', () => {
  test.each([
    ['a40282n.csv', 'a40282n'],
    ['/data/ward 3/bed-7.2024.csv', 'bed-7.2024'],
    ['C:\\data\\bed.csv', 'bed'],
    ['noextension', 'noextension'],
    ['.hidden', '.hidden'],
    ['-', 'stdin'],
  ])('%s is %s', (path, patient) => {
    expect(patientOfFile(path)).toBe(patient);
  });
});

describe('a mistake names file, line and column, with a code', () => {
  test.each([
    ['not a number', 'time_s,hr\n0,70\n1,abc\n', 'recording-not-a-number', 3, 'hr'],
    ['a decimal comma', 'time_s,hr\n0,"7,5"\n', 'recording-not-a-number', 2, 'hr'],
    ['a hexadecimal number', 'time_s,hr\n0,0x46\n', 'recording-not-a-number', 2, 'hr'],
    ['a number beyond all numbers', 'time_s,hr\n0,1e999\n', 'recording-not-a-number', 2, 'hr'],
    ['two numbers in a cell', 'time_s,hr\n0,70 71\n', 'recording-not-a-number', 2, 'hr'],
    ['a time that is no number', 'time_s,hr\n12:00,70\n', 'recording-not-a-number', 2, 'time_s'],
    ['a blank time', 'time_s,hr\n,70\n', 'recording-time-invalid', 2, 'time_s'],
    ['a time out of all range', 'hour,hr\n1e12,70\n', 'recording-time-invalid', 2, 'hour'],
    ['time going back', 'time_s,hr\n60,70\n0,71\n', 'recording-time-backwards', 3, 'time_s'],
    [
      'time going back within one of two patients',
      'patient,hour,hr\na,2,70\nb,1,70\na,1,70\n',
      'recording-time-backwards',
      4,
      'hour',
    ],
    ['no time column', 'hr,spo2\n70,98\n', 'recording-column-missing', 1, undefined],
    ['no vital column', 'time_s,heart_rate\n0,98\n', 'recording-column-missing', 1, undefined],
    ['another delimiter', 'time_s;hr\n0;70\n', 'recording-column-missing', 1, undefined],
    ['a column twice', 'time_s,hr,HR\n0,70,71\n', 'recording-column-duplicate', 1, 'hr'],
    ['a row too short', 'time_s,hr,spo2\n0,70\n', 'recording-column-count', 2, undefined],
    ['a row too long', 'time_s,hr\n0,70,71\n', 'recording-column-count', 2, undefined],
    ['a blank patient', 'patient,time_s,hr\n,0,70\n', 'recording-not-a-patient', 2, 'patient'],
    ['oxygen that is neither', 'time_s,oxygen\n0,2\n', 'recording-not-oxygen', 2, 'oxygen'],
    [
      'a level of consciousness that is none',
      'time_s,consciousness\n0,X\n',
      'recording-not-consciousness',
      2,
      'consciousness',
    ],
    ['an empty file', '', 'recording-empty', undefined, undefined],
    ['only blank lines', '\n\n\n', 'recording-empty', undefined, undefined],
    ['only a header', 'time_s,hr\n', 'recording-empty', undefined, undefined],
    ['a quote that never closes', 'time_s,hr\n0,"70\n1,71\n', 'recording-quotes', 3, undefined],
    ['a quote inside a cell', 'time_s,hr\n0,7"0\n', 'recording-quotes', 2, undefined],
    ['text after a quote', 'time_s,hr\n0,"70"1\n', 'recording-quotes', 2, undefined],
    ['NUL bytes', 'time_s,hr\n0,7\u00000\n', 'recording-binary', undefined, undefined],
    ['a line beyond any monitor', `time_s,hr\n0,${'7'.repeat(70_000)}\n`, 'recording-line-too-long', 2, undefined],
    ['a line of commas without end', `time_s,hr\n${','.repeat(70_000)}`, 'recording-line-too-long', 2, undefined],
  ])('%s', async (_name, text, code, line, column) => {
    const error = await failure(text);
    expect({ code: error.code, line: error.line, column: error.column, file: error.file }).toEqual({
      code,
      line,
      column,
      file,
    });
    expect(error.message.startsWith(file)).toBe(true);
  });

  test('bytes that are no UTF-8, and UTF-16', async () => {
    expect((await failure(Buffer.from([...Buffer.from('time_s,hr\n0,'), 0xff, 0xfe, 0x0a]))).code).toBe(
      'recording-not-utf8',
    );
    expect((await failure(Buffer.from('\ufefftime_s,hr\n0,70\n', 'utf16le'))).code).toBe('recording-binary');
    expect((await failure(Buffer.from([...Buffer.from('time_s,hr\n0,70\n'), 0xc3]))).code).toBe('recording-not-utf8');
  });

  test('a quoted cell over many lines is bounded too', async () => {
    expect((await failure(`time_s,hr\n0,"${'7\n'.repeat(60_000)}"\n`)).code).toBe('recording-line-too-long');
  });

  test('the message never shows the cell', async () => {
    for (const text of [
      'time_s,hr\n0,secret\n',
      'time_s,hr\n0,sec"ret\n',
      'patient,time_s,hr\nsecret,1,1\nsecret,0,1\n',
    ]) {
      expect((await failure(text)).message).not.toContain('secret');
    }
  });
});
