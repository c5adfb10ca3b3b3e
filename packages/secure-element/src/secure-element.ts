// The patient's MHA. Commands take bytes and plain values and return bytes and plain values, one at a time, as APDUs
// will: what stands in front of it (a process, a Worker, a card reader) carries, and understands nothing.

import { CertificateError, type ValidAttestation } from '@vitalseal/certifying-authority';
import {
  type Bytes,
  equalBytes,
  formatIdentity,
  type Identity,
  noBytes,
  type Origin,
  ProtocolError,
  sameIdentity,
  type Timestamp,
} from '@vitalseal/protocol';
import { CommandQueue } from './command-queue.ts';
import type { Consent } from './consent/consent.ts';
import { type ElementState, loadElementState } from './element-state.ts';
import { SecureElementError } from './errors.ts';
import {
  continueHospitalHandshake,
  finishHospitalHandshake,
  startHospitalHandshake,
} from './hospital-hop/hospital-handshake.ts';
import { askRelease, type HospitalRelease, judgeHospitalRelease } from './hospital-hop/hospital-release.ts';
import { type Batch, type BatchRequest, sealBatch } from './hospital-hop/seal-batch.ts';
import { type Delivery, takeHospitalAnswer } from './hospital-hop/take-answer.ts';
import { type Display, type Duty, display, duty } from './patient/display.ts';
import { type EnteredReading, enterReading, type StandardReading } from './patient/enter-reading.ts';
import { type DiaryPart, readDiary } from './patient/read-diary.ts';
import { callForHelp, changeConsent } from './patient/say-to-hospital.ts';
import { bondedSensors, saveBonds } from './personalisation/bonds.ts';
import { installCertificates } from './personalisation/certificates.ts';
import { changeSensorCodes, forgetSensor } from './personalisation/change-sensor-codes.ts';
import { installRevocationList } from './personalisation/install-revocation-list.ts';
import { judgeRelease } from './personalisation/judge-release.ts';
import { type LinkCredential, linkCredential } from './personalisation/link-credential.ts';
import { makeOwnKey } from './personalisation/own-key.ts';
import { forgetRevocations } from './personalisation/revocations.ts';
import { withCode } from './personalisation/sensor-codes.ts';
import { type Renewal, signRenewal } from './personalisation/sign-renewal.ts';
import { expectPersonalised } from './personalisation/trust.ts';
import { answerSensorHandshake } from './sensor-hop/sensor-handshake.ts';
import { takeSensorRecords } from './sensor-hop/take-records.ts';
import { defaultSettings, type ElementSettings } from './settings.ts';
import type { ElementStorage } from './storage/element-storage.ts';
import { sealedStorage } from './storage/sealed-storage.ts';
import { Transaction } from './storage/transaction.ts';

export interface SecureElementOptions {
  /** Unsealed: the element seals what it puts there. */
  readonly storage: ElementStorage;
  /** 32 bytes that stay with the device. */
  readonly localKey: Bytes;
  readonly settings?: Partial<ElementSettings>;
}

export class SecureElement {
  readonly #storage: ElementStorage;
  #settings: ElementSettings;
  readonly #queue = new CommandQueue();
  #state: ElementState | undefined;
  #unlocked = false;

  private constructor(storage: ElementStorage, settings: ElementSettings) {
    this.#storage = storage;
    this.#settings = settings;
  }

  /** @throws SecureElementError with a `storage-` code */
  static async open({ storage, localKey, settings }: SecureElementOptions): Promise<SecureElement> {
    const element = new SecureElement(await sealedStorage(storage, localKey), { ...defaultSettings, ...settings });
    await element.#run(async () => {});
    return element;
  }

  // Personalisation

