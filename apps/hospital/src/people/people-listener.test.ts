import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startHospital } from '../hospital.ts';
import { TestHospital } from '../testing/test-hospital.ts';

const doctor = { role: 'doctor', id: 'd1' } as const;
let hospital: TestHospital;

beforeAll(async () => {
  hospital = await TestHospital.start({ feedWaitingLimit: 64 });
  const doctorPages = join(hospital.dataDir, 'pages');
  mkdirSync(join(doctorPages, 'assets'), { recursive: true });
  writeFileSync(join(doctorPages, 'index.html'), '<!doctype html><title>doctor</title>');
  writeFileSync(join(doctorPages, 'assets', 'main-1a2b.js'), 'export {};');
  await hospital.halt();
  await hospital.serve({ pages: { doctor: doctorPages } });
  await hospital.admit('secret-patient');
  await hospital.onCall(doctor);
});
afterAll(() => hospital.remove());

const get = (path: string) => fetch(new URL(path, hospital.running.peopleUrl), { redirect: 'manual' });

test('the page is served under a policy that lets it run its own scripts and nothing else', async () => {
  const page = await get('/doctor/');
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('doctor');
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toContain('unsafe');
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("require-trusted-types-for 'script'");
  expect(policy).toContain("trusted-types 'none'");
  expect(page.headers.get('permissions-policy')).toContain('camera=()');
  expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  expect(page.headers.get('cache-control')).toBe('no-cache');
  expect((await get('/doctor/assets/main-1a2b.js')).headers.get('cache-control')).toContain('immutable');
});

test('what is no page is not found, and nothing outside the folder is served', async () => {
  expect((await get('/ambulance/')).status).toBe(404);
  expect((await get('/doctor/..%2fhospital.sqlite')).status).toBeGreaterThanOrEqual(400);
  expect((await get('/doctor/.secret')).status).toBeGreaterThanOrEqual(400);
  const missing = await get('/nowhere');
  expect(missing.status).toBe(404);
  expect(missing.headers.get('content-security-policy')).toContain("default-src 'none'");
});

test('plain HTTP is refused on any interface but the loopback one', async () => {
  const { keys } = hospital;
  // A store of its own: the other one is served from.
  const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-insecure-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const people = { host: '0.0.0.0', tls: false };
  await expect(startHospital({ dataDir, keys, people })).rejects.toMatchObject({ code: 'insecure-listener' });
});

test('health and metrics say how the hospital is, and name nobody', async () => {
  const patient = await hospital.patient('secret-patient');
  await patient.agree();
  await patient.send([await patient.sealReading(1), Uint8Array.of(1)]);
  const health = await get('/healthz');
  const body = await health.text();
  expect(JSON.parse(body)).toMatchObject({
    ok: true,
    store: { kind: 'sqlite', ok: true },
    onCall: { doctors: 1, crews: 0 },
  });
  const metrics = await (await get('/metrics')).text();
  expect(metrics).toContain('vitalseal_readings_total{outcome="stored"} 1');
  expect(metrics).toContain('vitalseal_records_refused_total{code="record-malformed"} 1');
  for (const text of [body, metrics]) expect(text).not.toMatch(/secret-patient|d1\b/);
});

test('a step-3 message is taken once, and only on a step-3 channel', async () => {
  const d1 = await hospital.clinician(doctor);
  await d1.agree();
  const { bytes } = await d1.seal({ type: 'receipt', alarm: 'none', kind: 'opened' });
  expect((await d1.post('/step3/message', bytes)).status).toBe(200);
  const again = await d1.post('/step3/message', bytes);
  expect(again.status).toBe(400);
  expect(await again.json()).toEqual({ code: 'record-replayed' });
  const asStream = await d1.post('/step3/stream', (await d1.seal({ type: 'acknowledge', alarm: 'a' })).bytes);
  expect(await asStream.json()).toEqual({ code: 'malformed-request' });
  const patient = await hospital.patient('secret-patient');
  await patient.agree();
  const wrongHop = await d1.post('/step3/message', await patient.sealReading(5));
  expect(await wrongHop.json()).toEqual({ code: 'wrong-hop' });
  const forged = (await d1.seal({ type: 'acknowledge', alarm: 'a' })).bytes.slice();
  forged[forged.length - 1] = (forged[forged.length - 1] ?? 0) ^ 1;
  expect((await d1.post('/step3/message', forged)).status).toBe(401);
});

test('someone who is not on the staff is refused a channel', async () => {
  const stranger = await hospital.clinician({ role: 'doctor', id: 'stranger' });
  await expect(stranger.agree()).rejects.toMatchObject({ code: 'peer-refused' });
});

test('a second feed on the same channel ends the first', async () => {
  const d1 = await hospital.clinician(doctor);
  await d1.agree();
  await d1.listen();
  const first = d1.ended();
  await d1.listen();
  await first;
});

test('a reader that takes nothing is cut off, and the others hear everything', async () => {
  const patient = await hospital.patient('secret-patient');
  await patient.agree();
  const slow = await hospital.clinician(doctor);
  await slow.agree();
  const { bytes } = await slow.seal({ type: 'subscribe' });
  const { hostname, port } = new URL(hospital.running.peopleUrl);
  const socket = connect(Number(port), hostname);
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  socket.on('error', () => undefined);
  socket.write(
    `POST /step3/stream HTTP/1.1\r\nhost: x\r\ncontent-type: application/cose\r\ncontent-length: ${bytes.length}\r\n\r\n`,
  );
  socket.write(bytes);
  socket.pause();
  const brisk = await hospital.clinician(doctor);
  await brisk.agree();
  await brisk.listen();
  for (let from = 100; from < 2_100; from += 50) {
    const records = [];
    for (let sequence = from; sequence < from + 50; sequence++) records.push(await patient.sealReading(sequence));
    await patient.send(records);
  }
  // The network's own buffers take some megabytes before anything waits here: the past, again and again.
  const past = { type: 'history', patient: { role: 'patient', id: 'secret-patient' }, from: 0 } as const;
  let answer = await slow.ask(past);
  for (let times = 0; answer.ok && times < 200; times++) answer = await slow.ask(past);
  expect(answer).toMatchObject({ ok: false, code: 'no-stream' });
  const heard = brisk.heard.length;
  await patient.send([await patient.sealReading(9_000)]);
  await brisk.until(({ message }) => message.type === 'reading', { from: heard });
  socket.resume();
  await closed;
});
