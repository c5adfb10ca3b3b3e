import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readingAt, type TestHospitalOptions, welcome } from '@vitalseal/clinician/testing';
import type { Dispatch } from '@vitalseal/protocol';
import { afterEach, expect, test } from 'vitest';
import { dist, PageBench } from './page.fixture.ts';

let bench: PageBench;
let call: Dispatch;

function offered(more: Partial<Dispatch> = {}): Dispatch {
  const at = Date.now();
  return {
    type: 'dispatch',
    dispatch: 'call-1',
    patient: { role: 'patient', id: 'p1' },
    name: 'Ada Example',
    priority: 'high',
    reasons: ['NEWS2 12, from 4 of 7 parameters'],
    location: { latitude: 59.334591, longitude: 18.06324, accuracyMetres: 24, at: at - 40_000 },
    readings: [readingAt(at - 5000, { pulse: 131, systolic: 84, diastolic: 51 })],
    state: 'offered',
    at: at - 20_000,
    ...more,
  };
}

const options: TestHospitalOptions = {
  onSubscribe: () => [welcome(), { type: 'complete', at: Date.now() }],
  onMessage: (_, message) => {
    if (message.type === 'dispatch-state') {
      void bench.hospital.say({ ...call, dispatch: message.dispatch, state: message.state, at: Date.now() });
    }
    return undefined;
  },
};

afterEach(() => bench.close());

async function callTheCrew(): Promise<void> {
  await bench.signIn('unit-7');
  await bench.page.getByRole('heading', { name: 'No call' }).waitFor();
  call = offered();
  await bench.hospital.say(call);
  await bench.page.getByRole('heading', { name: 'Ada Example' }).waitFor();
}

const asked = () =>
  bench.hospital.asked.flatMap((m) => (m.type === 'dispatch-state' ? [`${m.dispatch} ${m.state}`] : []));

test('a call shows who, why, how they are and where, and the crew moves it to its end', async () => {
  bench = await PageBench.open('ambulance', options);
  await callTheCrew();
  const { page } = bench;
  await page.getByText('NEWS2 12, from 4 of 7 parameters').first().waitFor();
  await page.getByText('84/51').waitFor();
  await page.getByText('59.33459, 18.06324').waitFor();
  const maps = page.getByRole('link', { name: 'Open in maps' });
  expect(await maps.getAttribute('href')).toBe('geo:59.334591,18.063240;u=24');
  for (const deed of ['Accept the call', 'We are on our way', 'We are on scene', 'Close the call']) {
    await page.getByRole('button', { name: deed }).click();
  }
  await page.getByRole('button', { name: 'Press again to close the call' }).click();
  await expect.poll(asked).toEqual(['call-1 accepted', 'call-1 en-route', 'call-1 on-scene', 'call-1 closed']);
  expect(await bench.stored()).not.toMatch(/Example|59\.33/);
  expect(bench.complaints).toEqual([]);
});

test('what is pressed with a thumb is at least 44 pixels high', async () => {
  bench = await PageBench.open('ambulance', options);
  await callTheCrew();
  for (const control of await bench.page.getByRole('button').or(bench.page.getByRole('link')).all()) {
    const box = await control.boundingBox();
    expect(box?.height, (await control.textContent()) ?? '').toBeGreaterThanOrEqual(44);
  }
});

test('a second alarm of the same patient is added to the call, not another drive', async () => {
  bench = await PageBench.open('ambulance', options);
  await callTheCrew();
  await bench.page.getByRole('button', { name: 'Accept the call' }).click();
  await bench.page.getByRole('button', { name: 'We are on our way' }).waitFor();
  await bench.hospital.say(offered({ dispatch: 'call-2', reasons: ['SpO2 84 %'] }));
  await bench.page.getByRole('button', { name: 'Accept: SpO2 84 %' }).click();
  await expect.poll(asked).toEqual(['call-1 accepted', 'call-2 accepted']);
});

test('a call that another crew took leaves nothing of the patient on the page', async () => {
  bench = await PageBench.open('ambulance', options);
  await callTheCrew();
  const { location: _, news2: __, ...rest } = call;
  const taken = { role: 'patient', id: 'taken' } as const;
  await bench.hospital.say({ ...rest, patient: taken, name: '', reasons: [], readings: [], state: 'closed' });
  await bench.page.getByText('Taken by another crew').first().waitFor();
  await expect.poll(() => bench.page.getByText(/Ada Example|59\.33459|84\/51/).count(), { timeout: 10_000 }).toBe(0);
});

test('without contact the crew is told to use the radio', async () => {
  bench = await PageBench.open('ambulance', options);
  await callTheCrew();
  bench.hospital.failing = 503;
  bench.hospital.cutFeeds();
  await bench.page.getByText(/No contact with the hospital since/).waitFor();
  await bench.page.getByText(/Use the radio/).waitFor();
  expect(await bench.page.getByRole('button', { name: 'Accept the call' }).isDisabled()).toBe(true);
});

test('a hospital with a map of its own gets MapLibre, under the same policy', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-page-'));
  cpSync(dist('ambulance'), folder, { recursive: true });
  const ground = { id: 'ground', type: 'background', paint: { 'background-color': '#e8ecea' } };
  const sources = { streets: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } } };
  writeFileSync(join(folder, 'map-style.json'), JSON.stringify({ version: 8, sources, layers: [ground] }));
  try {
    bench = await PageBench.open('ambulance', { ...options, pages: { '/ambulance/': folder } }, [
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
    ]);
    await callTheCrew();
    await bench.page.locator('canvas.maplibregl-canvas').waitFor();
    await bench.page.locator('.maplibregl-marker').waitFor();
    expect(bench.complaints).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
