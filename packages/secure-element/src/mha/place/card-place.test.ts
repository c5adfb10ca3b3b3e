// The card's place over the toolkit (3GPP TS 31.111).

import { encodeTerminalProfile, generalResults, type TerminalCapability } from '@vitalseal/uicc';
import { expect, test } from 'vitest';
import { linkedCard } from '../../testing/linked-card.ts';
import { CardPlace } from './card-place.ts';

const noon = Date.UTC(2026, 0, 15, 12);
const berlin = { latitude: 52.52, longitude: 13.405, accuracyMetres: 12 };

async function placed(capability: TerminalCapability = 'geographical-location-request', everyMs = 1000) {
  const { session, terminal } = await linkedCard({ lie: (_, answer) => answer });
  terminal.lie = (command, answer) =>
    command.type === 'geographical-location-request' ? { result: { general: generalResults.performed } } : answer;
  const time = { elapsed: 0 };
  const place = new CardPlace({
    session,
    now: () => noon,
    elapsed: () => time.elapsed,
    askAgainAfterMs: () => everyMs,
  });
  const profile = encodeTerminalProfile({ capabilities: new Set([capability]), channels: 0 });
  await terminal.send({ cla: 0x80, ins: 0x10, p1: 0, p2: 0, data: profile });
  const asked = () => terminal.commands.filter(({ type }) => type === 'geographical-location-request').length;
  return { place, terminal, time, asked };
}

test('the place is asked for at once, and told when the terminal has it', async () => {
  const { place, terminal, asked } = await placed();
  expect(asked()).toBe(1);
  expect(place.latest()).toBeUndefined();
  await terminal.envelope({ type: 'geographical-location-reporting', location: berlin });
  const told = place.latest();
  expect(told?.latitude).toBeCloseTo(52.52, 4);
  expect(told?.longitude).toBeCloseTo(13.405, 4);
  expect(told?.accuracyMetres).toBeGreaterThanOrEqual(12);
  expect(told?.at).toBe(noon);
});

test('it is asked for again when it is old, and the old one is used meanwhile', async () => {
  const { place, terminal, time, asked } = await placed();
  await terminal.envelope({ type: 'geographical-location-reporting', location: berlin });
  place.latest();
  await terminal.status();
  expect(asked()).toBe(1);
  time.elapsed = 1000;
  expect(place.latest()?.latitude).toBeCloseTo(52.52, 4);
  await terminal.status();
  expect(asked()).toBe(2);
});

test('a terminal that cannot tell is not asked', async () => {
  const { place, terminal, asked } = await placed('poll-interval');
  expect(place.latest()).toBeUndefined();
  await terminal.status();
  expect(asked()).toBe(0);
});

test('where the hospital wants none it is never asked for', async () => {
  const { place, terminal, asked } = await placed(undefined, Number.POSITIVE_INFINITY);
  expect(place.latest()).toBeUndefined();
  await terminal.status();
  expect(asked()).toBe(0);
});

test('a report without a place changes nothing, one without a circle is told as of unknown accuracy', async () => {
  const { place, terminal } = await placed();
  await terminal.envelope({ type: 'geographical-location-reporting' });
  expect(place.latest()).toBeUndefined();
  const { latitude, longitude } = berlin;
  await terminal.envelope({ type: 'geographical-location-reporting', location: { latitude, longitude } });
  expect(place.latest()?.accuracyMetres).toBe(1_000_000);
});

test('a reset forgets it', async () => {
  const { place, terminal } = await placed();
  await terminal.envelope({ type: 'geographical-location-reporting', location: berlin });
  await terminal.reset();
  expect(place.latest()).toBeUndefined();
});
