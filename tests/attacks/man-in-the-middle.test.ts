// Table II, man in the middle: between sensor and phone, phone and hospital, page and hospital, device and authority
// stands somebody who passes on, changes, swaps or withholds what goes by.

import { startAuthority } from '@vitalseal/app-certifying-authority';
import { createRequest, encodeCertsOnly, generateKeyPair, parseActivationLink } from '@vitalseal/certifying-authority';
import { memoryCustody, signIn } from '@vitalseal/clinician';
import type { Bytes } from '@vitalseal/protocol';
import { enrolDevice } from '@vitalseal/secure-element/node';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { falseServer } from './false-server.fixture.ts';
import { Impostor } from './impostor.fixture.ts';
import { PatientInHand, refusalOf } from './patient-in-hand.fixture.ts';
import { enterPulse, phoneInHand } from './phone-in-hand.fixture.ts';
import { identities, soon, Ward } from './ward.fixture.ts';

let ward: Ward;
let patient: PatientInHand;

beforeAll(async () => {
  ward = await Ward.open();
  patient = await PatientInHand.enrol(ward);
  expect((await patient.deliver()).confirmed).toHaveLength(1);
});
afterAll(() => ward.close());

const flipped = (bytes: Bytes, bit: number): Bytes => {
  const changed = bytes.slice();
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
};

test('a hospital of another authority is refused by the element before anything of the patient is said', async () => {
  const other = await Ward.open();
  try {
    const impostor = new Impostor((await other.certify(identities.hospital)).credential);
    const message2 = await impostor.answer(await patient.element.startHospitalHandshake(Date.now()));
    expect(await refusalOf(patient.element.continueHospitalHandshake(message2))).toBe('issuer-mismatch');
  } finally {
    await other.close();
  }
});

test('another hospital of our own authority is refused: the element is bonded with one', async () => {
  const impostor = new Impostor((await ward.certify({ role: 'hospital', id: 'hospital-2' })).credential);
  const message2 = await impostor.answer(await patient.element.startHospitalHandshake(Date.now()));
  expect(await refusalOf(patient.element.continueHospitalHandshake(message2))).toBe('peer-not-bonded');
});

test.each(['patient', 'sensor', 'doctor', 'ambulance'] as const)(
  'a %s does not stand in for the hospital',
  async (role) => {
    const impostor = new Impostor((await ward.certify({ role, id: 'hospital-1' })).credential);
    const message2 = await impostor.answer(await patient.element.startHospitalHandshake(Date.now()));
    expect(await refusalOf(patient.element.continueHospitalHandshake(message2))).toBe('role-refused');
  },
);

test('a handshake with any one bit changed on its way ends, at one side or the other, and leaves no channel', async () => {
  const { element } = patient;
  const before = await patient.state();
  await ward.unchangedBy(async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(1, 2, 3), fc.nat(), async (message, chosen) => {
        const change = (which: number, bytes: Bytes): Bytes =>
          which === message ? flipped(bytes, chosen % (bytes.length * 8)) : bytes;
        const code = await refusalOf(async () => {
          const message1 = change(1, await element.startHospitalHandshake(Date.now()));
          const message2 = change(2, await patient.edhoc(message1));
          const message3 = change(3, await element.continueHospitalHandshake(message2));
          await element.finishHospitalHandshake(await patient.edhoc(message3), Date.now());
        });
        expect(code).toMatch(/^[a-z0-9-]+$/);
      }),
      { seed: 30, numRuns: 120 },
    );
  });
  expect(await patient.state()).toEqual(before);
});

test('message_4 with any one bit changed gives the element no channel', async () => {
  const { element } = patient;
  const before = await patient.state();
  for (let bit = 0; bit < 17 * 8; bit += 5) {
    const message2 = await patient.edhoc(await element.startHospitalHandshake(Date.now()));
    const message4 = await patient.edhoc(await element.continueHospitalHandshake(message2));
    const code = await refusalOf(
      element.finishHospitalHandshake(flipped(message4, bit % (message4.length * 8)), Date.now()),
    );
    expect(code).toMatch(/^[a-z0-9-]+$/);
  }
  expect(await patient.state()).toEqual(before);
  await patient.shakeHandsWithHospital();
  expect((await patient.deliver()).confirmed).toHaveLength(1);
});

test('one who passes everything on unchanged hears nothing and changes nothing', async () => {
  const seen: Bytes[] = [];
  const { element } = patient;
  const relay = async (body: Bytes): Promise<Bytes> => {
    const answer = await patient.edhoc(body);
    seen.push(body, answer);
    return answer;
  };
  const message2 = await relay(await element.startHospitalHandshake(Date.now()));
  const message4 = await relay(await element.continueHospitalHandshake(message2));
  await element.finishHospitalHandshake(message4, Date.now());
  const { confirmed } = await patient.deliver();
  expect(confirmed).toHaveLength(1);
  const wire = Buffer.concat(seen).toString('latin1');
  // The initiator's identity is protected: not even the name of the patient goes over the wire.
  expect(wire).not.toContain(identities.patient.id);
});

