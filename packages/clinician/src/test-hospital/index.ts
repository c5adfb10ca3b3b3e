// For the tests of the pages: a hospital of the protocol's own parts that says what a test wants said.
export {
  alarmNotice,
  liveReading,
  locked,
  measurementsOf,
  patientSummary,
  readingAt,
  sessionNews,
  type VitalValues,
} from './messages.ts';
export { contentSecurityPolicy } from './serve-pages.ts';
export {
  hospitalIdentity,
  type OfficeReply,
  TestHospital,
  type TestHospitalOptions,
  welcome,
} from './test-hospital.ts';
