import { encodeEnvelope, encodeTerminalProfile, encodeTerminalResponse, statusWords } from '@vitalseal/uicc';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bootedToolkit, fetchNext, nextTurn, respond } from './toolkit.fixture.ts';
import { ToolkitSession } from './toolkit-session.ts';

test('nothing is asked of a terminal before its profile, and what it asks for then is answered in order', async () => {
  const session = new ToolkitSession({ turn: nextTurn });
  expect(await session.waiting()).toBeUndefined();
  await expect(session.issue({ type: 'more-time' })).rejects.toMatchObject({ code: 'toolkit-ended' });
  await session.command(0x10, encodeTerminalProfile({ capabilities: new Set(), channels: 1 }));
  expect((await fetchNext(session))?.type).toBe('set-up-event-list');
  await respond(session);
  expect((await fetchNext(session))?.type).toBe('poll-interval');
  await respond(session);
  expect(await session.waiting()).toBeUndefined();
});

test('a FETCH where nothing waits is refused, also a second one for the same command', async () => {
  const session = await bootedToolkit();
  expect((await session.command(0x12, new Uint8Array(0))).status).toBe(statusWords.conditionsNotSatisfied);
  session.issue({ type: 'more-time' }).catch(() => {});
  await fetchNext(session);
  expect((await session.command(0x12, new Uint8Array(0))).status).toBe(statusWords.conditionsNotSatisfied);
});

test('a terminal response to another command than the one fetched is refused and changes nothing', async () => {
  const session = await bootedToolkit();
  const asked = session.issue({ type: 'more-time' });
  const answer = { commandType: 0x02, qualifier: 0, result: { general: 0 } };
  const early = encodeTerminalResponse({ ...answer, number: 3 });
  expect((await session.command(0x14, early)).status).toBe(statusWords.wrongData);
  const { number = 0 } = (await fetchNext(session)) ?? {};
  for (const wrong of [{ number: number + 1 }, { number, commandType: 0x26 }]) {
    const bytes = encodeTerminalResponse({ ...answer, ...wrong });
    expect((await session.command(0x14, bytes)).status).toBe(statusWords.wrongData);
  }
  expect((await session.command(0x14, encodeTerminalResponse({ ...answer, number }))).status).toBe(statusWords.ok);
  expect((await asked).result.general).toBe(0);
});

test('one command is outstanding; those behind it are made when their turn comes', async () => {
  const session = await bootedToolkit();
  let seconds = 1;
  const first = session.issue({ type: 'more-time' });
  const second = session.issueMade(() => ({ type: 'poll-interval', seconds }));
  const third = session.issueMade(() => undefined);
  await fetchNext(session);
  expect(await session.waiting()).toBeUndefined();
  seconds = 2;
  await respond(session);
  expect(await fetchNext(session)).toMatchObject({ type: 'poll-interval', seconds: 2 });
  await respond(session, { result: { general: 0x30 } });
  expect((await first).result.general).toBe(0);
  expect((await second)?.result.general).toBe(0x30);
  expect(await session.waiting()).toBeUndefined();
  expect(await third).toBeUndefined();
});

test('a reset ends what was asked for, and a new profile begins anew', async () => {
  const session = await bootedToolkit();
  const asked = session.issue({ type: 'more-time' });
  const behind = session.issue({ type: 'more-time' });
  await fetchNext(session);
  session.reset();
  await expect(asked).rejects.toMatchObject({ code: 'toolkit-ended' });
  await expect(behind).rejects.toMatchObject({ code: 'toolkit-ended' });
  expect(await session.waiting()).toBeUndefined();
  await session.command(0x10, encodeTerminalProfile({ capabilities: new Set(), channels: 1 }));
  expect((await fetchNext(session))?.type).toBe('set-up-event-list');
});

test('numbers go from 1 to 254 and begin again', async () => {
  const session = await bootedToolkit();
  const numbers = new Set<number>();
  for (let count = 0; count < 600; count++) {
    session.issue({ type: 'more-time' }).catch(() => {});
    numbers.add((await fetchNext(session))?.number ?? 0);
    await respond(session);
  }
  expect([Math.min(...numbers), Math.max(...numbers), numbers.size]).toEqual([1, 254, 254]);
});

test('the answer waits for work inside the card, and for what comes of it', async () => {
  const session = await bootedToolkit();
  const work = (async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    session.issue({ type: 'more-time' }).catch(() => {});
  })();
  void session.during(work);
  expect(await session.waiting()).toBeGreaterThan(0);
});

test('work without end does not keep the terminal waiting', async () => {
  const session = await bootedToolkit({ mostMs: 10 });
  void session.during(new Promise(() => {}));
  expect(await session.waiting()).toBeUndefined();
});

test('an envelope goes to who listens, and one of a kind the card does not know is taken', async () => {
  const session = await bootedToolkit();
  const heard: string[] = [];
  const stop = session.listen({ envelope: ({ type }) => heard.push(type) });
  const timer = encodeEnvelope({ type: 'timer-expiration', timer: 1, seconds: 5 });
  expect((await session.command(0xc2, timer)).status).toBe(statusWords.ok);
  const unknown = encodeEnvelope({ type: 'other', template: 0xd3 });
  expect((await session.command(0xc2, unknown)).status).toBe(statusWords.ok);
  stop();
  await session.command(0xc2, timer);
  expect(heard).toEqual(['timer-expiration', 'other']);
});

test('bytes of any kind get a status word, and leave what was asked for as it was', async () => {
  const session = await bootedToolkit();
  const asked = session.issue({ type: 'more-time' });
  const { number = 0 } = (await fetchNext(session)) ?? {};
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(0x14 as const, 0xc2 as const),
      fc.uint8Array({ maxLength: 255 }),
      async (instruction, bytes) => {
        const { status } = await session.command(instruction, new Uint8Array(bytes));
        expect([statusWords.ok, statusWords.wrongData]).toContain(status);
      },
    ),
    { seed: 3, numRuns: 500 },
  );
  const answer = { number, commandType: 0x02, qualifier: 0, result: { general: 0 } };
  expect((await session.command(0x14, encodeTerminalResponse(answer))).status).toBe(statusWords.ok);
  await asked;
});
