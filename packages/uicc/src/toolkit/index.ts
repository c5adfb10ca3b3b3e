// The card application toolkit (ETSI TS 102 223, and the location commands of 3GPP TS 31.111), in both directions.

export * from './address.ts';
export * from './bearer-description.ts';
export * from './command-types.ts';
export * from './data-objects.ts';
export * from './date-time-zone.ts';
export * from './decode-proactive-command.ts';
export * from './display.ts';
export * from './encode-proactive-command.ts';
export * from './envelope.ts';
export * from './events.ts';
export * from './general-results.ts';
export * from './geographical-location.ts';
export * from './network-access-name.ts';
export * from './proactive-command.ts';
export * from './tags.ts';
export * from './terminal-profile.ts';
export * from './terminal-response.ts';
export * from './text/index.ts';
export * from './toolkit-message.ts';
