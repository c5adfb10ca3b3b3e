// What `npm test` needs from Debian, installed where it is missing: tests run against the real browser and database.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { say } from './say.ts';

interface Need {
  readonly debianPackage: string;
  readonly present: () => boolean;
}

const onPath = (command: string) => () => spawnSync('which', [command]).status === 0;

const needs: readonly Need[] = [
  { debianPackage: 'chromium', present: () => existsSync('/usr/bin/chromium') },
  {
    debianPackage: 'postgresql',
    present: () => existsSync('/usr/lib/postgresql') && readdirSync('/usr/lib/postgresql').length > 0,
  },
  { debianPackage: 'openssl', present: onPath('openssl') },
  // The PC/SC stack, with a virtual reader, and a terminal for it that is not ours. Tests start a daemon of their own.
  { debianPackage: 'pcscd', present: () => existsSync('/usr/sbin/pcscd') },
  { debianPackage: 'vsmartcard-vpcd', present: () => existsSync('/usr/lib/pcsc/drivers/serial/libifdvpcd.so') },
  { debianPackage: 'opensc', present: onPath('opensc-tool') },
  // A TPM in software, and tools for it that are not ours. Each test that needs a TPM starts one of its own.
  { debianPackage: 'swtpm', present: onPath('swtpm') },
  { debianPackage: 'tpm2-tools', present: onPath('tpm2') },
  // Bluetooth controllers in software, a small compiler for what is loaded into them, and a bus for Chromium's Bluetooth.
  { debianPackage: 'bluez-test-tools', present: onPath('btvirt') },
  { debianPackage: 'tcc', present: onPath('tcc') },
  { debianPackage: 'dbus-daemon', present: onPath('dbus-daemon') },
];

export function installDebianPackages(): void {
  const missing = needs.filter((need) => !need.present()).map((need) => need.debianPackage);
  if (missing.length === 0) return;
  say(`installing from Debian: ${missing.join(' ')}`);
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo'];
  const apt = (...args: string[]) => {
    const [command = 'apt-get', ...rest] = [...asRoot, 'apt-get', ...args];
    const { status } = spawnSync(command, rest, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    return status === 0;
  };
  if (!apt('update') || !apt('install', '--yes', '--no-install-recommends', ...missing)) {
    throw new Error(`could not install ${missing.join(' ')} with apt-get: install them by hand and run again`);
  }
}
