import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Bed, bedOf } from '../scenario/bed.ts';
import { prepareWorld } from '../world/world.ts';
import { runHeadless } from './run-headless.ts';
import type { RunProgress } from './run-progress.ts';
import { untilRest } from './until-rest.ts';
import { waitingFor } from './waiting-for.ts';

const folder = mkdtempSync(join(tmpdir(), 'vitalseal-demo-stall-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const beds = [bedOfMinutes('anna', 'Bed 1'), bedOfMinutes('bruno', 'Bed 2')];

test('a run whose hospital hangs is given up, and says which phones hold how many readings', async () => {
  const said: string[] = [];
  const world = await prepareWorld({ dataDir: folder, beds, cards: 'software' });
  try {
    const { report, stalled } = await runHeadless({
      world,
      beds,
      speed: 600,
      cards: 'software',
      kills: 0,
      seed: 1,
      // Longer than phones that are only starting on a busy machine leave two looks unanswered.
      stallAfterMs: 15_000,
      say(line) {
        said.push(line);
        // The doctor has signed in, and no sensor has measured yet.
        if (line.startsWith('2 patients')) process.kill(childThatRuns('hospital-process.ts'), 'SIGSTOP');
      },
      interrupted: new Promise(() => {}),
    });
    expect(stalled).toMatchObject({
      code: 'demo-stalled',
      message: expect.stringMatching(
        /^nothing has moved for \d+ s, still waiting for the hospital to acknowledge what phones hold \(Bed 1: 3 readings, Bed 2: 3 readings\)$/,
      ),
    });
    expect(report.readings).toMatchObject({ measured: 6, acknowledged: 0, stored: 0 });
    expect(said.some((line) => line.startsWith('readings: 6 of 6 measured, 0 acknowledged, 0 stored;'))).toBe(true);
  } finally {
    await world.close();
  }
}, 120_000);

const played: RunProgress = {
  readings: { recorded: 6, due: 6, measured: 6, stored: 6 },
  unlinked: 0,
  isPlayed: true,
  phones: [
    { acknowledged: 3, refused: 0, waiting: 0 },
    { acknowledged: 3, refused: 0, waiting: 0 },
  ],
  phonesAnswer: true,
  alarms: { raised: 2, opened: 2 },
  unopened: [],
  dispatches: 1,
};

test('what a run waits for is said by bed', () => {
  expect(waitingFor(played, beds)).toEqual([]);
  expect(waitingFor({ ...played, unopened: ['Bed 2', 'Bed 1', 'Bed 2'] }, beds)).toEqual([
    'the doctor to open alarms (Bed 2: 2 alarms, Bed 1: 1 alarm)',
  ]);
  expect(waitingFor({ ...played, phonesAnswer: false }, beds)).toEqual(['the phones, which do not answer']);
  const early = { ...played, isPlayed: false, phones: [] };
  expect(waitingFor(early, beds)).toEqual(['the phones to take 6 readings from the sensors']);
  expect(waitingFor({ ...early, readings: { ...early.readings, measured: 0, due: 0 }, unlinked: 2 }, beds)).toEqual([
    'the phones to shake hands with 2 sensors',
  ]);
  const late = { ...early, readings: { recorded: 6, due: 4, measured: 3, stored: 0 } };
  expect(waitingFor(late, beds)).toEqual(['the sensors to measure 1 reading']);
});

test('a run in which nothing is due yet is no run that stands still', async () => {
  const quiet: RunProgress = {
    ...played,
    isPlayed: false,
    phones: [],
    readings: { recorded: 6, due: 0, measured: 0, stored: 0 },
  };
  let looks = 0;
  const look = async () => (++looks > 2 ? played : quiet);
  const { stalled } = await untilRest({ look, beds, stallAfterMs: 1, say() {}, signal: new AbortController().signal });
  expect(stalled).toBeUndefined();
});

function bedOfMinutes(id: string, bed: string): Bed {
  const rows = [0, 1, 2].map((minute) => ({ patient: id, timeS: minute * 60, line: minute + 2, hr: 70 + minute }));
  return bedOf(id, { name: id, bed, place: { latitude: 0, longitude: 0 }, rows });
}

/** A process that this one started. */
function childThatRuns(script: string): number {
  const children = readdirSync('/proc/self/task').flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  const found = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(script));
  if (found === undefined) throw new Error(`expected a child that runs ${script}`);
  return found;
}
