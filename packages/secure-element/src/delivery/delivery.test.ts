import { encodeCbor, mdc } from '@vitalseal/protocol';
import { pause } from '@vitalseal/retry';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { elementInService } from '../testing/element-in-service.ts';
import type { Answer } from '../testing/test-terminal.ts';
import { DeliveryScene, type DeliverySceneOptions } from './delivery.fixture.ts';
import { Delivery } from './delivery.ts';

const scenes: DeliveryScene[] = [];
afterEach(async () => {
  for (const scene of scenes.splice(0)) await scene.close();
});

async function scene(options?: DeliverySceneOptions): Promise<DeliveryScene> {
  const made = await DeliveryScene.start(options);
  scenes.push(made);
  return made;
}

test('readings leave the card over BIP and are confirmed, in batches as long as they may be', async () => {
  const made = await scene({ batch: 10 });
  await made.measure(25);
  await made.settled();
  expect(made.hospital.stored.size).toBe(25);
  expect(made.confirmed).toBe(25);
  expect(made.server.posts).toBe(3);
  expect(made.server.connections).toBe(1);
  expect(made.states).toEqual(['sending', 'idle']);
});

test('a server that reads a batch and says nothing of it is sent it again, and stores each reading once', async () => {
  const made = await scene();
  made.server.mishap = 'answer-cut';
  await made.measure(5);
  await made.settled();
  expect([made.hospital.stored.size, made.confirmed, made.hospital.repeatedCounters]).toEqual([5, 5, 0]);
  expect(made.server.posts).toBeGreaterThan(1);
});

test('a link that is reset under a batch is replaced', async () => {
  const made = await scene();
  made.server.mishap = 'reset';
  await made.measure(5);
  await made.settled();
  expect([made.hospital.stored.size, made.confirmed]).toEqual([5, 5]);
});

test('an answer that never comes is given up, and the batch sent again', async () => {
  // Long enough for what does come, on a busy machine.
  const made = await scene({ timeoutMs: 2000 });
  made.server.mishap = 'silence';
  await made.measure(5);
  await made.settled();
  expect([made.hospital.stored.size, made.confirmed]).toEqual([5, 5]);
  expect(made.waits).toEqual(['hospital-unreachable']);
});

test("a busy hospital is left alone for as long as it asks, by the terminal's timers", async () => {
  const made = await scene();
  made.server.busySeconds = 20;
  await made.measure(1);
  await made.until(() => made.waits.length > 0);
  made.server.busySeconds = undefined;
  await made.settled();
  expect(made.waits).toEqual(['hospital-busy']);
  const [timer] = made.terminal.commands.flatMap((command) =>
    command.type === 'timer-management' && command.action === 'start' ? [command.seconds] : [],
  );
  expect(timer).toBeGreaterThanOrEqual(20);
  expect(made.confirmed).toBe(1);
});

test('a call for help waits for no hospital that asked to be left alone', async () => {
  const made = await scene({ wait: (signal) => pause(2 ** 31 - 1, signal) });
  made.server.busySeconds = 1;
  await made.measure(1);
  await made.until(() => made.waits.length > 0);
  made.server.busySeconds = undefined;
  await made.callForHelp();
  await made.settled();
  const [first] = made.hospital.stored.values();
  expect(first?.reading.measurements[0]?.code).toBe(mdc.helpRequested);
  expect(made.confirmed).toBe(2);
});

test('a hospital that takes a batch and says nothing of it is left alone before the next attempt', async () => {
  const made = await scene();
  const { hospital } = made;
  const records = hospital.records.bind(hospital);
  let attempts = 0;
  hospital.records = async (body) => {
    attempts += 1;
    return attempts > 1 ? records(body) : encodeCbor([null, []]);
  };
  await made.measure(3);
  await made.settled();
  expect(made.states).toEqual(['sending', 'waiting', 'sending', 'idle']);
  expect(made.waits).toEqual(['hospital-refused']);
  expect([hospital.stored.size, made.confirmed]).toEqual([3, 3]);
});

test('a hospital that is away is waited for, and the outbox stays whole', async () => {
  const made = await scene();
  const { port } = made.server;
  await made.server.close();
  await made.measure(4);
  await made.until(() => made.waits.length > 0);
  expect(made.waits[0]).toBe('hospital-unreachable');
  expect(await made.waiting()).toBe(4);
  await made.replaceServer(port);
  await made.settled();
  expect([made.hospital.stored.size, made.confirmed]).toEqual([4, 4]);
});

