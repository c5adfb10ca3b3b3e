// The phone's end of the patient's card: the MHA's commands as a client sends them.

export type { AdministrationState } from './administration/administration.ts';
export type { AdministrationStanding } from './administration/administration-standing.ts';
export { SecurityDomainClient } from './administration/domain-client.ts';
export { CommandQueue } from './command-queue.ts';
export type { Consent } from './consent/consent.ts';
export type { DeliveryReport, DeliveryState } from './delivery/delivery-report.ts';
export type { HospitalRelease, HospitalReleasePolicy } from './hospital-hop/hospital-release.ts';
export type { PutBack } from './hospital-hop/put-back.ts';
export type { CertificateSet } from './mha/bodies/certificates.ts';
export type { HospitalAddress } from './mha/bodies/hospital-address.ts';
export type { PageAnswer, PageRequest } from './mha/bodies/page-request.ts';
export { type CardUser, exclusively } from './mha/client/card-user.ts';
export { MhaClient } from './mha/client/mha-client.ts';
export { PinRefused } from './mha/client/pin-presentation.ts';
export { type PinStanding, pinStanding } from './mha/client/pin-standing.ts';
export type { LostReports, Report } from './mha/reports/report.ts';
export type { DiaryPart, DiaryReading } from './patient/read-diary.ts';
