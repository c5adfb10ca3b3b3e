// The public face of the link between sensor and phone.

export * from './errors.ts';
export * from './link.ts';
export * from './link-pair.ts';
