// The public face of the paper's protocol.

export * from './acknowledgement/index.ts';
export * from './bytes.ts';
export * from './card-session/index.ts';
export * from './channel/index.ts';
export * from './cose/index.ts';
export * from './errors.ts';
export * from './handshake/index.ts';
export * from './primitives/index.ts';
export * from './sensor-code/index.ts';
export * from './step1-sensor-patient/index.ts';
export * from './step2-patient-hospital/index.ts';
export * from './step3-hospital-doctor/index.ts';
export * from './wire/index.ts';
