// The paper's SK_HD from this device's side: what it says is sealed under its own direction, what it hears must open
// under the hospital's, be of this channel and never have been heard before.
import {
  type AlarmNotice,
  alarmContext,
  type Bytes,
  decodeAlarmNotice,
  importKeyWrappingKey,
  type OpenedRecord,
  type Opener,
  openForRecipient,
  openOpener,
  openSealer,
  ProtocolError,
  ReplayWindow,
  type SealedRecord,
  type Sealer,
  SendCounter,
  sameIdentity,
} from '@vitalseal/protocol';
import { ClinicianError } from '../errors.ts';
import type { AgreedChannel } from './handshake.ts';
import type { Language, OfEverySession, Said } from './language.ts';

export class Channel<Out extends Said, In extends Said> {
  readonly agreed: AgreedChannel;
  readonly #language: Language<Out, In>;
  readonly #sealer: Sealer;
  readonly #opener: Opener;
  readonly #heard = ReplayWindow.empty(4096);

  private constructor(agreed: AgreedChannel, language: Language<Out, In>, sealer: Sealer, opener: Opener) {
    this.agreed = agreed;
    this.#language = language;
    this.#sealer = sealer;
    this.#opener = opener;
  }

  /** The keys live in memory only and are agreed anew after a reload, so the counter needs no durable reservation. */
  static async open<Out extends Said, In extends Said>(
    agreed: AgreedChannel,
    language: Language<Out, In>,
  ): Promise<Channel<Out, In>> {
    const counter = new SendCounter({ start: 0, block: 1 << 20, reserve: () => undefined });
    const sealer = await openSealer(agreed.secrets, 'initiator', counter);
    return new Channel(agreed, language, sealer, await openOpener(agreed.secrets, 'initiator'));
  }

  async seal(message: Out | OfEverySession): Promise<SealedRecord> {
    return this.#sealer.seal(this.#language.encode(message));
  }

  /** @throws ClinicianError `record-not-opened`, `record-replayed`, `message-not-understood` */
  async openRecord(record: Bytes): Promise<In> {
    const { sequence, payload } = await this.#opened(record);
    try {
      this.#heard.accept(sequence);
    } catch (cause) {
      throw new ClinicianError('record-replayed', 'expected a record that was not heard before', { cause });
    }
    try {
      return this.#language.decode(payload);
    } catch (cause) {
      throw new ClinicianError('message-not-understood', 'expected a message of step 3', { cause });
    }
  }

  async #opened(record: Bytes): Promise<OpenedRecord> {
    try {
      return await this.#opener.open(record);
    } catch (cause) {
      throw new ClinicianError('record-not-opened', 'expected a record of this channel', { cause });
    }
  }

  /**
   * An alarm, step 3 of the paper: signed by the hospital this channel was agreed with, sealed to this channel's key.
   * @throws ClinicianError `alarm-not-opened`
   */
  async openAlarm(envelope: Bytes): Promise<AlarmNotice> {
    const { secrets, hospital } = this.agreed;
    try {
      const payload = await openForRecipient(envelope, {
        context: alarmContext(hospital.identity),
        recipient: { keyId: secrets.id, wrappingKey: await importKeyWrappingKey(secrets.wrappingKey) },
        signer: hospital.publicKey,
      });
      const notice = decodeAlarmNotice(payload);
      if (sameIdentity(notice.hospital, hospital.identity)) return notice;
      throw new ProtocolError('sender-mismatch', 'expected an alarm of the hospital that signed it');
    } catch (cause) {
      throw new ClinicianError('alarm-not-opened', 'expected an alarm that the hospital signed and sealed to us', {
        cause,
      });
    }
  }
}
