// The public face of the paper's protocol.

export * from './bytes.ts';
export * from './channel/index.ts';
export * from './errors.ts';
export * from './handshake/index.ts';
export * from './primitives/index.ts';
export * from './wire/index.ts';
