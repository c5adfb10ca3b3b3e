// GlobalPlatform: what card and hospital, and card and terminal, say to each other in its formats.

export * from './access-control/index.ts';
export * from './activation-code.ts';
export * from './administration-commands.ts';
export {
  type AdministrationData,
  dataTags,
  decodeAdministrationData,
  encodeAdministrationData,
  type HospitalServer,
} from './administration-data.ts';
export * from './card-content/index.ts';
export { type CardPolicy, cardPolicyNames, decodeCardPolicy, encodeCardPolicy } from './card-policy.ts';
export { type CardReceipt, encodeCardReceipt, verifyCardReceipt } from './card-receipt.ts';
export { type CardStatus, decodeCardStatus, encodeCardStatus, type RunningMha } from './card-status.ts';
export {
  type ApplicationLifeCycle,
  applicationLifeCycle,
  type CardLifeCycle,
  cardLifeCycle,
} from './life-cycle.ts';
export * from './psk-identity.ts';
export * from './remote-administration/index.ts';
