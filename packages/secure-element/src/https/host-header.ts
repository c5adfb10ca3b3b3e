// The Host header field (RFC 9110, section 7.2): the host of the address asked for, and its port unless it is that of https.

import { isIPv6 } from 'node:net';

const httpsPort = 443;

export function hostHeader({ name, port }: { readonly name: string; readonly port: number }): string {
  const host = isIPv6(name) ? `[${name}]` : name;
  return port === httpsPort ? host : `${host}:${port}`;
}
