// GlobalPlatform Card Specification Amendment B: remote administration over HTTP.

export * from './admin-headers.ts';
export * from './application-uri.ts';
export * from './command-script.ts';
export * from './response-script.ts';
