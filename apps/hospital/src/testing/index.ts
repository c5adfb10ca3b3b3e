// For tests and benchmarks of this and other parts: a real authority in memory, a patient's element, a private PostgreSQL.

export { type PrivatePostgresql, startPrivatePostgresql } from './private-postgresql.ts';
export { makeTestAuthority, type TestAuthority } from './test-authority.ts';
export { type RecordsResult, TestPatient, type TestPatientOptions, type VitalValues } from './test-patient.ts';
