// The hospital: takes in step 2, stores, scores, raises and sends step 3.

export { proveRelease, type VouchingAuthority } from './attestation/prove-release.ts';
export { checkStore, type StoreFinding, type StoreVerdict } from './audit/check-store.ts';
export { exportLog } from './audit/export-log.ts';
export { LogKeeper } from './audit/log-keeper.ts';
export { type ReadingReceipts, receiptsOf } from './audit/receipts.ts';
export { appLink } from './card-administration/app-link.ts';
export { type CardInvitation, type InvitedCard, inviteCard } from './card-administration/invite-card.ts';
export { type Order, type Ordered, orderScript } from './card-administration/order-script.ts';
export type { Stage } from './card-administration/personalisation.ts';
export { auditCommand } from './commands/audit/verify-command.ts';
export { rosterChanged } from './commands/with-store.ts';
export { HospitalError, type HospitalErrorCode, hospitalErrorCodes } from './errors.ts';
export { type Hospital, type HospitalOptions, startHospital } from './hospital.ts';
export { hospitalCommand } from './hospital-command.ts';
export { type EnrolHospitalOptions, enrolHospital } from './keys/enrol-hospital.ts';
export type { HospitalKeys } from './keys/hospital-keys.ts';
export type { KeyPlace } from './keys/key-place.ts';
export type { KeyStore, SigningKey, WrappingKey } from './keys/key-store.ts';
export { forgetKeys, openKeyStore } from './keys/open-key-store.ts';
export { readHospitalKeys } from './keys/read-hospital-keys.ts';
export { SoftwareKeyStore } from './keys/software/software-key-store.ts';
export type { SoftwareSecrets } from './keys/software/software-secrets.ts';
export { registerPerson } from './people/person-register.ts';
export type { Counts } from './store/counts.ts';
export { type HospitalStoreOptions, openHospitalStore } from './store/open-hospital-store.ts';
export type { Store } from './store/open-store.ts';
export { triageCommand } from './triage/triage-command.ts';
