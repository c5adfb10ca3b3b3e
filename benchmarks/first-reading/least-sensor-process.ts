// The least sensor from its switch on: it advertises the same service, and says one record in clear to whoever listens.
import { SealedSensorService } from '@vitalseal/ble';
import { openRadio } from '@vitalseal/ble/node';
import { randomBytes } from '@vitalseal/protocol';
import { ready, startedWith, tell } from '../measure/child.ts';

/** Of a sealed record of the sample's seven measurements. */
const recordBytes = 219;

const { adapter, folder } = startedWith<{ readonly adapter: string; readonly folder: string }>();
const radio = await openRadio(adapter, { bondFolder: folder });
const service = new SealedSensorService({ status: () => ({ battery: 100, stored: 1, bonded: true }) });
service.attach(await radio.advertise(service.peripheral('sensor')));
ready({});
const phone = await service.nextPhone(new AbortController().signal);
phone.listen({ message: () => tell({ kind: 'acknowledged' }), closed: () => undefined });
await phone.send('record', randomBytes(recordBytes));
