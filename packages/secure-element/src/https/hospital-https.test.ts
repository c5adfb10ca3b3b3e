import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { CertifiedWorld } from '../testing/certified-world.ts';
import { type HttpsScene, httpsScene, patientUri } from './https.fixture.ts';

const scenes: HttpsScene[] = [];
afterEach(async () => {
  for (const scene of scenes.splice(0)) await scene.close();
});

async function scene(options?: Parameters<typeof httpsScene>[0]): Promise<HttpsScene> {
  const made = await httpsScene(options);
  scenes.push(made);
  return made;
}

const body = new Uint8Array(300).map((_, at) => at);

test('the card shows its own certificate, and a kept link carries one POST after the other', async () => {
  const { post, server } = await scene();
  for (let count = 0; count < 3; count++) {
    const answer = await post(body);
    expect([answer.status, [...answer.body]]).toEqual([200, [...body]]);
  }
  expect(server.connections).toBe(1);
  expect(server.clients).toEqual([patientUri]);
});

test('an answer of 60,000 bytes comes whole', async () => {
  const { post } = await scene();
  const long = new Uint8Array(60_000).map((_, at) => at * 7);
  expect(Buffer.from((await post(long)).body).equals(Buffer.from(long))).toBe(true);
});

test('Retry-After is told in milliseconds', async () => {
  const { post, server } = await scene();
  server.busySeconds = 7;
  expect(await post()).toMatchObject({ status: 503, retryAfterMs: 7000 });
});

test('after the server closed the idle link, or reset it, the next POST has a link of its own, by ticket', async () => {
  const { post, server } = await scene();
  await post();
  server.closeConnections();
  expect((await post()).status).toBe(200);
  server.resetConnections();
  expect((await post()).status).toBe(200);
  expect([server.connections, server.resumed]).toEqual([3, 2]);
});

test('a link that fell without a word is replaced while the POST waits', async () => {
  const { post, server, terminal } = await scene();
  await post();
  // The terminal still says that all is well: only sending finds out.
  terminal.lie = ({ type }, done) => {
    if (type !== 'send-data') return done;
    terminal.lie = undefined;
    return { result: { general: 0x3a, additional: Uint8Array.of(2) } };
  };
  expect((await post()).status).toBe(200);
  expect(server.connections).toBe(2);
});

test('a server of another authority, of another name, or revoked, is sent nothing', async () => {
  const at = Date.now();
  const other = await scene({ server: { world: await CertifiedWorld.make(at) } });
  await expect(other.post()).rejects.toMatchObject({ code: 'hospital-untrusted' });
  expect(other.server.clients).toEqual([]);
  const misnamed = await scene();
  const destination = () => ({
    name: 'hospital.example',
    address: Uint8Array.of(127, 0, 0, 1),
    port: misnamed.server.port,
  });
  const renamed = await scene({ https: { destination } });
  await expect(renamed.post()).rejects.toMatchObject({ code: 'hospital-untrusted' });
  const { element } = misnamed.inService;
  const security = async () =>
    ({ kind: 'certificate', ...(await element.linkCredential()), isRevoked: () => true }) as const;
  const revoked = await scene({ https: { security, destination: () => ({ ...destination(), name: 'localhost' }) } });
  await expect(revoked.post()).rejects.toMatchObject({ code: 'hospital-untrusted' });
});

test('a hospital is known by its address too, where it has no name', async () => {
  const named = await scene();
  const destination = () => ({ name: '127.0.0.1', address: Uint8Array.of(127, 0, 0, 1), port: named.server.port });
  const { element } = named.inService;
  const security = async () => ({ kind: 'certificate', ...(await element.linkCredential()) }) as const;
  const byAddress = await scene({ https: { destination, security } });
  expect((await byAddress.post()).status).toBe(200);
});

test('a card of another authority is not let in', async () => {
  const stranger = (await scene()).inService.element;
  const { inService, post } = await scene({
    https: {
      security: async () => {
        const { anchors } = await inService.element.certificates();
        return { kind: 'certificate', ...(await stranger.linkCredential()), anchors };
      },
    },
  });
  await expect(post()).rejects.toMatchObject({ code: 'hospital-unreachable' });
});

test('an unreachable host, and one that never answers, end the POST with a code, and the next one works', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  let port = typeof address === 'object' && address ? address.port : 0;
  const destination = () => ({ name: 'localhost', address: Uint8Array.of(127, 0, 0, 1), port });
  const { inService } = await scene();
  const security = async () => ({ kind: 'certificate', ...(await inService.element.linkCredential()) }) as const;
  // Long enough for the answer that does come, on a busy machine.
  const { post, terminal } = await scene({ https: { destination, security, timeoutMs: 2000 } });
  await expect(post()).rejects.toMatchObject({ code: 'hospital-unreachable' });
  await terminal.status();
  expect(terminal.openLinks).toBe(0);
  silent.close();
  port = 1;
  await expect(post()).rejects.toMatchObject({ code: 'hospital-unreachable' });
  port = scenes[0]?.server.port ?? 0;
  expect((await post()).status).toBe(200);
});

test('an answer that drips is given up, however often a byte of it comes', async () => {
  const { post, server } = await scene({ https: { timeoutMs: 2000, mostMs: 3000 } });
  server.drips = true;
  await expect(post()).rejects.toMatchObject({ code: 'hospital-unreachable' });
  server.drips = false;
  expect((await post()).status).toBe(200);
});

test('a request says where it is meant to go, by name and port', async () => {
  const { post, server } = await scene();
  await post();
  expect(server.host).toBe(`localhost:${server.port}`);
});

test('a reset of the card in the middle of a POST ends it, and after the next profile it works again', async () => {
  const { post, terminal, card, server } = await scene();
  await post();
  terminal.lie = ({ type }, done) => {
    if (type === 'receive-data') void card.reset();
    return done;
  };
  await expect(post()).rejects.toMatchObject({ code: 'toolkit-ended' });
  terminal.lie = undefined;
  await terminal.boot();
  expect((await post()).status).toBe(200);
  expect(server.connections).toBe(2);
});

test('a POST that is not wanted any more ends, and its link with it', async () => {
  const { post, terminal } = await scene();
  const stop = new AbortController();
  terminal.lie = ({ type }, done) => {
    if (type === 'send-data') stop.abort();
    return done;
  };
  await expect(post(body, stop.signal)).rejects.toMatchObject({ code: 'hospital-unreachable' });
  terminal.lie = undefined;
  expect((await post()).status).toBe(200);
});

test('a terminal that changes bytes on the way is found out', async () => {
  const { post, terminal } = await scene();
  await post();
  terminal.lie = ({ type }, done) =>
    type === 'receive-data' && done.channelData
      ? { ...done, channelData: done.channelData.map((byte, at) => (at === 9 ? byte ^ 1 : byte)) }
      : done;
  await expect(post()).rejects.toBeDefined();
  terminal.lie = undefined;
  expect((await post()).status).toBe(200);
});
