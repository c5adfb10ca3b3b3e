// GlobalPlatform Amendment B section 3.4: what card and administration server say in the headers of HTTP.

export const administrationHeaders = {
  protocol: 'X-Admin-Protocol',
  from: 'X-Admin-From',
  scriptStatus: 'X-Admin-Script-Status',
  resume: 'X-Admin-Resume',
  nextUri: 'X-Admin-Next-URI',
  targetedApplication: 'X-Admin-Targeted-Application',
} as const;

export const administrationProtocol = 'globalplatform-remote-admin/1.0';

export const commandScriptMediaType = 'application/vnd.globalplatform.card-content-mgt;version=1.0';
export const responseScriptMediaType = 'application/vnd.globalplatform.card-content-mgt-response;version=1.0';

/** What became of the script as a whole. */
export const scriptStatuses = ['ok', 'unknown-application', 'not-a-security-domain', 'security-error'] as const;

export type ScriptStatus = (typeof scriptStatuses)[number];
