// Trying again: how long to wait, and waiting.

export { Backoff, type BackoffOptions } from './backoff.ts';
export { pause } from './pause.ts';
