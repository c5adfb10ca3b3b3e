import { expect, test } from 'vitest';
import { hostHeader } from './host-header.ts';

test.each([
  ['a name', 'hospital.example', 8443, 'hospital.example:8443'],
  ['an address of IPv4', '192.0.2.7', 8443, '192.0.2.7:8443'],
  ['an address of IPv6 stands in brackets', '2001:db8::7', 8443, '[2001:db8::7]:8443'],
  ['the port of https needs not be said', '2001:db8::7', 443, '[2001:db8::7]'],
])('%s', (_, name, port, host) => {
  expect(hostHeader({ name, port })).toBe(host);
});
