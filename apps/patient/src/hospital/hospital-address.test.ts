import { expect, test } from 'vitest';
import { addressText } from '../terminal/channels/reachable-hosts.ts';
import { hospitalName, lookUp } from './hospital-address.ts';

test('a hospital is named by https, host and port', () => {
  expect(hospitalName('https://clinic.example:8443')).toEqual({ name: 'clinic.example', port: 8443 });
  expect(hospitalName('https://clinic.example')).toEqual({ name: 'clinic.example', port: 443 });
  expect(hospitalName('https://[::1]:8443')).toEqual({ name: '::1', port: 8443 });
  for (const wrong of ['http://clinic.example', 'clinic.example:8443', '', 'https://']) {
    expect(() => hospitalName(wrong)).toThrow(expect.objectContaining({ code: 'patient-option-invalid' }));
  }
});

test('an address is found in bytes and text', async () => {
  expect(await lookUp({ name: '127.0.0.1', port: 1 })).toMatchObject({ address: Uint8Array.of(127, 0, 0, 1) });
  for (const [name, text] of [
    ['::1', '0:0:0:0:0:0:0:1'],
    ['2001:db8::5:0:7', '2001:db8:0:0:0:5:0:7'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['::ffff:10.1.2.3', '0:0:0:0:0:ffff:a01:203'],
    ['fe80::', 'fe80:0:0:0:0:0:0:0'],
  ] as const) {
    const { address } = await lookUp({ name, port: 1 });
    expect([address.length, addressText(address)]).toEqual([16, text]);
  }
});

test('a name that nobody knows is a hospital that cannot be reached', async () => {
  await expect(lookUp({ name: 'no-such-host.invalid', port: 1 })).rejects.toMatchObject({
    code: 'hospital-unreachable',
  });
});