  /** @returns a certification request (PKCS #10, DER), the same one when asked again */
  generateKey(identity: Identity): Promise<Bytes> {
    return this.#run(async (state) => {
      formatIdentity(identity);
      if (identity.role !== 'patient') {
        throw new SecureElementError('certificate-mismatch', 'expected the identity of a patient');
      }
      if (state.ownKey) {
        if (sameIdentity(state.ownKey.identity, identity)) return state.ownKey.request;
        throw new SecureElementError('element-already-personalised', 'expected an element without a key');
      }
      const transaction = new Transaction();
      const own = await makeOwnKey(transaction, identity);
      await transaction.commit(state.storage);
      state.ownKey = own;
      return own.request;
    });
  }

  /**
   * @param options.chain DER, leaf first, without the root
   * @param options.anchors roots, DER; once there are some, the same ones
   */
  installCertificates(options: {
    readonly chain: readonly Bytes[];
    readonly anchors: readonly Bytes[];
    readonly at: number;
  }): Promise<void> {
    return this.#run(async (state) => {
      if (!state.ownKey) {
        throw new SecureElementError('element-not-personalised', 'expected an element that has its key');
      }
      const transaction = new Transaction();
      const before = { own: state.ownKey, known: state.certificates };
      const certificates = await installCertificates(transaction, before, options);
      const sameIssuer = equalBytes(certificates.chain[1] ?? noBytes, state.certificates?.chain[1] ?? noBytes);
      if (!sameIssuer) forgetRevocations(transaction);
      await transaction.commit(state.storage);
      state.certificates = certificates;
      if (!sameIssuer) state.revocations = undefined;
    });
  }

  /**
   * Whom the element talks to. The channels of a sensor that is bonded no more end at once. Without a hospital the first
   * certified one is kept.
   */
  bond({ sensors, hospital }: { readonly sensors: readonly Identity[]; readonly hospital?: Identity }): Promise<void> {
    return this.#run(async (state) => {
      const bonds = { sensors, hospital: hospital ?? state.bonds.hospital };
      const transaction = new Transaction();
      saveBonds(transaction, bonds);
      const bonded = bondedSensors({ ...state, bonds });
      for (const sensor of state.bonds.sensors) {
        if (!bonded.some((other) => sameIdentity(other, sensor))) state.sensorChannels.removeOf(transaction, sensor);
      }
      await transaction.commit(state.storage);
      state.bonds = bonds;
    });
  }

  /** The patient gives the code on a sensor: the sensor that holds it is bonded when it comes. @param key 32 bytes */
  bondWithCode(key: Bytes): Promise<void> {
    return this.#run((state) => changeSensorCodes(state, (codes) => withCode(codes, key)));
  }

  /** Of sensors that have not come yet. */
  forgetCodes(): Promise<void> {
    return this.#run((state) => changeSensorCodes(state, (codes) => ({ ...codes, waiting: [] })));
  }

  /** One that was bonded by its code: its channels end at once. */
  forgetSensor(sensor: Identity): Promise<void> {
    return this.#run((state) => forgetSensor(state, sensor));
  }

  /**
   * The authority's revocation list, as the phone brought it. Channels with whoever is on it end at once.
   * @throws CertificateError for a list that is not the authority's, or older than the one that is here
   */
  installRevocationList(der: Bytes): Promise<void> {
    return this.#run((state) => installRevocationList(state, der));
  }

  /** Certificates are public: the phone pins its TLS by the anchors, and asks for the list of the issuing authority. */
  certificates(): Promise<{ readonly chain: readonly Bytes[]; readonly anchors: readonly Bytes[] }> {
    return this.#run(async (state) => {
      const { chain, anchors } = expectPersonalised(state).certificates;
      return { chain, anchors };
    });
  }

  /**
   * What the phone needs to ask for a new certificate before the old one runs out: the request, and the element's word
   * for it, which is good for this request and nothing else.
   */
  signRenewal(): Promise<Renewal> {
    return this.#run((state) => signRenewal(expectPersonalised(state)));
  }

  /** Whether the authority vouches for a release. @param at UTC ms @throws CertificateError */
  judgeRelease(attestation: Bytes, at: number): Promise<ValidAttestation> {
    return this.#run((state) => judgeRelease(state, attestation, at));
  }

  /** For TLS inside the card: no APDU leads here. */
  linkCredential(): Promise<LinkCredential> {
    return this.#run((state) => linkCredential(state));
  }

  /** DER, for the phone to go on from. */
  revocationList(): Promise<Bytes | undefined> {
    return this.#run(async (state) => state.revocations?.der);
  }

  // Step 1

  /** @param body message_1 or message_3 with its prefix @returns message_2 or message_4 */
  answerSensorHandshake(body: Bytes, at: number): Promise<Bytes> {
    return this.#run((state) => answerSensorHandshake(state, body, at));
  }

  /** @returns a `SensorAnswer`, only after what it acknowledges is durable */
  takeSensorRecords(records: readonly Bytes[], at: Timestamp): Promise<Bytes> {
    return this.#run((state) => takeSensorRecords(state, records, at));
  }

  /**
   * What a sensor measured that does not seal. The patient need not be here, as for any sensor; whoever reads it later is
   * told that it came open. @throws SecureElementError `measurement-missing`, `outbox-full`
   */
  takeStandardReading(reading: StandardReading, at: number): Promise<Origin> {
    return this.#run((state) => enterReading(state, reading, at, reading.unsealed));
  }

  // Step 2

  /** @returns message_1 with its prefix */
  startHospitalHandshake(at: number): Promise<Bytes> {
    return this.#run((state) => startHospitalHandshake(state, at));
  }

  /** @returns message_3 with its prefix */
  continueHospitalHandshake(message2: Bytes): Promise<Bytes> {
    return this.#run((state) => continueHospitalHandshake(state, message2));
  }

  finishHospitalHandshake(message4: Bytes, at: number): Promise<void> {
    return this.#run((state) => finishHospitalHandshake(state, message4, at));
  }

  /** @returns what to ask the hospital about its release, or undefined where there is nothing to ask now */
  askRelease(at: number): Promise<Bytes | undefined> {
    return this.#run(async (state) => askRelease(state, at));
  }

  /** @param evidence as the hospital sent it, or the code of why it sent none */
  judgeHospitalRelease(evidence: Bytes | string, at: number): Promise<HospitalRelease> {
    return this.#run((state) => judgeHospitalRelease(state, evidence, at));
  }

  /** @returns undefined when nothing waits @throws SecureElementError `handshake-needed`, `hospital-unproved` */
  sealBatch(request: BatchRequest): Promise<Batch | undefined> {
    return this.#run((state) => sealBatch(state, request));
  }

  /** @param patientTime by the clock of T_P, to be compared with the hospital's; what is sealed later says the drift */
  takeHospitalAnswer(answer: Bytes, at: number, patientTime?: number): Promise<Delivery> {
    return this.#run((state) => takeHospitalAnswer(state, answer, at, patientTime));
  }

  /** Puts back in the queue what the hospital had refused. @returns how many */
  retryRefused(): Promise<number> {
    return this.#run(async (state) => {
      const transaction = new Transaction();
      const readings = await state.outbox.unshelve(transaction);
      await transaction.commit(state.storage);
      return readings;
    });
  }

  /** From the next command on. What is sealed and not confirmed is sealed again. */
  useSettings(settings: Partial<ElementSettings>): Promise<void> {
    return this.#queue.run(async () => {
      this.#settings = { ...defaultSettings, ...settings };
      this.#state = undefined;
    });
  }

  // The patient and the phone

  /** What the phone has to do; no more than that is told while the element is locked. */
  duty(at: number): Promise<Duty> {
    return this.#run(async (state) => duty(state, at));
  }

  /** The patient is here. The PIN that proves it comes in front of this command. */
  unlock(): void {
    this.#unlocked = true;
  }

  lock(): void {
    this.#unlocked = false;
  }

  /** @throws SecureElementError `element-locked` */
  display(): Promise<Display> {
    return this.#run((state) => {
      this.#expectUnlocked();
      return display(state);
    });
  }

  /** @throws SecureElementError `element-locked`, `measurement-missing`, `outbox-full` */
  enterReading(reading: EnteredReading, at: number): Promise<Origin> {
    return this.#run((state) => {
      this.#expectUnlocked();
      return enterReading(state, reading, at);
    });
  }

  /** Ahead of all that waits. @throws SecureElementError `element-locked`, `outbox-full` */
  callForHelp(at: Timestamp): Promise<Origin> {
    return this.#run((state) => {
      this.#expectUnlocked();
      return callForHelp(state, at);
    });
  }

  /** The hospital is told of it. @throws SecureElementError `element-locked`, `outbox-full` */
  changeConsent(consent: Consent, at: Timestamp): Promise<Origin> {
    return this.#run((state) => {
      this.#expectUnlocked();
      return changeConsent(state, consent, at);
    });
  }

  /** What the patient shares: no secret of the patient's. */
  consent(): Promise<Consent> {
    return this.#run(async (state) => state.consent);
  }

  /** The patient's own readings, as far as they are kept. @throws SecureElementError `element-locked` */
  readDiary(from: number): Promise<DiaryPart> {
    return this.#run((state) => {
      this.#expectUnlocked();
      return readDiary(state, from);
    });
  }

  /** After the command that runs; later ones fail. */
  close(): Promise<void> {
    return this.#queue.run(async () => {
      this.#state = undefined;
      await this.#storage.close();
    });
  }

  #expectUnlocked(): void {
    if (!this.#unlocked) throw new SecureElementError('element-locked', 'expected the patient to unlock the element');
  }

  #run<T>(command: (state: ElementState) => Promise<T>): Promise<T> {
    return this.#queue.run(async () => {
      this.#state ??= await loadElementState(this.#storage, this.#settings);
      try {
        return await command(this.#state);
      } catch (error) {
        // Whether a failed commit has happened is not known: what is in memory may be wrong, the store never is.
        if (!isRefusal(error)) this.#state = undefined;
        throw error;
      }
    });
  }
}

/** A refusal was decided before any commit; all but those of the store itself. */
function isRefusal(error: unknown): boolean {
  if (error instanceof SecureElementError) return !error.code.startsWith('storage-');
  return error instanceof ProtocolError || error instanceof CertificateError;
}
