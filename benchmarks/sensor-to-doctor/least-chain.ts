// The reference: the same bytes at the same rate by the least program that carries a reading from one certified party
// to another and has it on the disk meanwhile.
import { randomBytes } from 'node:crypto';
import { makeTestAuthority, type TestAuthority } from '@vitalseal/app-hospital/testing';
import {
  createRequest,
  encodePem,
  exportPrivateKey,
  generateKeyPair,
  issueCertificate,
} from '@vitalseal/certifying-authority';
import { startChild } from '../measure/child.ts';
import { backlogOf, type Chain, type ChainOptions } from './chain.ts';
import type { LeastReady } from './least-process.ts';
import { startLeastSensor } from './least-sensors.ts';
import { Samples } from './samples.ts';
import { hospital } from './world.ts';

interface Pushed {
  readonly kind: string;
  readonly patient: number;
  readonly sequence: number;
  readonly at: number;
}

export async function startLeastChain({ dataDir, schedule, backlog }: ChainOptions): Promise<Chain> {
  const authority = await makeTestAuthority();
  const { tls: own } = await authority.hospitalKeys(hospital);
  const live = schedule.length;
  const secrets = Array.from({ length: live + backlog.phones + 1 }, () => randomBytes(32).toString('hex'));
  const samples = new Samples(schedule);
  const tls = { ...(await clientCertificate(authority)), ca: authority.rootPem };
  const file = (name: string) => new URL(`./least-${name}process.ts`, import.meta.url);

  const serverOptions = { dataDir, tls: { ...own, ca: authority.rootPem }, secrets };
  const server = await startChild<LeastReady>(file(''), serverOptions, { place: 'server' });
  const { port } = server.ready;
  const listener = await startChild(
    file('listener-'),
    { port, tls, secret: secrets.at(-1), live },
    {
      onMessage(message) {
        const { kind, patient, sequence, at } = message as Pushed;
        const measuredAt = schedule[patient]?.[sequence];
        if (kind === 'opened' && measuredAt !== undefined) samples.reached('openedAt', patient, measuredAt, at);
      },
    },
  );
  const sender = await startChild<object>(new URL('./backlog-process.ts', import.meta.url), {
    ...backlog,
    port,
    to: { kind: 'least', tls, firstWho: live, secrets: secrets.slice(live, -1) },
  });
  const stops = schedule.map((moments, who) =>
    startLeastSensor({
      port,
      tls,
      secret: secrets[who] ?? '',
      who,
      moments,
      onAcknowledged: (measuredAt, at) => samples.reached('acknowledgedAt', who, measuredAt, at),
    }),
  );
  return {
    samples,
    ...backlogOf(sender),
    remarks: async () => ({}),
    async stop() {
      for (const stop of stops) stop();
      for (const child of [sender, listener, server]) await child.stop();
    },
  };
}

export async function clientCertificate({ issuing }: TestAuthority): Promise<{ key: string; cert: string }> {
  const identity = { role: 'patient', id: 'least' } as const;
  const keyPair = await generateKeyPair({ extractable: true });
  const csr = await createRequest(keyPair, identity);
  const validity = { notBefore: Date.now() - 3_600_000, notAfter: Date.now() + 3_600_000 };
  const leaf = await issueCertificate({ csr, identity, issuer: issuing, ...validity });
  return {
    key: encodePem('PRIVATE KEY', await exportPrivateKey(keyPair.privateKey)),
    cert: encodePem('CERTIFICATE', leaf) + encodePem('CERTIFICATE', issuing.certificate),
  };
}
