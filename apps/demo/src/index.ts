// The whole system on one machine.

export { demoCommand } from './demo-command.ts';
export { DemoError, type DemoErrorCode, demoErrorCodes } from './errors.ts';
export type { Report } from './report/report.ts';
export { freePorts } from './world/free-ports.ts';
