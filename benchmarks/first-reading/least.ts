// The least chain that does the same without sealing on the radio: the same service over the same stack, one record of the
// same size in clear, and behind the phone one POST by mutual TLS into a durable commit.
import { createSecretKey, randomBytes } from 'node:crypto';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { makeTestAuthority } from '@vitalseal/app-hospital/testing';
import { watchRadio } from '@vitalseal/app-patient';
import { openSealedSensor, sealedSensorUuids } from '@vitalseal/ble';
import { openRadio } from '@vitalseal/ble/node';
import { startRadioRoom } from '@vitalseal/ble/testing';
import { startChild } from '../measure/child.ts';
import { preciseNow } from '../measure/precise-time.ts';
import { clientCertificate } from '../sensor-to-doctor/least-chain.ts';
import type { LeastReady } from '../sensor-to-doctor/least-process.ts';
import { sealLeast } from '../sensor-to-doctor/least-records.ts';
import { type Chain, switchOn } from './switch-on.ts';

export async function startLeast(folder: string): Promise<Chain> {
  const authority = await makeTestAuthority();
  const { tls: own } = await authority.hospitalKeys({ role: 'hospital', id: 'bench' });
  const secret = randomBytes(32);
  const tls = { ...(await clientCertificate(authority)), ca: authority.rootPem };
  const server = await startChild<LeastReady>(
    new URL('../sensor-to-doctor/least-process.ts', import.meta.url),
    { dataDir: folder, tls: { ...own, ca: authority.rootPem }, secrets: [secret.toString('hex')] },
    { place: 'server' },
  );
  const agent = new Agent({ ...tls, keepAlive: true, maxSockets: 1, minVersion: 'TLSv1.3' });
  const key = createSecretKey(secret);
  const { port } = server.ready;
  let counter = 0;
  const post = (payload: Uint8Array) =>
    new Promise<void>((resolve) => {
      const body = sealLeast(key, { who: 0, counter: counter++, payload });
      const headers = { 'content-length': body.length };
      const to = { host: '127.0.0.1', servername: 'localhost', port, method: 'POST', path: '/records' };
      const sent = request({ agent, ...to, headers });
      sent.on('response', (response) => response.resume().on('end', resolve));
      sent.end(body);
    });

  const room = await startRadioRoom();
  const adapter = (await room.controller()).address;
  const phones = (await room.controller()).address;
  let confirmed = (_at: number) => {};
  const watch = watchRadio({
    open: () => openRadio(phones, { bondFolder: join(folder, 'phone') }),
    kinds: [
      {
        service: sealedSensorUuids.service,
        async serve(connection, _signal, _found, standing) {
          standing(() => true);
          const { messages } = await openSealedSensor(connection);
          messages.listen({
            message: (_type, body) => {
              void post(body).then(() => {
                confirmed(preciseNow());
                return messages.send('answer', body);
              });
            },
            closed: () => undefined,
          });
          await connection.closed;
          return true;
        },
      },
    ],
  });
  return {
    switchOn: () =>
      switchOn(
        new URL('./least-sensor-process.ts', import.meta.url),
        { adapter, folder: join(folder, 'sensor') },
        (heard) => {
          confirmed = heard;
        },
      ),
    async close() {
      await watch.stop();
      await room.close();
      agent.destroy();
      await server.stop();
    },
  };
}
