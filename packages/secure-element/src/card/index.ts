// The card's operating layer: applets, their sessions, and the toolkit behind one `transmit`.

export type { CommandApdu, ResponseApdu } from './apdu.ts';
export type { Applet, AppletSession } from './applet.ts';
export type { ToolkitInstruction, ToolkitPort } from './toolkit-port.ts';
