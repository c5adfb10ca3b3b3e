// The phone's end of the MHA. Its methods are those of the secure element, under the same names: whoever used the element
// in process uses the card through this. Times are not among what it is given, since the card has a clock of its own.

import type { Bytes, Identity, Location, Origin, Timestamp } from '@vitalseal/protocol';
import { instructions, isDone, mhaAid, onChannel, sendCommand } from '@vitalseal/uicc';
import type { Consent } from '../../consent/consent.ts';
import type { Display, Duty } from '../../patient/display.ts';
import type { EnteredReading, StandardReading } from '../../patient/enter-reading.ts';
import type { DiaryPart } from '../../patient/read-diary.ts';
import type { Renewal } from '../../personalisation/sign-renewal.ts';
import { bonds, type CertificateSet, certificateSet, owner, renewal } from '../bodies/certificates.ts';
import { callBody, consentBody, diaryFrom, diaryPart, toldPlace } from '../bodies/diary.ts';
import { display } from '../bodies/display.ts';
import { countOfReadings, duty } from '../bodies/duty.ts';
import { enteredReading, originOfEntered } from '../bodies/entered-reading.ts';
import { type HospitalAddress, hospitalAddress } from '../bodies/hospital-address.ts';
import { type PageAnswer, type PageRequest, pageAnswer, pageRequest } from '../bodies/page-request.ts';
import { forgottenSensor, sensorCodeKey } from '../bodies/sensor-code.ts';
import { sensorRecords } from '../bodies/sensor-records.ts';
import { standardReading } from '../bodies/standard-reading.ts';
import { classes, dataObjects, mhaInstructions } from '../instructions.ts';
import type { Report } from '../reports/report.ts';
import { heardUntil, reportsCodec } from '../reports/report-codec.ts';
import { mostHandedOut } from '../reports/report-queue.ts';
import type { CardUser } from './card-user.ts';
import { exchange, read, refusedWith, type Way } from './command-exchange.ts';
import { pinField, present, pukField } from './pin-presentation.ts';

/** Every method throws SecureElementError, ProtocolError or CertificateError as the element would, or UiccError. */
export class MhaClient {
  readonly #user: CardUser;
  readonly #way: Way;
  #heard: number | undefined;

  constructor(user: CardUser, { channel = 0, extendedLengths = false }: Partial<Way> = {}) {
    this.#user = user;
    this.#way = { channel, extendedLengths };
  }

