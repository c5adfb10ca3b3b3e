// The card's time over the toolkit.

import { describe, expect, test } from 'vitest';
import { SecureElementError } from '../../errors.ts';
import { cardInService } from '../../testing/index.ts';
import { linkedCard } from '../../testing/linked-card.ts';
import { TestTerminal } from '../../testing/test-terminal.ts';
import { CardClock } from './card-clock.ts';
import { toolkitClock } from './toolkit-clock.ts';

const noon = Date.UTC(2026, 0, 15, 12);

function clockOf(askAgainAfterMs = 60_000) {
  const world = { utcMs: noon, elapsed: 5000, asked: 0, fails: false };
  const ask = async () => {
    world.asked += 1;
    if (world.fails) throw new SecureElementError('terminal-refused', 'expected an answer');
    return { utcMs: world.utcMs, offsetMinutes: -90 };
  };
  return { world, clock: new CardClock({ ask, elapsed: () => world.elapsed, askAgainAfterMs: () => askAgainAfterMs }) };
}

describe("the card's clock", () => {
  test('does not know the time before a terminal told it', async () => {
    const { clock, world } = clockOf();
    expect(() => clock.now()).toThrow(expect.objectContaining({ code: 'time-unknown' }));
    world.fails = true;
    await expect(clock.current()).rejects.toMatchObject({ code: 'time-unknown' });
  });

  test("carries the terminal's time on, and asks again when it is old", async () => {
    const { clock, world } = clockOf();
    expect(await clock.current()).toEqual({ utcMs: noon, offsetMinutes: -90 });
    world.elapsed += 59_999;
    expect(await clock.current()).toEqual({ utcMs: noon + 59_999, offsetMinutes: -90 });
    expect(world.asked).toBe(1);
    world.elapsed += 1;
    world.utcMs = noon + 3_600_000;
    expect(await clock.current()).toEqual({ utcMs: noon + 3_600_000, offsetMinutes: -90 });
    expect(world.asked).toBe(2);
  });

  test('asks each time where it is told to', async () => {
    const { clock, world } = clockOf(0);
    await Promise.all([clock.current(), clock.current()]);
    await clock.current();
    expect(world.asked).toBe(2);
  });

  test('goes by what it was told last when the terminal will not tell', async () => {
    const { clock, world } = clockOf(1000);
    await clock.current();
    world.fails = true;
    world.elapsed += 7000;
    expect(await clock.current()).toEqual({ utcMs: noon + 7000, offsetMinutes: -90 });
  });
});

describe('over the toolkit', () => {
  test('the terminal is asked as soon as there is one, and forgotten with it', async () => {
    const { session, card } = await linkedCard();
    const clock = toolkitClock(session, { elapsed: () => 0, askAgainAfterMs: () => 60_000 });
    const terminal = new TestTerminal(card, { utcMs: () => noon });
    await terminal.boot();
    expect(terminal.commands.map(({ type }) => type)).toContain('provide-local-information');
    expect(clock.now()).toEqual({ utcMs: noon, offsetMinutes: 0 });
    await terminal.reset();
    expect(() => clock.now()).toThrow(expect.objectContaining({ code: 'time-unknown' }));
  });

  test('a terminal that answers without a time leaves the card without one', async () => {
    const { session, card } = await linkedCard();
    const clock = toolkitClock(session, { elapsed: () => 0, askAgainAfterMs: () => 60_000 });
    const lie = () => ({ result: { general: 0 } });
    await new TestTerminal(card, { lie }).boot();
    expect(() => clock.now()).toThrow(expect.objectContaining({ code: 'time-unknown' }));
  });

  test('the commands of the MHA go by it, and are refused without it', async () => {
    const { client, card, sensor, clock } = await cardInService({ terminalTime: true });
    const shaking = sensor.shakeHands((body) => client.answerSensorHandshake(body));
    await expect(shaking).rejects.toMatchObject({ code: 'time-unknown' });
    await new TestTerminal(card, { utcMs: () => clock.at }).boot();
    await sensor.shakeHands((body) => client.answerSensorHandshake(body));
    const { acknowledgements } = await sensor.open(await client.takeSensorRecords([await sensor.seal(70)]));
    expect(Math.abs((acknowledgements[0]?.at.utcMs ?? 0) - clock.at)).toBeLessThan(60_000);
  });
});
