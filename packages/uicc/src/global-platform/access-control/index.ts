// GlobalPlatform Secure Element Access Control 1.1: rules that say which application of the device may talk to which
// application of the card, and with which commands.

export * from './access-rule.ts';
export * from './access-rule-responses.ts';
export * from './find-access.ts';
export * from './store-access-rules.ts';
