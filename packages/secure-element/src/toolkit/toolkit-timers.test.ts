import { encodeEnvelope } from '@vitalseal/uicc';
import { expect, test } from 'vitest';
import { bootedToolkit, fetchNext, nextTurn, respond } from './toolkit.fixture.ts';
import { ToolkitTimers } from './toolkit-timers.ts';

test('a timer runs by the terminal, in whole seconds, and ends with its expiration', async () => {
  const session = await bootedToolkit();
  let over = false;
  const waited = new ToolkitTimers(session).startTimer(2.4).then(() => {
    over = true;
  });
  expect(await fetchNext(session)).toMatchObject({ action: 'start', timer: 1, seconds: 3 });
  await respond(session, { timer: 1 });
  await session.command(0xc2, encodeEnvelope({ type: 'timer-expiration', timer: 2, seconds: 3 }));
  await nextTurn();
  expect(over).toBe(false);
  await session.command(0xc2, encodeEnvelope({ type: 'timer-expiration', timer: 1, seconds: 3 }));
  await waited;
});

test('a timer that is not wanted any more is deactivated', async () => {
  const session = await bootedToolkit();
  const stop = new AbortController();
  const waited = new ToolkitTimers(session).startTimer(5, stop.signal);
  await fetchNext(session);
  await respond(session);
  stop.abort();
  expect(await fetchNext(session)).toMatchObject({ action: 'deactivate', timer: 1 });
  await respond(session);
  await waited;
});

test('whoever stops waiting does not wait for the terminal, which is told to let go of the timer when it asks', async () => {
  const session = await bootedToolkit();
  const stop = new AbortController();
  const waited = new ToolkitTimers(session).startTimer(5, stop.signal);
  await fetchNext(session);
  await respond(session);
  stop.abort();
  await waited;
  expect(await fetchNext(session)).toMatchObject({ action: 'deactivate', timer: 1 });
});

test('a timer that is not wanted any more before the terminal asked for it is never started', async () => {
  const session = await bootedToolkit();
  const stop = new AbortController();
  const waited = new ToolkitTimers(session).startTimer(5, stop.signal);
  stop.abort();
  await waited;
  expect(await fetchNext(session)).toBeUndefined();
});

test('a timer that the terminal starts after it was given up is deactivated', async () => {
  const session = await bootedToolkit();
  const stop = new AbortController();
  const waited = new ToolkitTimers(session).startTimer(5, stop.signal);
  await fetchNext(session);
  stop.abort();
  await waited;
  await respond(session);
  expect(await fetchNext(session)).toMatchObject({ action: 'deactivate', timer: 1 });
  await respond(session);
});

test('eight run at a time, and the ninth waits for one of them', async () => {
  const session = await bootedToolkit();
  const timers = new ToolkitTimers(session);
  const waited = Array.from({ length: 9 }, () => timers.startTimer(5));
  for (let count = 1; count <= 8; count++) {
    expect(await fetchNext(session)).toMatchObject({ action: 'start', timer: count });
    await respond(session);
  }
  expect(await fetchNext(session)).toBeUndefined();
  await session.command(0xc2, encodeEnvelope({ type: 'timer-expiration', timer: 4, seconds: 5 }));
  expect(await fetchNext(session)).toMatchObject({ action: 'start', timer: 4 });
  await respond(session);
  session.reset();
  await Promise.all(waited);
});

test('a terminal that has no timers wakes the card by its polls', async () => {
  const session = await bootedToolkit();
  let elapsed = 0;
  let over = false;
  const waited = new ToolkitTimers(session, () => elapsed).startTimer(2).then(() => {
    over = true;
  });
  await fetchNext(session);
  await respond(session, { result: { general: 0x30 } });
  elapsed = 1999;
  await session.command(0xf2, new Uint8Array(0));
  await nextTurn();
  expect(over).toBe(false);
  elapsed = 2000;
  await session.command(0xf2, new Uint8Array(0));
  await waited;
});

test('a timer that the terminal started and forgot does not hold the card for ever', async () => {
  const session = await bootedToolkit();
  let elapsed = 0;
  const waited = new ToolkitTimers(session, () => elapsed).startTimer(2);
  await fetchNext(session);
  await respond(session);
  await nextTurn();
  elapsed = 10_000;
  await session.command(0xf2, new Uint8Array(0));
  expect(await fetchNext(session)).toMatchObject({ action: 'deactivate', timer: 1 });
  await respond(session);
  await waited;
});
