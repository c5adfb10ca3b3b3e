/**
 * The hospital, put together: store, ward, intake of step 2, alarms and step 3, on two listeners. `startHospital` opens
 * it and `stop` closes it in the order in which nothing is lost.
 */
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { AlarmOutbox } from './alarms/alarm-outbox.ts';
import { atRestSide } from './composition/at-rest-side.ts';
import { auditSide } from './composition/audit-side.ts';
import { cardSide } from './composition/card-side.ts';
import { Closers } from './composition/closers.ts';
import { openCore } from './composition/core.ts';
import { deviceSide } from './composition/device-side.ts';
import type { HospitalOptions } from './composition/hospital-options.ts';
import { peopleSide } from './composition/people-side.ts';
import { lookAfterStaff, signInHealth } from './composition/staff-side.ts';
import { HealthCheck } from './health/health.ts';
import { UnopenedTally } from './health/unopened-tally.ts';
import { failureOf } from './listener/answer-errors.ts';
import { closingSoon } from './listener/close-listener.ts';
import { replaceListenerIdentity } from './listener/replace-identity.ts';
import { keepOrigin } from './sign-in/usual-origin.ts';
import { PassingTime } from './watch/passing-time.ts';

export type { HospitalOptions } from './composition/hospital-options.ts';

export interface Hospital {
  readonly devicesUrl: string;
  readonly peopleUrl: string;
  /** Origin that people open the pages at, where they sign in with passkeys. */
  readonly origin: string | undefined;
  /** Rejects with `store-replaced` when the store was put back to another state under the hospital: it must be stopped. */
  readonly failed: Promise<never>;
  /** Drains, commits, closes. */
  stop(): Promise<void>;
}

export async function startHospital(options: HospitalOptions): Promise<Hospital> {
  const closers = new Closers();
  const stop = () => closers.closeAll((error) => options.logger?.error({ failure: failureOf(error) }, 'stop failed'));
  try {
    return { ...(await open(options, closers)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function open(options: HospitalOptions, closers: Closers): Promise<Omit<Hospital, 'stop'>> {
  const core = await openCore(options, closers);
  const { keys, live, store, ward, turnstile, registry, feeds, revocations, metrics, now, onProblem } = core;
  const outbox = new AlarmOutbox({
    store,
    hospital: keys.identity,
    own: () => live.own,
    doctors: () => feeds.doctors(),
    mayReceive: ({ channel }, patient) => feeds.access.may(channel, 'receive-alarm', patient),
    now,
    onProblem,
  });
  feeds.whenBegun(() => outbox.kick());
  ward.listen((events) => {
    for (const event of events) {
      if (event.type === 'alarm' && event.alarm.state === 'raised') metrics.alarmRaised(event.alarm.priority);
    }
    feeds.tell(events);
    if (events.some(({ type }) => type === 'delivery')) outbox.kick();
  });
  const log = auditSide(core, options.dataDir, closers);
  const unopened = new UnopenedTally(store);
  const cards = await cardSide(core, options.authorityUrl);
  const atRest = atRestSide(core, options.dataDir);
  const time = new PassingTime({
    ...core,
    onRemembered: async () => {
      await registry.closeExpired();
      atRest.remembered();
      cards.revokeDue();
      core.endedCertificates.revokeDue();
    },
    onLooked: async () => {
      // What goes wrong with people's sessions must not keep alarms from being sent.
      await lookAfterStaff(core).catch(onProblem);
      outbox.look();
      live.look();
      await unopened.flush();
      await cards.refresh();
      await atRest.look();
    },
  });
  const health = new HealthCheck({
    store,
    rollback: atRest.rollback,
    revocations,
    now,
    keyStore: keys.keyStore,
    audit: () => log.state,
    sinceLastLookMs: () => time.sinceLastLookMs,
    feeds: () => feeds.size,
    callsWaiting: () => feeds.calls.waiting,
    onCall: () => ward.onCall,
    signIn: () => signInHealth(core),
  });
  const { server: devices, intake } = deviceSide(core, unopened, cards);
  const { keeper } = log;
  const people = await peopleSide(core, options, { outbox, health, keeper, intake, cards: cards.sessions });
  live.onReplaced(({ tls }) => {
    replaceListenerIdentity(devices, tls, keys.anchors);
    replaceListenerIdentity(people.server, tls);
  });

  // Closed from the last to the first: no one is let in, what is under way comes to its end, and the store goes last.
  closers.add(() => atRest.end());
  closers.add(() => unopened.flush());
  closers.add(() => turnstile.run(() => ward.remember()));
  closers.add(() => outbox.idle());
  closers.add(() => cards.idle());
  closers.add(() => time.stop());
  closers.add(closingSoon(devices));
  closers.add(closingSoon(people.server));
  closers.add(() => feeds.stop());
  await devices.listen({ host: options.devices?.host ?? '127.0.0.1', port: options.devices?.port ?? 0 });
  await people.server.listen({ host: people.host, port: options.people?.port ?? 0 });
  const peopleUrl = urlOf(people.server, people.scheme);
  core.party.listening(peopleUrl);
  time.start();
  // What a command has ended while no hospital served.
  core.endedCertificates.revokeDue();
  await log.started();
  const origin = core.sessions.settings.mode === 'passkeys' ? core.party().origin : undefined;
  if (origin !== undefined) await keepOrigin(store, origin);
  return { devicesUrl: urlOf(devices, 'https'), peopleUrl, origin, failed: atRest.failed };
}

function urlOf(server: FastifyInstance, scheme: string): string {
  const { port, address, family } = server.server.address() as AddressInfo;
  const host = address === '0.0.0.0' || address === '::' ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return `${scheme}://${host}:${port}`;
}
