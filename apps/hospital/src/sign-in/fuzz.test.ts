/** Whoever sends bytes to the door is refused with a code, and the door stays open for the next. */
import type { Identity } from '@vitalseal/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HospitalError } from '../errors.ts';
import { PasskeyHospital } from '../testing/passkey-hospital.ts';
import { parseAssertion, RequestFields } from './read-request.ts';

const house: Identity = { role: 'doctor', id: 'house' };
const paths = ['/sign-in', '/sign-in/options', '/sign-in/registration', '/sign-in/registration/options'] as const;

const junk = fc.dictionary(
  fc.constantFrom('ceremony', 'token', 'response', 'csr', 'roles', 'spki', 'label', '__proto__'),
  fc.oneof(fc.string({ maxLength: 60 }), fc.jsonValue({ maxDepth: 3 }), fc.constant(['doctor'])),
);

describe('a reader of requests', () => {
  const readers: ((fields: RequestFields) => unknown)[] = [
    (fields) => fields.text('token', 64),
    (fields) => fields.optionalText('label', 64),
    (fields) => fields.bytes('csr', 4096),
    (fields) => fields.roles('roles'),
    (fields) => fields.registration('response'),
    (fields) => fields.assertion('response'),
  ];

  it('refuses what it does not know with one code', () => {
    fc.assert(
      fc.property(fc.oneof(junk, fc.jsonValue()), fc.constantFrom(...readers), (body, read) => {
        try {
          read(new RequestFields(body));
        } catch (error) {
          if (!(error instanceof HospitalError) || error.code !== 'malformed-request') throw error;
        }
      }),
      { seed: 51, numRuns: 2000 },
    );
  });

  it('of an assertion in JSON, too', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(() => parseAssertion(text)).toThrow(HospitalError);
      }),
      { seed: 52, numRuns: 1000 },
    );
  });
});

describe('the door', () => {
  let hospital: PasskeyHospital;
  beforeAll(async () => {
    hospital = await PasskeyHospital.start();
  });
  afterAll(() => hospital.remove());

  it('answers any body with a refusal, and signs in whoever comes after', async () => {
    const bodies = fc.sample(
      fc.oneof(
        fc.string({ maxLength: 300 }),
        fc.json(),
        junk.map((value) => JSON.stringify(value)),
      ),
      {
        seed: 53,
        numRuns: 24,
      },
    );
    for (const [index, body] of bodies.entries()) {
      const { status, body: answer } = await hospital.post(paths[index % paths.length] ?? '/sign-in', body);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(Object.keys(answer)).toEqual(['code']);
    }
    await (await hospital.person(house)).listening();
  });

  it('refuses a right word with anything in it changed', async () => {
    const person = await hospital.person({ role: 'doctor', id: 'wilson' });
    for (const name of ['clientDataJSON', 'authenticatorData', 'signature'] as const) {
      const { request } = await person.begin();
      const response = structuredClone(request.response);
      const octets = Buffer.from(response.response[name], 'base64url');
      octets[octets.length >> 1] = (octets[octets.length >> 1] ?? 0) ^ 1;
      response.response[name] = octets.toString('base64url');
      const { status } = await hospital.post('/sign-in', { ...request, response });
      expect(status).toBe(403);
    }
  });

  it('is charged by the address: who tries and tries is told to wait', async () => {
    const tries = await Promise.all(
      Array.from({ length: 200 }, () => hospital.post('/sign-in/registration/options', { token: 'x'.repeat(43) })),
    );
    expect(tries.some(({ status, body }) => status === 429 && body.code === 'rate-limited')).toBe(true);
  });
});
