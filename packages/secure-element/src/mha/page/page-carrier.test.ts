// A page that carries for the card: the same delivery, another carrier.

import type { Bytes } from '@vitalseal/protocol';
import { describe, expect, test } from 'vitest';
import { type CardInService, cardInService } from '../../testing/index.ts';
import type { PageRequest } from '../bodies/page-request.ts';
import { PageCarrier } from './page-carrier.ts';

type Page = (request: PageRequest) => Promise<{ status: number; body: Bytes; retryAfterMs: number } | undefined>;

/** What a page does, with the hospital of the test at the other end of its HTTPS. */
function pageTo({ hospital }: Pick<CardInService, 'hospital'>): Page {
  return async ({ path, body }) => {
    return { ...(await hospital.answer(path, body)), retryAfterMs: 0 };
  };
}

/** @param unanswered of a request to this path nobody answers, and the carrying ends */
async function carryUntil(
  { client }: CardInService,
  page: Page,
  done: () => Promise<boolean>,
  unanswered?: string,
): Promise<PageRequest[]> {
  const carried: PageRequest[] = [];
  while (!(await done())) {
    const request = await client.takeRequest();
    if (request !== undefined && request.path === unanswered) return carried;
    if (!request) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      continue;
    }
    carried.push(request);
    const answer = await page(request);
    await client.giveAnswer({ number: request.number, ...(answer && { answer }) });
  }
  return carried;
}

async function withReadings(count: number): Promise<CardInService> {
  const service = await cardInService();
  const { client, sensor } = service;
  await sensor.shakeHands((body) => client.answerSensorHandshake(body));
  await client.takeSensorRecords(await Promise.all(Array.from({ length: count }, (_, i) => sensor.seal(60 + i))));
  return service;
}

describe('a page that carries for the card', () => {
  test('brings all readings to the hospital, and the phone hears which', async () => {
    const service = await withReadings(20);
    const { client, hospital, clock } = service;
    const carried = await carryUntil(service, pageTo(service), async () => (await client.duty()).waiting === 0);
    expect(carried.map(({ path }) => path)).toEqual(['/edhoc', '/edhoc', '/attestation', '/records']);
    expect(hospital.stored.size).toBe(20);
    const reports = await client.takeReports();
    const confirmed = reports.flatMap((report) => (report.kind === 'confirmed' ? [report.confirmation] : []));
    expect(confirmed).toHaveLength(20);
    expect(confirmed[0]).toMatchObject({ measuredAt: clock.at, duplicate: false });
    expect(new Set(confirmed.map(({ origin }) => origin.sequence)).size).toBe(20);
    expect(await client.takeReports()).toEqual([]);
  });

  test('takes the same request again after it was reloaded, and stores nothing twice', async () => {
    const service = await withReadings(1);
    const { client, hospital } = service;
    await carryUntil(service, pageTo(service), async () => false, '/records');
    const first = await client.takeRequest();
    expect(await client.takeRequest()).toEqual(first);
    await carryUntil(service, pageTo(service), async () => (await client.duty()).waiting === 0);
    expect(hospital.stored.size).toBe(1);
  });

  test('that cannot reach the hospital is asked again, and the phone hears what is waited for', async () => {
    const service = await withReadings(3);
    const { client, hospital } = service;
    let failures = 4;
    const waitedFor = new Set<string>();
    const page: Page = async (request) => {
      failures -= 1;
      if (failures === 2) return { status: 503, body: new Uint8Array(0), retryAfterMs: 1 };
      return failures < 0 ? pageTo(service)(request) : undefined;
    };
    await carryUntil(service, page, async () => {
      for (const report of await client.takeReports()) {
        if (report.kind === 'state' && report.state.state === 'waiting') waitedFor.add(report.state.code);
      }
      return (await client.duty()).waiting === 0;
    });
    expect([...waitedFor].sort()).toEqual(['hospital-busy', 'hospital-unreachable']);
    expect(hospital.stored.size).toBe(3);
  });

  test('an answer to another request than the one that waits is refused', async () => {
    const { client } = await withReadings(1);
    await expect(client.giveAnswer({ number: 99 })).rejects.toMatchObject({ code: 'answer-malformed' });
  });

  test('gives up what was on its way when the card is reset', async () => {
    const carrier = new PageCarrier();
    const stop = new AbortController();
    const posted = carrier.post('/records', 'application/cbor', new Uint8Array(1), stop.signal);
    expect(carrier.next()).toMatchObject({ path: '/records' });
    stop.abort();
    await expect(posted).rejects.toMatchObject({ code: 'hospital-unreachable' });
    expect(carrier.next()).toBeUndefined();
  });

  test("drift of the phone's clock goes with what is sealed after the first answer", async () => {
    const service = await withReadings(1);
    const { client, hospital, sensor, clock } = service;
    const delivered = async () => (await client.duty()).waiting === 0;
    await carryUntil(service, pageTo(service), delivered);
    clock.at += 1000;
    await client.takeSensorRecords([await sensor.seal(90)]);
    await carryUntil(service, pageTo(service), delivered);
    expect([...hospital.stored.values()].map(({ clockDriftMs }) => clockDriftMs)).toEqual([undefined, 0]);
  });
});
