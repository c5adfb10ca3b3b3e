/** A sealed step-3 record of a person's device: whose channel it is, that it opens, and that it never came before. */
import {
  type Bytes,
  channelIdOf,
  type DoctorToHospital,
  decodeDoctorToHospital,
  decodeOfficeToHospital,
  type OfficeToHospital,
  ProtocolError,
} from '@vitalseal/protocol';
import type { ChannelRegistry } from '../channels/channel-registry.ts';
import type { OpenChannel } from '../channels/open-channel.ts';
import { HospitalError } from '../errors.ts';
import type { Moment } from '../watch/moment.ts';

interface Opened {
  readonly channel: OpenChannel;
  readonly sequence: number;
}

/** Who may say what begins with the codec: there is no word of the ward in that of the office, nor the other way round. */
export type Step3Message =
  | (Opened & { readonly of: 'ward'; readonly message: DoctorToHospital })
  | (Opened & { readonly of: 'office'; readonly message: OfficeToHospital });

/** @throws ProtocolError, HospitalError `wrong-hop`; replay is asked in the moment that acts on it */
export async function openStep3Message(registry: ChannelRegistry, record: Bytes): Promise<Step3Message> {
  const channel = await registry.find(channelIdOf(record));
  if (channel === undefined) throw new ProtocolError('channel-unknown', 'expected a record of a channel we have');
  if (channel.step !== 3) throw new HospitalError('wrong-hop', 'expected a record of step 3');
  const { sequence, payload } = await channel.opener.open(record);
  const { role } = channel.peer;
  if (role === 'administrator' || role === 'auditor') {
    return { channel, sequence, of: 'office', message: decodeOfficeToHospital(payload) };
  }
  return { channel, sequence, of: 'ward', message: decodeDoctorToHospital(payload) };
}

/** @throws ProtocolError `record-replayed`, `record-too-old`, `channel-unknown` */
export async function acceptOnce({ db, replay }: Moment, { channel, sequence }: Opened): Promise<void> {
  if (channel.closed) throw new ProtocolError('channel-unknown', 'expected a channel that is still open');
  const verdict = await replay.accept(db, channel, sequence);
  if (verdict === 'seen') throw new ProtocolError('record-replayed', 'expected a record that did not come before');
  if (verdict === 'too-old') throw new ProtocolError('record-too-old', 'expected a record within the replay window');
}
