import { acceptMessage1, type Identity, type Role, startHandshake } from '@vitalseal/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Device, enrolDevice, newAuthority, type TestAuthority } from '../authority/enrolled.fixture.ts';
import { parseCertificate } from '../certificate/parse-certificate.ts';
import type { IsRevoked } from '../path/valid-at.ts';
import { credentialVerifier } from './credential-verifier.ts';
import { KnownChains } from './known-chains.ts';
import { ownCredential } from './own-credential.ts';

const patient: Identity = { role: 'patient', id: 'p-1' };
const hospital: Identity = { role: 'hospital', id: 'h-1' };

interface Side {
  readonly device: Device;
  readonly accepts: readonly Role[];
  readonly known?: KnownChains;
  readonly present?: 'x5t' | 'x5chain';
  readonly isRevoked?: IsRevoked;
}

describe('credentials in a handshake', () => {
  let test: TestAuthority;
  let patientDevice: Device;
  let hospitalDevice: Device;
  beforeAll(async () => {
    test = await newAuthority();
    patientDevice = await enrolDevice(test.authority, patient);
    hospitalDevice = await enrolDevice(test.authority, hospital);
  });

  const config = (side: Side, id: number): Parameters<typeof startHandshake>[0] => {
    const { device, accepts, known, present = 'x5chain', isRevoked = () => false } = side;
    const chain = [device.certificate, test.authority.issuingCertificate];
    return {
      own: ownCredential({ chain, privateKey: device.keys.privateKey, present }),
      verifyPeer: credentialVerifier({
        anchors: [test.authority.rootCertificate],
        now: test.clock.now,
        roles: accepts,
        isRevoked,
        ...(known === undefined ? {} : { known: known.find, remember: known.remember }),
      }),
      connectionId: Uint8Array.of(id),
    };
  };

  const shake = async (initiator: Side, responder: Side): Promise<[Identity, Identity]> => {
    const first = await startHandshake(config(initiator, 1));
    const second = await acceptMessage1(config(responder, 2), first.message1);
    const third = await first.receiveMessage2(second.message2);
    const { message4, result } = await second.receiveMessage3(third.message3);
    const finished = await third.receiveMessage4(message4);
    return [finished.peer.identity, result.peer.identity];
  };

  const patientSide = (more: Partial<Side> = {}): Side => ({ device: patientDevice, accepts: ['hospital'], ...more });
  const hospitalSide = (more: Partial<Side> = {}): Side => ({ device: hospitalDevice, accepts: ['patient'], ...more });

  it('come by value at first, and by reference once they are known', async () => {
    const atPatient = new KnownChains();
    const atHospital = new KnownChains();
    expect(await shake(patientSide({ known: atPatient }), hospitalSide({ known: atHospital }))).toEqual([
      hospital,
      patient,
    ]);
    const initiator = patientSide({ known: atPatient, present: 'x5t' });
    expect(await shake(initiator, hospitalSide({ known: atHospital, present: 'x5t' }))).toEqual([hospital, patient]);
  });

  it('by a reference that nobody knows are asked for by value', async () => {
    const attempt = shake(
      patientSide({ present: 'x5t', known: new KnownChains() }),
      hospitalSide({ known: new KnownChains() }),
    );
    await expect(attempt).rejects.toMatchObject({ code: 'credential-unknown' });
  });

  it('of the wrong role are refused', async () => {
    await expect(shake(patientSide({ accepts: ['sensor'] }), hospitalSide())).rejects.toMatchObject({
      cause: { code: 'role-refused' },
    });
    await expect(shake(patientSide(), hospitalSide({ accepts: ['doctor', 'ambulance'] }))).rejects.toMatchObject({
      cause: { code: 'role-refused' },
    });
  });

  it('are refused from the moment they are revoked, though they were known and validated before', async () => {
    const known = new KnownChains();
    const revoked = new Set<string>();
    const responder = hospitalSide({ known, isRevoked: (serial) => revoked.has(serial) });
    await shake(patientSide(), responder);
    revoked.add(parseCertificate(patientDevice.certificate).serial);
    await expect(shake(patientSide(), responder)).rejects.toMatchObject({ cause: { code: 'revoked' } });
    await expect(shake(patientSide({ present: 'x5t' }), responder)).rejects.toMatchObject({
      cause: { code: 'revoked' },
    });
  });

  it('of another authority are refused', async () => {
    const elsewhere = await newAuthority();
    const device = await enrolDevice(elsewhere.authority, patient);
    await expect(shake(patientSide({ device }), hospitalSide())).rejects.toMatchObject({
      cause: { code: 'issuer-mismatch' },
    });
  });
});
