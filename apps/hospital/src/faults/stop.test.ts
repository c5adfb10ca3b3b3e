/** What is connected does not keep the hospital from stopping: each test fails by its timeout where it does. */
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { TestHospital } from '../testing/test-hospital.ts';

const soon = 8_000;
const doctor = { role: 'doctor', id: 'd1' } as const;
let hospital: TestHospital;

beforeEach(async () => {
  hospital = await TestHospital.start();
  onTestFinished(() => hospital.remove());
  await hospital.onCall(doctor);
});

test('it stops while a doctor looks on, who sees the feed end', { timeout: soon }, async () => {
  const d1 = await hospital.clinician(doctor);
  await d1.agree();
  await d1.listen();
  await hospital.halt();
  await d1.ended();
});

test('it stops while a doctor whose device comes again at once looks on', { timeout: soon }, async () => {
  const d1 = await hospital.clinician(doctor);
  await d1.agree();
  await d1.listen();
  // Caught at once: it may be refused before the hospital has stopped.
  const again = d1
    .ended()
    .then(() => d1.listen())
    .catch((error: unknown) => error);
  await hospital.halt();
  expect(await again).toBeInstanceOf(Error);
});

test('it stops while a browser keeps the connection of a feed for later', { timeout: soon }, async () => {
  const d1 = await hospital.clinician(doctor);
  await d1.agree();
  const { bytes } = await d1.seal({ type: 'subscribe' });
  const agent = new Agent({ keepAlive: true });
  const asked = request(new URL('/step3/stream', hospital.running.peopleUrl), {
    agent,
    method: 'POST',
    headers: { 'content-type': 'application/cose', 'content-length': bytes.length },
  });
  asked.end(bytes);
  const [response] = await once(asked, 'response');
  response.resume();
  await hospital.halt();
  agent.destroy();
});

test('it stops while connections are open on which nobody has said anything', { timeout: soon }, async () => {
  const { peopleUrl, devicesUrl } = hospital.running;
  const silent = [peopleUrl, devicesUrl].map((url) => connect(Number(new URL(url).port), new URL(url).hostname));
  const { hostname, port } = new URL(devicesUrl);
  const secure = connectTls({ host: hostname, port: Number(port), rejectUnauthorized: false });
  for (const socket of [...silent, secure]) socket.on('error', () => undefined);
  await Promise.all([...silent.map((socket) => once(socket, 'connect')), once(secure, 'secureConnect')]);
  const ended = [...silent, secure].map((socket) => once(socket.resume(), 'close'));
  await hospital.halt();
  await Promise.all(ended);
});

test('it stops while a request has come by halves', { timeout: soon }, async () => {
  const { hostname, port } = new URL(hospital.running.peopleUrl);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(
    'POST /step3/message HTTP/1.1\r\nhost: x\r\ncontent-type: application/cose\r\ncontent-length: 9\r\n\r\nhalf',
  );
  await fetch(new URL('/healthz', hospital.running.peopleUrl));
  await hospital.halt();
});
