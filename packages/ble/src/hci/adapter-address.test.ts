import { expect, test } from 'vitest';
import { adapterForms, parseAdapterAddress } from './adapter-address.ts';

test.each([
  ['h4:/run/radio.sock', { kind: 'socket', path: '/run/radio.sock' }],
  ['h4:127.0.0.1:9000', { kind: 'tcp', host: '127.0.0.1', port: 9000 }],
  ['h4:[::1]:9000', { kind: 'tcp', host: '::1', port: 9000 }],
  ['/dev/ttyACM0', { kind: 'uart', path: '/dev/ttyACM0', baud: 115_200 }],
  ['/dev/ttyAMA0@921600', { kind: 'uart', path: '/dev/ttyAMA0', baud: 921_600 }],
  ['hci1', { kind: 'user-channel', adapter: '1' }],
  ['bluez:hci0', { kind: 'bluez', adapter: 'hci0' }],
])('an adapter is named %s', (text, address) => {
  expect(parseAdapterAddress(text)).toEqual(address);
});

test('every form that a person is told of names an adapter', () => {
  const told = adapterForms.central.match(/(?:hci0|bluez:hci0|h4:[\w./:]+|\/dev\/[\w@]+)/g) ?? [];
  expect(new Set(told.map((form) => parseAdapterAddress(form.replace('port', '9000')).kind))).toEqual(
    new Set(['bluez', 'user-channel', 'socket', 'tcp', 'uart']),
  );
  expect(adapterForms.peripheral).not.toContain('bluez');
});

test.each([
  '',
  'hci',
  'hci0 ',
  'h4:',
  'h4:host',
  'h4:host:0',
  'h4:host:70000',
  'bluez:',
  'bluez:hci0/../x',
  'ttyACM0',
  '/tmp/x',
])('%j names no adapter', (text) => {
  expect(() => parseAdapterAddress(text)).toThrow(expect.objectContaining({ code: 'radio-unavailable' }));
});
