// A new revocation list counts at once: for the handshakes to come, and for the channels that are open.

import type { Bytes } from '@vitalseal/protocol';
import type { ElementState } from '../element-state.ts';
import { Transaction } from '../storage/transaction.ts';
import { newerRevocations } from './revocations.ts';
import { expectPersonalised } from './trust.ts';

/** @throws CertificateError, SecureElementError `element-not-personalised` */
export async function installRevocationList(state: ElementState, der: Bytes): Promise<void> {
  const { certificates } = expectPersonalised(state);
  const transaction = new Transaction();
  const list = await newerRevocations(transaction, { der, certificates, known: state.revocations });
  state.sensorChannels.removeRevoked(transaction, list.revoked);
  const { hospitalChannel } = state;
  if (hospitalChannel && list.revoked.has(hospitalChannel.serial)) {
    hospitalChannel.remove(transaction);
    transaction.afterwards(() => {
      state.hospitalChannel = undefined;
      state.inFlight.clear();
    });
  }
  transaction.afterwards(() => {
    state.revocations = list;
    // What was believed of the hospital's release, under the list of before, is asked anew.
    state.hospitalRelease = undefined;
  });
  await transaction.commit(state.storage);
}
