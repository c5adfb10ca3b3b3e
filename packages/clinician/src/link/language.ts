// What is spoken on a step 3 channel: doctors and crews have one codec, the office has another, and both speak of the
// session in the same words.
import {
  type Bytes,
  type DoctorToHospital,
  decodeHospitalToDoctor,
  decodeHospitalToOffice,
  encodeDoctorToHospital,
  encodeOfficeToHospital,
  type HospitalToDoctor,
  type HospitalToOffice,
  type OfficeToHospital,
  type SessionToHospital,
  type Subscribe,
} from '@vitalseal/protocol';

export interface Said {
  readonly type: string;
}

export type OfEverySession = SessionToHospital | Subscribe;

export interface Language<Out extends Said, In extends Said> {
  readonly encode: (message: Out | OfEverySession) => Bytes;
  /** @throws ProtocolError */
  readonly decode: (bytes: Bytes) => In;
}

export const careLanguage: Language<DoctorToHospital, HospitalToDoctor> = {
  encode: encodeDoctorToHospital,
  decode: decodeHospitalToDoctor,
};

export const officeLanguage: Language<OfficeToHospital, HospitalToOffice> = {
  encode: encodeOfficeToHospital,
  decode: decodeHospitalToOffice,
};
