import type { Identity } from '@vitalseal/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { hospitalCommand } from '../../hospital-command.ts';
import { PasskeyHospital, TestPerson } from '../../testing/passkey-hospital.ts';

const house: Identity = { role: 'doctor', id: 'house' };
const cuddy: Identity = { role: 'administrator', id: 'cuddy' };

let hospital: PasskeyHospital;
let text = '';
beforeAll(async () => {
  hospital = await PasskeyHospital.start();
  await hospital.admit('p1');
});
afterAll(() => hospital.remove());
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function run(name: string, ...rest: readonly string[]): Promise<string> {
  text = '';
  const command = hospitalCommand();
  const quiet = (each: typeof command): void => {
    each.exitOverride().configureOutput({ writeErr: () => undefined });
    for (const inner of each.commands) quiet(inner);
  };
  quiet(command);
  await command.parseAsync([name, '--data', hospital.dataDir, ...rest], { from: 'user' });
  return text;
}

function tokenOf(link: string): string {
  const [, token = ''] = /#invite=([A-Za-z0-9_-]{43})&root=[0-9a-f]{64}\s*$/.exec(link) ?? [];
  return token;
}

test('the first administrator is invited on the command line, and signs in', async () => {
  const link = await run('invite', '--administrator', 'cuddy', '--name', 'Lisa Cuddy', '--link-only');
  expect(link.startsWith(`${hospital.origin}/office/`)).toBe(true);
  const person = new TestPerson(hospital, cuddy);
  expect((await person.registerPasskey(tokenOf(link))).status).toBe(201);
  const office = await person.listening();
  expect(await office.askFor({ type: 'people' })).toMatchObject({ people: [{ person: cuddy, name: 'Lisa Cuddy' }] });
});

test('from invitation to removal, as a person at the hospital runs it', async () => {
  expect(await run('invite', '--doctor', 'house', '--url', 'https://hospital.example')).toMatch(
    /▄[\s\S]*\/doctor\/#invite=/,
  );
  const link = await run('invite', '--doctor', 'house', '--link-only');
  const person = new TestPerson(hospital, house);
  await person.registerPasskey(tokenOf(link));
  const device = await person.listening();
  const sessions = JSON.parse(await run('sessions', '--json')) as { session: string; person: string }[];
  const own = sessions.find(({ session }) => session === device.session);
  expect(own).toMatchObject({ person: 'urn:vitalseal:doctor:house', method: 'passkey', locked: false });
  expect(await run('people')).toMatch(
    /urn:vitalseal:doctor:house {2}house {2}on call, tier 1, 1 session\n {2}passkey /,
  );

  expect(await run('care-team', '--patient', 'p1', '--doctor', 'house')).toBe('urn:vitalseal:doctor:house\n');
  const from = device.heard.length;
  await run('invite', '--doctor', 'house', '--off-call', '--no-link');
  await device.until(({ message }) => message.type === 'complete', { from });
  expect(device.heard.slice(from).some(({ message }) => message.type === 'patient')).toBe(true);

  expect(await run('revoke', '--session', device.session)).toBe('1 session ended.\n');
  await device.until(({ message }) => message.type === 'session-ended' && message.reason === 'revoked');
  const again = await person.listening();
  await run('remove', '--doctor', 'house', '--yes');
  await again.until(({ message }) => message.type === 'session-ended' && message.reason === 'removed');
  expect(await run('people')).not.toContain('doctor:house');
  expect(await run('care-team', '--patient', 'p1')).toBe('Nobody is on the care team.\n');
});

test('whom an administrator shut out is invited again by a link with an activation code, too', async () => {
  const { invitations } = hospital.store;
  await run('invite', '--doctor', 'foreman', '--no-link');
  expect(await invitations.lastInvitedAt('urn:vitalseal:doctor:foreman')).toBeUndefined();
  const link = await run('invite', '--doctor', 'foreman', '--code', 'AAAAA-BBBBB-CCCCC-DDDDD', '--link-only');
  expect(link).not.toContain('#invite=');
  expect(await invitations.lastInvitedAt('urn:vitalseal:doctor:foreman')).toBeGreaterThan(0);
});

test('a mistake is one code', async () => {
  const mistakes: [string[], string][] = [
    [['invite'], 'invalid-option'],
    [['invite', '--doctor', 'a', '--auditor', 'b'], 'invalid-option'],
    [['invite', '--doctor', 'house'], 'identity-retired'],
    [['invite', '--doctor', 'a b'], 'commander.invalidArgument'],
    [['invite', '--doctor', 'wilson', '--url', 'nowhere'], 'invalid-option'],
    [['revoke', '--session', 'none'], 'unknown-session'],
    [['revoke', '--passkey', 'none'], 'unknown-passkey'],
    [['revoke', '--doctor', 'nobody'], 'unknown-person'],
    [['revoke'], 'invalid-option'],
    [['remove', '--doctor', 'wilson'], 'invalid-option'],
    [['care-team', '--patient', 'nobody'], 'unknown-patient'],
    [['care-team', '--patient', 'p1', '--doctor', 'nobody'], 'unknown-person'],
    [['care-team', '--patient', 'p1', '--doctor', 'wilson', '--nobody'], 'invalid-option'],
  ];
  for (const [args, code] of mistakes) {
    const [name = '', ...rest] = args;
    await expect.soft(run(name, ...rest)).rejects.toMatchObject({ code });
  }
});
