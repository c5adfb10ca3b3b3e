export { type AlarmNotice, decodeAlarmNotice, encodeAlarmNotice } from './alarm-notice.ts';
export {
  type AlarmPriority,
  type AlarmState,
  type AlarmSummary,
  alarmPriorities,
  alarmStates,
  type Deed,
  type News2Parts,
  type News2Summary,
} from './clinical-summary.ts';
export { type DispatchState, dispatchStates } from './dispatch.ts';
export {
  type Acknowledge,
  type DispatchStateChange,
  type DoctorToHospital,
  decodeDoctorToHospital,
  encodeDoctorToHospital,
  type HistoryRequest,
  type Receipt,
  type Subscribe,
} from './doctor-to-hospital.ts';
export {
  alarmContext,
  envelopeSigner,
  type Opening,
  openForRecipient,
  type Recipient,
  type Sealing,
  sealForRecipients,
} from './envelope.ts';
export {
  type AlarmEnvelope,
  type AlarmStateChange,
  type Complete,
  type Dispatch,
  decodeHospitalToDoctor,
  encodeHospitalToDoctor,
  type History,
  type HospitalToDoctor,
  type LastValue,
  type LiveReading,
  type Past,
  type PatientSummary,
  type Result,
  type Welcome,
} from './hospital-to-doctor.ts';
