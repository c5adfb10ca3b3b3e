// The patient's phone, as a command and as a library.

export { enforceAccess, type OwnRelease, type ReleaseIdentity, releaseIdentity } from './access-control/index.ts';
export {
  type ActivateCardOptions,
  type Activation,
  activateCard,
  activateOpenedCard,
} from './administration/activate-card.ts';
export { beAdministered } from './administration/be-administered.ts';
export { type OpenCardOptions, type OpenedCard, openCard, parseWhichCard, type WhichCard } from './card/which-card.ts';
export { type WithCardOptions, withCard } from './card/with-card.ts';
export { patientCommand } from './command.ts';
export { PatientError, type PatientErrorCode, patientErrorCodes } from './errors.ts';
export type { DeliveryState } from './hospital/delivery-state.ts';
export { readPinFile } from './pin/enter-pin.ts';
export type { DeviceKind } from './radio/device-kind.ts';
export { type KnownSensors, knownSensors } from './radio/known-sensors.ts';
export { type RadioWatch, type RadioWatchOptions, watchRadio } from './radio/radio-watch.ts';
export { sealedSensors } from './radio/sealed-sensors.ts';
export { type StandardSensorsOptions, standardSensors } from './radio/standard-sensors.ts';
export {
  type Gateway,
  type GatewayEvents,
  type GatewayOptions,
  type GatewayStatus,
  type SaidBySensor,
  startGateway,
} from './start-gateway.ts';
export { type StatusReport, statusText } from './status-text.ts';
export { Terminal, type TerminalOptions, type TerminalState } from './terminal/terminal.ts';
