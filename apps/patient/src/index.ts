// The patient's phone, as a command and as a library.

export { enforceAccess, type OwnRelease, type ReleaseIdentity, releaseIdentity } from './access-control/index.ts';
export { patientCommand } from './command.ts';
export { enrolPatient, openElement, openEnrolledElement } from './element/data-folder.ts';
export { PatientError, type PatientErrorCode, patientErrorCodes } from './errors.ts';
export type { DeliveryState } from './hospital/delivery.ts';
export {
  type Gateway,
  type GatewayEvents,
  type GatewayOptions,
  type GatewayStatus,
  startGateway,
} from './start-gateway.ts';
export { type StatusReport, statusText } from './status-text.ts';
export { Terminal, type TerminalOptions } from './terminal/terminal.ts';