test('an offer of other cipher suites, put before ours on the way, is refused', async () => {
  const message1 = await patient.element.startHospitalHandshake(Date.now());
  // f5, method 0, suite 3: the suite becomes the list [2, 3], as a man in the middle would write it.
  expect([...message1.slice(0, 3)]).toEqual([0xf5, 0x00, 0x03]);
  const weaker = new Uint8Array([0xf5, 0x00, 0x82, 0x02, 0x03, ...message1.slice(3)]);
  const message2 = await ward.unchangedBy(() => patient.edhoc(weaker));
  // Suite 2 is none of the hospital's, so it goes on; but its keys rest on the message it has read, and the element's
  // on the one it wrote: what is decrypted is noise, and fails wherever the noise first makes no sense.
  expect(await refusalOf(patient.element.continueHospitalHandshake(message2))).toMatch(
    /^(cbor|message|credential|connection-id|authentication)-/,
  );
});

test('a TLS server of another root hears not one byte of a request from the phone', async () => {
  const other = await Ward.open();
  const server = await falseServer(other.authority.authority, ['localhost']);
  const states: string[] = [];
  const gateway = await phoneInHand(ward, {
    identity: identities.neighbour,
    ledTo: server.port,
    events: { hospital: (state) => states.push('code' in state ? state.code : state.state) },
  });
  await enterPulse(gateway, 66);
  await expect.poll(() => states, soon).toContain('hospital-untrusted');
  expect(server.requests()).toBe(0);
  expect((await gateway.status()).waiting.readings).toBe(1);
  await gateway.stop();
  server.close();
  await other.close();
});

test('an authority in the place of ours is found out by the fingerprint, and never hears the activation code', async () => {
  const folder = `${ward.folder}/false-authority`;
  const impostor = await startAuthority({ dataDir: folder, createAs: 'Ward' });
  const sensor = { role: 'sensor', id: 'sensor-9' } as const;
  const honest = parseActivationLink(await ward.link(sensor));
  const led = { ...honest, url: impostor.url };
  const request = await createRequest(await generateKeyPair({ extractable: false }), sensor);
  expect(await refusalOf(enrolDevice(led, request))).toBe('root-mismatch');
  // Nobody has used it: it still serves the honest sensor.
  await enrolDevice(honest, request);
  await impostor.close();
});

test('a page whose enrolment is led to another authority pins no root of it', async () => {
  const folder = `${ward.folder}/false-authority`;
  const impostor = await startAuthority({ dataDir: folder, createAs: 'Ward' });
  const link = await ward.link({ role: 'doctor', id: 'doctor-9' }, `${ward.hospital.peopleUrl}/doctor/`);
  const custody = memoryCustody();

  const attempt = signIn({
    link,
    role: 'doctor',
    custody,
    fetch: async (url, init) => {
      const { pathname } = new URL(String(url));
      if (pathname !== '/.well-known/est/cacerts') return fetch(url, init);

      const body = Buffer.from(encodeCertsOnly([...impostor.authority.certificates])).toString('base64');
      return new Response(body, { headers: { 'content-type': 'application/pkcs7-mime; smime-type=certs-only' } });
    },
  });
  expect(await refusalOf(attempt)).toBe('root-not-pinned');
  expect(await custody.load()).toBeUndefined();
  await impostor.close();
});

test("a page's feed with a bit changed on its way is counted as not opened, and nothing of it is shown", async () => {
  let spoil = false;
  const doctor = await ward.clinician(identities.doctor, {
    fetch: async (url, init) => {
      const answer = await fetch(url, init);
      if (!String(url).endsWith('/step3/stream') || answer.body === null) return answer;
      const spoiling = new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk, stream) => stream.enqueue(spoil && chunk.length > 32 ? flippedEnd(chunk) : chunk),
      });
      return new Response(answer.body.pipeThrough(spoiling), answer);
    },
  });
  await expect.poll(() => doctor.ward.get().complete, soon).toBe(true);
  const { readings } = doctor.counts();
  spoil = true;
  await patient.deliver(88);
  await expect.poll(() => doctor.ward.get().unusable.count, soon).toBeGreaterThan(0);
  expect(doctor.ward.get().unusable.lastCode).toBe('record-not-opened');
  expect(doctor.counts().readings).toBe(readings);
});

function flippedEnd(chunk: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(chunk);
  const end = changed.length - 1;
  changed[end] = (changed[end] ?? 0) ^ 1;
  return changed;
}

test('a hospital that is not ours is refused by the page, whoever serves the page', async () => {
  const impostor = new Impostor((await ward.certify({ role: 'doctor', id: 'hospital-1' })).credential);
  const doctor = await ward.clinician(identities.doctor, {
    backoff: { firstMs: 10, longestMs: 20 },
    fetch: async (url, init) =>
      String(url).endsWith('/edhoc') ? new Response(await impostor.answer(init?.body as Bytes)) : fetch(url, init),
  });
  await expect
    .poll(() => doctor.ward.get().link, soon)
    .toMatchObject({ kind: 'lost', because: 'hospital-not-trusted' });
  expect(doctor.ward.get().patients.size).toBe(0);
});
