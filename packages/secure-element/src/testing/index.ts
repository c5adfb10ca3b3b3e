// For tests here and in the patient's app: real protocol, real certificates, stores in memory.

export * from './card-in-service.ts';
export * from './card-with-rules.ts';
export * from './certified-world.ts';
export * from './element-in-service.ts';
export * from './hospital-server.ts';
export * from './initiating-sensor.ts';
export * from './responding-hospital.ts';
export * from './secrets-of-card.ts';
export * from './test-terminal.ts';
export * from './torn-storage.ts';
