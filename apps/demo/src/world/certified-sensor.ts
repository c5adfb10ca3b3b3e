// A sensor as its maker would have had it certified: its key is made here, and certified by invitation and code.
import { type SensorDevice, temporarySensorDevice } from '@vitalseal/app-sensor';
import { type Authority, createRequest, generateKeyPair } from '@vitalseal/certifying-authority';
import type { Identity } from '@vitalseal/protocol';

const invitationMs = 600_000;

export async function certifiedSensor(authority: Authority, identity: Identity): Promise<SensorDevice> {
  const keyPair = await generateKeyPair({ extractable: false });
  const { code } = await authority.invite({ identity, ttl: invitationMs });
  const certificate = await authority.enrol(await createRequest(keyPair, identity), { identity, code });
  return temporarySensorDevice({
    identity,
    privateKey: keyPair.privateKey,
    chain: [certificate, authority.issuingCertificate],
    root: authority.rootCertificate,
  });
}
