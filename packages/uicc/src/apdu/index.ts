// ISO 7816-4: command and response, the class byte, status words, and how long ones travel.

export * from './card-capabilities.ts';
export * from './class-byte.ts';
export * from './command.ts';
export * from './instructions.ts';
export * from './response.ts';
export * from './send-command.ts';
export * from './status-words.ts';
