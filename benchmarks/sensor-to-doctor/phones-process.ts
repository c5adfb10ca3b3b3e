// The phones of the patients who are measured now, each with its card; says when a card has opened the
// hospital's acknowledgement of a reading.
import { openCard, startGateway } from '@vitalseal/app-patient';
import { ready, startedWith, tell } from '../measure/child.ts';
import { preciseNow } from '../measure/precise-time.ts';

export interface PhonesOptions {
  readonly hospitalUrl: string;
  readonly dataDirs: readonly string[];
  /** Of each card. */
  readonly pin: string;
}

export interface PhonesReady {
  readonly ports: readonly number[];
}

const { hospitalUrl, dataDirs, pin } = startedWith<PhonesOptions>();
const ports: number[] = [];
for (const [patient, dataDir] of dataDirs.entries()) {
  const place = { latitude: 52.520008, longitude: 13.404954, accuracyMetres: 12 };
  const gateway = await startGateway({
    card: await openCard({ folder: dataDir }),
    pin,
    hospital: hospitalUrl,
    listen: { host: '127.0.0.1', port: 0 },
    location: () => ({ ...place, at: Date.now() }),
    events: {
      confirmed: ({ measuredAt }) => tell({ kind: 'acknowledged', patient, measuredAt, at: preciseNow() } as const),
    },
  });
  ports.push(gateway.port);
}
ready({ ports } satisfies PhonesReady);
