// For tests and benchmarks of this and other parts: a real authority in memory, a patient's element, a clinician's device,
// a hospital of the test's own, a private PostgreSQL.

export { openStore } from '../store/open-store.ts';
export { AttestedHospital, type AttestedHospitalOptions, releaseOfName } from './attested-hospital.ts';
export { formerReading } from './former-reading.ts';
export { writeHospitalFolder } from './hospital-process.ts';
export { type PrivatePostgresql, startPrivatePostgresql } from './private-postgresql.ts';
export { pulseHighAtOnce, pulseOver130, spo2LowAtOnce } from './rules-at-once.ts';
export { makeTestAuthority, type TestAuthority, type TestHospitalKeys } from './test-authority.ts';
export { type Heard, TestClinician, type TestClinicianOptions } from './test-clinician.ts';
export { TestHospital, testHospitalIdentity } from './test-hospital.ts';
export { type RecordsResult, TestPatient, type TestPatientOptions, type VitalValues } from './test-patient.ts';
export { testWrappingKeys } from './test-wrapping-keys.ts';
