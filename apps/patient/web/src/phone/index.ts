// The phone behind the screens.

export { openPhone } from './open-phone.ts';
export { PhoneError } from './phone-error.ts';
export type * from './phone-state.ts';
