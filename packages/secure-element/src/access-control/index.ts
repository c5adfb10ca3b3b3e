// Who may talk to the card's applications: GlobalPlatform Secure Element Access Control 1.1, the card's side.

export { AccessRuleCommands } from './access-rule-commands.ts';
export { AccessRuleMaster } from './access-rule-master.ts';
export { AccessRules } from './access-rules.ts';
