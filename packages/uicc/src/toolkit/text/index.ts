// Texts in objects of the toolkit.

export * from './alpha-identifier.ts';
export * from './text-string.ts';
