import { mkdtempSync, rmSync } from 'node:fs';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCertificate } from '@vitalseal/certifying-authority';
import {
  type ChannelSecrets,
  encodeDoctorToHospital,
  formatIdentity,
  type Identity,
  openSealer,
  randomBytes,
  SendCounter,
} from '@vitalseal/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { AlarmOutbox } from '../alarms/alarm-outbox.ts';
import { ChannelRegistry } from '../channels/channel-registry.ts';
import { Turnstile } from '../intake/turnstile.ts';
import { Sessions } from '../sessions/sessions.ts';
import { signInSettings } from '../sign-in/sign-in-settings.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { makeTestAuthority } from '../testing/test-authority.ts';
import { testWrappingKeys } from '../testing/test-wrapping-keys.ts';
import { Ward } from '../watch/ward.ts';
import { Access } from './access.ts';
import { LiveFeeds } from './live-feeds.ts';
import { OpenCalls } from './open-calls.ts';
import { StreamDesk } from './stream-desk.ts';

const hospital: Identity = { role: 'hospital', id: 'h1' };
const secrets: ChannelSecrets = {
  id: randomBytes(8),
  step: 3,
  epoch: 0,
  initiator: { role: 'doctor', id: 'd1' },
  responder: hospital,
  initiatorKey: randomBytes(32),
  initiatorIv: randomBytes(12),
  responderKey: randomBytes(32),
  responderIv: randomBytes(12),
  wrappingKey: randomBytes(32),
};

test('a doctor who is revoked while the feed is being opened gets no feed', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-desk-'));
  const store = await openStore({ dataDir, wrappingKeys: testWrappingKeys });
  const now = Date.now;
  const onProblem = (error: unknown) => expect.unreachable(String(error));
  const timestamp = (utcMs: number) => ({ utcMs, offsetMinutes: 0 });
  const ward = await Ward.load({ store, hospital, timestamp, isWatched: () => true, callsOf: () => [], onProblem });
  const calls = new OpenCalls(() => ward);
  const access = new Access({ store, ward: () => ward, hasCall: () => false, now });
  const feeds = new LiveFeeds({
    ward: () => ward,
    sessions: () => sessions,
    access,
    calls,
    hospital,
    softwareKeys: true,
    clockSpeed: 1,
    now,
  });
  onTestFinished(async () => {
    feeds.stop();
    await store.close();
    rmSync(dataDir, { recursive: true });
  });
  const registry = new ChannelRegistry({ store, now, onClosed: (channel) => feeds.cut(channel) });
  const identity = secrets.initiator;
  const authority = await makeTestAuthority();
  const [certificate = new Uint8Array()] = (await authority.enrol(identity)).certificateChain;
  const { serial } = parseCertificate(certificate);
  await store.people.register({ identity: formatIdentity(identity), role: 'doctor', name: 'D', tier: 1, on_call: 1 });
  const settings = signInSettings();
  const sessions = await Sessions.load({ store, settings, now, onEnded: () => undefined, onLocked: () => undefined });
  await sessions.admit(identity, serial, certificate);
  await registry.establish(secrets, [serial], now() + 60_000);
  let closing: Promise<void> | undefined;
  /** The list of the revoked comes at the moment in which the subscription is on the disk. */
  const revoking: Store['transaction'] = async (work) => {
    const done = await store.transaction(work);
    closing = registry.close([secrets.id]);
    return done;
  };
  const outbox = new AlarmOutbox({
    store,
    hospital,
    own: () => ({ certificateChain: [], sign: (bytes) => bytes }),
    doctors: () => feeds.doctors(),
    now,
    onProblem,
  });
  const desk = new StreamDesk({
    store: { ...store, transaction: revoking },
    ward,
    now,
    registry,
    turnstile: new Turnstile(),
    feeds,
    sessions,
    outbox,
    feedLimit: 10,
    waitingLimit: 10,
    drainTimeoutMs: 1000,
    onProblem,
  });
  const sealer = await openSealer(
    secrets,
    'initiator',
    new SendCounter({ start: 0, block: 1024, reserve: () => undefined }),
  );
  const { bytes } = await sealer.seal(encodeDoctorToHospital({ type: 'subscribe' }));
  const output = new ServerResponse(new IncomingMessage(new Socket()));
  await expect(desk.open(bytes, output, {})).rejects.toMatchObject({ code: 'channel-unknown' });
  await closing;
  await outbox.idle();
  expect(feeds.size).toBe(0);
  expect(output.headersSent).toBe(false);
});
