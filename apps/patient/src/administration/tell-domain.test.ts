import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from '@vitalseal/protocol';
import { openSoftwareCard, type SoftwareCard } from '@vitalseal/secure-element/node';
import { SecurityDomainClient } from '@vitalseal/secure-element/terminal';
import type { Transmit } from '@vitalseal/uicc';
import { encodeActivationCode } from '@vitalseal/uicc/global-platform';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Terminal } from '../terminal/terminal.ts';
import { tellDomain } from './tell-domain.ts';

const loopback = { text: '127.0.0.1', address: Uint8Array.of(127, 0, 0, 1) };
const senses = { timestamp: () => ({ utcMs: Date.now(), offsetMinutes: 0 }), location: () => undefined };
let folder: string;
let card: SoftwareCard;
let terminal: Terminal;
let domain: SecurityDomainClient;
const tell = (name: string, port: number) =>
  terminal.run((transmit: Transmit) => tellDomain(transmit, { name, port, ...loopback }));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vitalseal-domain-'));
  card = await openSoftwareCard({ folder, log2Cost: 4 });
  terminal = new Terminal({ card, senses });
  await terminal.start();
  domain = new SecurityDomainClient(terminal);
});
afterEach(async () => {
  await terminal.close();
  await card.close();
  rmSync(folder, { recursive: true });
});

test('a card that nobody administers is told nothing', async () => {
  await tell('hospital.example', 8443);
  expect(await domain.standing()).toMatchObject({ server: undefined, hasAddress: false });
});

test('a card is told where its own hospital is, and of no other host that it names', async () => {
  const code = { host: 'hospital.example', port: 8443, administrationId: '0123456789abcdef', secret: randomBytes(16) };
  await domain.activate(encodeActivationCode(code));
  await tell('elsewhere.example', 8443);
  await tell('hospital.example', 22);
  expect(await domain.standing()).toMatchObject({ hasAddress: false });
  await tell('hospital.example', 8443);
  expect(await domain.standing()).toMatchObject({ hasAddress: true });
});
