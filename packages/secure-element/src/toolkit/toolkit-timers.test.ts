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

test('a terminal that has no timers is told from one whose time is over', async () => {
  const session = await bootedToolkit();
  const waited = new ToolkitTimers(session).startTimer(1);
  await fetchNext(session);
  await respond(session, { result: { general: 0x30 } });
  await expect(waited).rejects.toMatchObject({ code: 'terminal-refused' });
});