test('a server that only looks like the hospital gets nothing', async () => {
  const made = await scene({ impostor: true });
  await made.measure(2);
  await made.until(() => made.waits.length > 0);
  expect(made.waits[0]).toBe('hospital-untrusted');
  expect(made.server.posts).toBe(0);
  expect(await made.waiting()).toBe(2);
});

test('a card reset in the middle of a POST keeps what was not confirmed, and delivers it afterwards', async () => {
  const made = await scene();
  made.terminal.lie = ({ type }, done) => {
    if (type === 'receive-data' && made.server.posts > 0) {
      made.terminal.lie = undefined;
      void made.resetCard();
    }
    return done;
  };
  await made.measure(6);
  await made.until(() => made.resets > 0);
  await made.settled();
  expect([made.hospital.stored.size, made.confirmed, made.hospital.repeatedCounters]).toEqual([6, 6, 0]);
});

test('a hospital that lost its channels gets a new handshake, and each reading once', async () => {
  const made = await scene();
  await made.measure(3);
  await made.settled();
  made.hospital.forgetChannels();
  await made.measure(3);
  await made.settled();
  expect([made.hospital.stored.size, made.confirmed, made.hospital.channels]).toEqual([6, 6, 1]);
});

test('a terminal without timers is served all the same, as it polls', async () => {
  const made = await scene();
  made.terminal.lie = ({ type }, done) => (type === 'timer-management' ? { result: { general: 0x30 } } : done);
  made.server.busySeconds = 1;
  await made.measure(1);
  await made.until(() => made.waits.length > 0);
  made.server.busySeconds = undefined;
  await made.settled();
  expect(made.confirmed).toBe(1);
});

test('a delivery that is stopped does not wait for a terminal that owes it the time', async () => {
  const { element } = await elementInService();
  const delivery = new Delivery({
    element,
    carrier: { post: () => Promise.reject(new Error('expected nothing to be sent')) },
    moment: () => new Promise(() => {}),
    wait: () => Promise.resolve(),
    batch: () => 1,
    backoff: { firstMs: 1, mostMs: 1 },
    report: () => {},
  });
  await delivery.stop();
  expect(delivery.state).toEqual({ state: 'idle' });
});

/** What a terminal may say in place of what it did: an error, too much, too little, other bytes, another channel. */
const lies: readonly ((answer: Answer) => Answer)[] = [
  () => ({ result: { general: 0x20 } }),
  () => ({ result: { general: 0x3a, additional: Uint8Array.of(2) } }),
  () => ({ result: { general: 0x30 } }),
  () => ({ result: { general: 0 } }),
  (answer) => ({ ...answer, channelDataLength: 255 }),
  (answer) => ({ ...answer, channelDataLength: 0 }),
  (answer) => ({ ...answer, ...(answer.channelData && { channelData: answer.channelData.slice(1) }) }),
  (answer) => ({ ...answer, ...(answer.channelData && { channelData: new Uint8Array(237) }) }),
  (answer) => ({ ...answer, channelStatus: { channel: 7, linkEstablished: true, information: 0 } }),
  (answer) => ({ ...answer, bufferSize: 1 }),
];

test('whatever a terminal says, the outbox stays whole, and an honest one delivers it', async () => {
  const choices = fc.array(fc.tuple(fc.nat(3), fc.nat(lies.length - 1)), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(choices, async (told) => {
      const made = await DeliveryScene.start({ timeoutMs: 50 });
      const left = [...told];
      made.terminal.lie = ({ type }, answer) => {
        // Of a channel that it opened and denies, the terminal alone knows: it would have none left in the end.
        if (type === 'open-channel' || type === 'close-channel') return answer;
        const [honest, lie] = left.shift() ?? [1, 0];
        return honest > 0 ? answer : (lies[lie]?.(answer) ?? answer);
      };
      await made.measure(5);
      await made.settled();
      expect([made.hospital.stored.size, made.hospital.repeatedCounters]).toEqual([5, 0]);
      await made.close();
    }),
    { seed: 17, numRuns: 40 },
  );
});
