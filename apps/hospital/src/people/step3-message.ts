/** A sealed step-3 record of a clinician: whose channel it is, that it opens, and that it never came before. */
import {
  type Bytes,
  channelIdOf,
  type DoctorToHospital,
  decodeDoctorToHospital,
  ProtocolError,
} from '@vitalseal/protocol';
import type { ChannelRegistry } from '../channels/channel-registry.ts';
import type { OpenChannel } from '../channels/open-channel.ts';
import { HospitalError } from '../errors.ts';
import type { Moment } from '../watch/moment.ts';

export interface Step3Message {
  readonly channel: OpenChannel;
  readonly sequence: number;
  readonly message: DoctorToHospital;
}

/** @throws ProtocolError, HospitalError `wrong-hop`; replay is asked in the moment that acts on it */
export async function openStep3Message(registry: ChannelRegistry, record: Bytes): Promise<Step3Message> {
  const channel = await registry.find(channelIdOf(record));
  if (channel === undefined) throw new ProtocolError('channel-unknown', 'expected a record of a channel we have');
  if (channel.step !== 3) throw new HospitalError('wrong-hop', 'expected a record of step 3');
  const { sequence, payload } = await channel.opener.open(record);
  return { channel, sequence, message: decodeDoctorToHospital(payload) };
}

/** @throws ProtocolError `record-replayed`, `record-too-old`, `channel-unknown` */
export async function acceptOnce({ db, replay }: Moment, { channel, sequence }: Step3Message): Promise<void> {
  if (channel.closed) throw new ProtocolError('channel-unknown', 'expected a channel that is still open');
  const verdict = await replay.accept(db, channel, sequence);
  if (verdict === 'seen') throw new ProtocolError('record-replayed', 'expected a record that did not come before');
  if (verdict === 'too-old') throw new ProtocolError('record-too-old', 'expected a record within the replay window');
}
