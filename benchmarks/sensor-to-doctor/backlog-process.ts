// Phones that come back after days: each sends older readings, already sealed, as fast as it is answered. Sends nothing
// until it is told to, so that preparing costs nobody anything.
import { createSecretKey } from 'node:crypto';
import { TestPatient } from '@vitalseal/app-hospital/testing';
import { encodePem, importPrivateKey, ownCredential } from '@vitalseal/certifying-authority';
import { encodeCbor, encodeStep2Message, randomBytes } from '@vitalseal/protocol';
import { httpRequest, LoadedConnection } from '../intake/load.ts';
import { ready, startedWith, tell } from '../measure/child.ts';
import { preciseNow } from '../measure/precise-time.ts';
import { sampleMessage } from '../measure/sample-message.ts';
import { sealLeast } from './least-records.ts';
import { type CarriedCredential, hospital } from './world.ts';

export interface BacklogOptions {
  readonly posts: number;
  readonly recordsAPost: number;
  /** UTC ms of the oldest reading. */
  readonly from: number;
  readonly port: number;
  readonly to:
    | { readonly kind: 'hospital'; readonly root: string; readonly patients: readonly CarriedCredential[] }
    | {
        readonly kind: 'least';
        readonly tls: { readonly key: string; readonly cert: string; readonly ca: string };
        readonly firstWho: number;
        readonly secrets: readonly string[];
      };
}

export interface BacklogDone {
  readonly kind: 'done';
  readonly startedAt: number;
  readonly endedAt: number;
  readonly records: number;
}

/** Makes a phone's next request. */
type NextRequest = () => Promise<Uint8Array>;

const options = startedWith<BacklogOptions>();
const { posts, recordsAPost, from, port, to } = options;
const everyMs = 1000;

async function hospitalPhones(): Promise<{ tls: { ca: string }; phones: NextRequest[] }> {
  if (to.kind !== 'hospital') throw new Error('expected a hospital');
  const root = new Uint8Array(Buffer.from(to.root, 'base64'));
  const rootPem = encodePem('CERTIFICATE', root);
  const phones = await Promise.all(
    to.patients.map(async ({ identity, privateKey, chain }): Promise<NextRequest> => {
      const credential = ownCredential({
        chain: chain.map((each) => new Uint8Array(Buffer.from(each, 'base64'))),
        privateKey: await importPrivateKey(new Uint8Array(Buffer.from(privateKey, 'base64'))),
        present: 'x5chain',
      });
      const url = `https://127.0.0.1:${port}`;
      const patient = new TestPatient({ url, identity, hospital, credential, root, rootPem });
      await patient.agree();
      patient.close();
      const origin = { patient: identity, hospital, channel: randomBytes(8) };
      let sequence = 0;
      return async () => {
        const records = [];
        for (let at = 0; at < recordsAPost; at++, sequence++) {
          records.push(await patient.seal(sampleMessage(origin, sequence, from + sequence * everyMs)));
        }
        return httpRequest('/records', 'application/cbor', encodeCbor(records));
      };
    }),
  );
  return { tls: { ca: rootPem }, phones };
}

function leastPhones(): { tls: { ca: string; key: string; cert: string }; phones: NextRequest[] } {
  if (to.kind !== 'least') throw new Error('expected the least chain');
  const { firstWho } = to;
  const phones = to.secrets.map((secret, index): NextRequest => {
    const key = createSecretKey(Buffer.from(secret, 'hex'));
    const origin = { patient: { role: 'patient', id: `backlog-${index}` }, hospital, channel: randomBytes(8) } as const;
    let counter = 0;
    return async () => {
      const records: Buffer[] = [];
      for (let at = 0; at < recordsAPost; at++, counter++) {
        const payload = encodeStep2Message(sampleMessage(origin, counter, from + counter * everyMs));
        records.push(sealLeast(key, { who: firstWho + index, counter, payload }));
      }
      return httpRequest('/records', 'application/octet-stream', Buffer.concat(records));
    };
  });
  return { tls: to.tls, phones };
}

const { tls, phones } = to.kind === 'hospital' ? await hospitalPhones() : leastPhones();
let connections: LoadedConnection[] = [];

async function prepare(): Promise<void> {
  const requests: Uint8Array[][] = [];
  for (const next of phones) {
    const own: Uint8Array[] = [];
    for (let post = 0; post < posts; post++) own.push(await next());
    requests.push(own);
  }
  connections = await Promise.all(requests.map((own) => LoadedConnection.open({ port, tls, requests: own })));
}

async function send(): Promise<void> {
  const startedAt = preciseNow();
  await Promise.all(connections.map((connection) => connection.send(posts)));
  const endedAt = preciseNow();
  for (const connection of connections) connection.close();
  const records = posts * recordsAPost * phones.length;
  tell({ kind: 'done', startedAt, endedAt, records } satisfies BacklogDone);
}

process.on('message', async ({ kind }: { kind: string }) => {
  if (kind === 'prepare') {
    await prepare();
    tell({ kind: 'prepared' });
  } else await send();
});
ready({});
