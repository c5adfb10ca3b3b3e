// The card's operating layer: applets, their sessions, and the toolkit behind one `transmit`.

export type { CommandApdu, ResponseApdu } from '@vitalseal/uicc';
export type { Applet, AppletSession } from './applet.ts';
export type { CardholderVerification } from './cardholder-verification.ts';
export { PinCommands } from './pin/pin-commands.ts';
export { PinVault, type PinVaultOptions, type Presented } from './pin/pin-vault.ts';
export { isPin, isPuk } from './pin/reference-data.ts';
export { RefusedCommand } from './refused-command.ts';
export type { ToolkitInstruction, ToolkitPort } from './toolkit-port.ts';
export type { TransmissionProtocol } from './transmission.ts';
export { VirtualCard, type VirtualCardOptions } from './virtual-card.ts';
