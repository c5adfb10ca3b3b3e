// The public face of the clinician's device: enrolment, the link, and what is known. Runs in Node and in a page.
export type { Clinician, ClinicianCounts, ClinicianOptions, OpenedAlarm } from './clinician.ts';
export type { DeviceCredential, KeyCustody } from './custody/key-custody.ts';
export { memoryCustody } from './custody/memory-custody.ts';
export { type SignInOptions, type SignInStep, signIn } from './enrolment/sign-in.ts';
export { ClinicianError, type ClinicianErrorCode, clinicianErrorCodes, codeOf, reasonOf } from './errors.ts';
export { type Backoff, usualBackoff, waitBefore } from './link/backoff.ts';
export type { HospitalRelease } from './link/hospital-release.ts';
export type { Fetch } from './link/transport.ts';
export type { Office, OfficeAnswer } from './office/office.ts';
export type { OfficeState } from './office/office-state.ts';
export { type OfficeOptions, startOffice } from './office/start-office.ts';
export type { Passkeys } from './passkey/passkeys.ts';
export type { Session } from './session/session.ts';
export type { SessionState } from './session/session-state.ts';
export { isInvitation, type PasskeyInvitation, parseInvitation } from './sign-in/invitation.ts';
export { invitedPerson, type RegistrationOptions, registerPasskey } from './sign-in/register-passkey.ts';
export { type Person, type SignInOffer, signInOffer } from './sign-in/sign-in-desk.ts';
export { type PasskeySignInOptions, signInWithPasskey } from './sign-in/sign-in-with-passkey.ts';
export { startClinician } from './start-clinician.ts';
export { alarmsByUrgency, highestPriority, patientsByAcuity } from './ward/acuity.ts';
export { ageInWords } from './ward/age.ts';
export { hospitalTime } from './ward/hospital-clock.ts';
export {
  type Band,
  bandsOf,
  isOnOxygen,
  pointsOf,
  pointsOfCell,
  type ScoredVital,
  scoredVitals,
} from './ward/news2-chart.ts';
export { type OtherValue, otherValueInWords, otherValueName } from './ward/other-values.ts';
export { type Columns, type Sample, Series, usualInterval } from './ward/series.ts';
export { timeInWords, timeWithSeconds, type VitalName, valueInWords, vitalNames } from './ward/vital-names.ts';
export {
  type Alarm,
  type Dispatch,
  isOpen,
  type Link,
  needsSomeone,
  type Patient,
  type Ward,
} from './ward/ward.ts';
