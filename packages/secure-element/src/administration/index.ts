// The card's administration by the hospital: the issuer security domain, and the client of Amendment B.

export type { AdministeredApplication, Executed } from './administered-application.ts';
export { Administration, type AdministrationOptions, type AdministrationState } from './administration.ts';
export type {
  AdministrationConnection,
  AdministrationPeer,
  AdministrationPost,
  CarriedAdministration,
  ConnectAdministration,
} from './administration-carrier.ts';
export { administrationPath } from './administration-session.ts';
export { type AdministrationStanding, decodeAdministrationStanding } from './administration-standing.ts';
export { DomainApplet, type DomainAppletOptions } from './domain-applet.ts';
export { SecurityDomainClient } from './domain-client.ts';
export { DomainCommands } from './domain-commands.ts';
export { type DomainState, mhaLifeCycle } from './domain-state.ts';
export { type AdministeredElement, MhaCommands, type MhaCommandsOptions } from './mha-commands.ts';
export { pageAdministration } from './page-administration.ts';
export { ScriptRunner } from './script-runner.ts';
export { SecurityDomain, type SecurityDomainOptions } from './security-domain.ts';
export { underLifeCycle } from './under-life-cycle.ts';
