// The hospital under load: real patients on its books, real handshakes, records sealed beforehand.
import { openHospitalStore, rosterChanged } from '@vitalseal/app-hospital';
import { type TestAuthority, TestPatient, writeHospitalFolder } from '@vitalseal/app-hospital/testing';
import { encodeCbor, encodeStep2Message } from '@vitalseal/protocol';
import { sampleMessage } from '../measure/sample-message.ts';
import { benchHospital, type Contender, connected, type Load } from './contender.ts';
import { httpRequest } from './load.ts';
import type { LoadPlan } from './protocol.ts';
import { startServer } from './server-process.ts';

export async function hospitalContender(
  authority: TestAuthority,
  { setting, connections, perPost, posts }: Load,
): Promise<Contender> {
  const keys = await authority.hospitalKeys(benchHospital);
  await writeHospitalFolder(setting.dataDir, keys, 'https://127.0.0.1:9');
  const store = await openHospitalStore(setting);
  for (let index = 0; index < connections; index++) {
    await store.patients.admit({ identity: `p${index}`, name: `P ${index}`, bed: '', policy: null, at: Date.now() });
  }
  await rosterChanged(store);
  await store.close();
  const file = new URL('./hospital-server.ts', import.meta.url).pathname;
  const server = await startServer(file, setting, '', 0);
  const plans: LoadPlan[] = [];
  for (let index = 0; index < connections; index++) {
    const identity = { role: 'patient', id: `p${index}` } as const;
    const patient = new TestPatient({
      url: `https://127.0.0.1:${server.port}`,
      identity,
      hospital: benchHospital,
      credential: await authority.enrol(identity),
      root: authority.root,
      rootPem: authority.rootPem,
    });
    await patient.agree();
    const origin = { patient: identity, hospital: benchHospital, channel: patient.sensorChannel };
    const requests: Uint8Array[] = [];
    let sequence = 0;
    for (let post = 0; post < posts; post++) {
      const records = [];
      for (let at = 0; at < perPost; at++) {
        const payload = encodeStep2Message(sampleMessage(origin, sequence++, Date.now() - 1000));
        records.push((await patient.sealer.seal(payload)).bytes);
      }
      requests.push(httpRequest('/records', 'application/cbor', encodeCbor(records)));
    }
    patient.close();
    plans.push({ port: server.port, tls: { ca: authority.rootPem }, requests });
  }
  return connected(server, plans);
}