  /** First, and again after each reset. */
  async select(): Promise<void> {
    const cla = onChannel(classes.interindustry, this.#way.channel);
    const command = { cla, ins: instructions.select, p1: 0x04, p2: 0x00, data: mhaAid, le: 256 };
    const { status } = await this.#user.run((transmit) => sendCommand(transmit, command));
    if (!isDone(status)) throw refusedWith(status);
    this.#heard = undefined;
  }

  // The PIN

  /** @throws PinRefused @throws SecureElementError `pin-blocked`, `pin-not-set`, `pin-malformed` */
  verify(pin: string): Promise<void> {
    return this.#present('verify', 0x00, [pinField(pin)]);
  }

  /** The patient's commands are closed; what the card does by itself goes on. */
  logOut(): Promise<void> {
    return this.#present('verify', 0xff, []);
  }

  /** Of a card that has none. */
  setFirstPin(pin: string): Promise<void> {
    return this.#present('changeReferenceData', 0x01, [pinField(pin)]);
  }

  changePin(pin: string, newPin: string): Promise<void> {
    return this.#present('changeReferenceData', 0x00, [pinField(pin), pinField(newPin)]);
  }

  unblock(puk: string, newPin: string): Promise<void> {
    return this.#present('resetRetryCounter', 0x00, [pukField(puk), pinField(newPin)]);
  }

  // Personalisation

  generateKey(identity: Identity): Promise<Bytes> {
    const { interindustry: cla } = classes;
    return this.#send({ cla, ins: instructions.generateAsymmetricKeyPair, data: owner.encode(identity) });
  }

  async installCertificates({ chain, anchors }: CertificateSet): Promise<void> {
    await this.#putData(dataObjects.certificates, certificateSet.encode({ chain, anchors }));
  }

  async bond({ sensors, hospital }: { sensors: readonly Identity[]; hospital?: Identity }): Promise<void> {
    await this.#putData(dataObjects.bonds, bonds.encode({ sensors, ...(hospital && { hospital }) }));
  }

  /** @param key of the code on a sensor @throws SecureElementError `bonds-full` */
  async bondWithCode(key: Bytes): Promise<void> {
    await this.#own(mhaInstructions.bondWithCode, sensorCodeKey.encode(key));
  }

  /** Those whose sensor has not come. */
  async forgetCodes(): Promise<void> {
    await this.#own(mhaInstructions.bondWithCode);
  }

  async forgetSensor(sensor: Identity): Promise<void> {
    await this.#own(mhaInstructions.forgetSensor, forgottenSensor.encode(sensor));
  }

  async installRevocationList(der: Bytes): Promise<void> {
    await this.#putData(dataObjects.revocationList, der);
  }

  async certificates(): Promise<CertificateSet> {
    return read(await this.#getData(dataObjects.certificates), certificateSet.decode);
  }

  async signRenewal(): Promise<Renewal> {
    return read(await this.#getData(dataObjects.renewal), renewal.decode);
  }

  async revocationList(): Promise<Bytes | undefined> {
    const list = await this.#getData(dataObjects.revocationList);
    return list.length > 0 ? list : undefined;
  }

  // Step 1

  answerSensorHandshake(body: Bytes): Promise<Bytes> {
    return this.#own(mhaInstructions.answerSensorHandshake, body);
  }

  /** @returns a `SensorAnswer`, only after what it acknowledges is durable */
  takeSensorRecords(records: readonly Bytes[]): Promise<Bytes> {
    return this.#own(mhaInstructions.takeSensorRecords, sensorRecords.encode(records));
  }

  /** @throws SecureElementError `outbox-full` */
  async takeStandardReading(reading: StandardReading): Promise<Origin> {
    return read(
      await this.#own(mhaInstructions.takeStandardReading, standardReading.encode(reading)),
      originOfEntered.decode,
    );
  }

  // Step 2, which the card does by itself

  async putHospitalAddress(address: HospitalAddress): Promise<void> {
    await this.#putData(dataObjects.hospitalAddress, hospitalAddress.encode(address));
  }

  /** What became of the readings since the last time. */
  async takeReports(): Promise<Report[]> {
    const all: Report[] = [];
    for (;;) {
      const from = this.#heard === undefined ? undefined : heardUntil.encode(this.#heard);
      const answer = await this.#own(mhaInstructions.takeReports, from);
      const { reports, next } = read(answer, reportsCodec.decode);
      this.#heard = next;
      all.push(...reports);
      if (reports.length < mostHandedOut || all.length >= mostAtOnce) return all;
    }
  }

  async retryRefused(): Promise<number> {
    return read(await this.#own(mhaInstructions.retryRefused), countOfReadings.decode);
  }

  /** Of a card that has no way of its own to the hospital: the request to carry for it, if there is one. */
  async takeRequest(): Promise<PageRequest | undefined> {
    const request = await this.#own(mhaInstructions.takeRequest);
    return request.length > 0 ? read(request, pageRequest.decode) : undefined;
  }

  async giveAnswer(answer: PageAnswer): Promise<void> {
    await this.#own(mhaInstructions.giveAnswer, pageAnswer.encode(answer));
  }

  // The patient and the phone

  async duty(): Promise<Duty> {
    return read(await this.#getData(dataObjects.duty), duty.decode);
  }

  /** @throws SecureElementError `element-locked` until VERIFY on this channel */
  async display(): Promise<Display> {
    return read(await this.#getData(dataObjects.display), display.decode);
  }

  /** @throws SecureElementError `element-locked`, `outbox-full` */
  async enterReading(reading: EnteredReading): Promise<Origin> {
    return read(await this.#own(mhaInstructions.enterReading, enteredReading.encode(reading)), originOfEntered.decode);
  }

  /** The patient's own readings of the last day, in the order in which they came. @throws SecureElementError `element-locked` */
  async readDiary(from: number): Promise<DiaryPart> {
    return read(await this.#own(mhaInstructions.readDiary, diaryFrom.encode({ from })), diaryPart.decode);
  }

  /** @param at when the button was pressed @throws SecureElementError `element-locked` */
  async callForHelp(at: Timestamp): Promise<Origin> {
    return read(await this.#own(mhaInstructions.callForHelp, callBody.encode({ at })), originOfEntered.decode);
  }

  /** In force when this returns. @throws SecureElementError `element-locked` */
  async changeConsent(consent: Consent): Promise<Origin> {
    return read(await this.#own(mhaInstructions.changeConsent, consentBody.encode(consent)), originOfEntered.decode);
  }

  async consent(): Promise<Consent> {
    return read(await this.#getData(dataObjects.consent), consentBody.decode);
  }

  /** Of a card without a toolkit to ask by; nothing where the place is not known any more. */
  async tellPlace(location: Location | undefined): Promise<void> {
    await this.#own(mhaInstructions.tellPlace, toldPlace.encode(location ? { location } : {}));
  }

  #own(ins: number, data?: Bytes): Promise<Bytes> {
    return this.#send({ cla: classes.proprietary, ins, ...(data && { data }) });
  }

  #getData(tag: number): Promise<Bytes> {
    return this.#send({ cla: classes.interindustry, ins: instructions.getData, parameters: tag });
  }

  async #putData(tag: number, data: Bytes): Promise<void> {
    await this.#send({ cla: classes.interindustry, ins: instructions.putData, parameters: tag, data });
  }

  #send(request: Parameters<typeof exchange>[2]): Promise<Bytes> {
    return this.#user.run((transmit) => exchange(transmit, this.#way, request));
  }

  #present(ins: Parameters<typeof present>[2], p1: number, fields: Bytes[]): Promise<void> {
    const cla = onChannel(classes.interindustry, this.#way.channel);
    return this.#user.run((transmit) => present(transmit, cla, ins, { p1, fields }));
  }
}

/** A card that reports without end is heard in portions. */
const mostAtOnce = 16 * mostHandedOut;
