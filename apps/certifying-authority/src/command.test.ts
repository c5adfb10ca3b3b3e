import { type ChildProcess, execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  Authority,
  createRequest,
  decodePem,
  type EstClient,
  enrol,
  fingerprint,
  generateKeyPair,
  parseActivationLink,
  parseAttestation,
} from '@vitalseal/certifying-authority';
import { connectEst, writeManifest } from '@vitalseal/certifying-authority/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ca, caJson, firstLine, newFolder, start } from './cli.fixture.ts';
import { certifyingAuthorityCommand } from './command.ts';
import { openFileStore } from './store/file-store.ts';

const run = promisify(execFile);

describe('vitalseal ca', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let data: string;
  beforeEach(async () => {
    folder = await newFolder();
    data = join(folder.path, 'authority');
  });
  afterEach(() => folder.remove());

  it('explains itself and each of its commands', async () => {
    const { status, stdout } = await ca('--help');
    expect(status).toBe(0);
    const { commands } = certifyingAuthorityCommand();
    expect(commands.map((command) => command.name())).toEqual([
      'init',
      'serve',
      'invite',
      'revoke',
      'list',
      'crl',
      'attest',
      'approve-tpm',
    ]);
    for (const command of commands) {
      expect(stdout).toContain(`  ${command.name()} `);
      expect(command.helpInformation()).toContain('--data <folder>');
    }
  });

  it('init makes an authority once, with the root to give away', async () => {
    const { stdout } = await ca('init', '--data', data, '--name', 'St Anne');
    const [root] = decodePem('CERTIFICATE', await readFile(join(data, 'root.pem'), 'utf8'));
    if (root === undefined) throw new Error('expected a root');
    expect(stdout).toContain(await fingerprint(root));
    const again = await ca('init', '--data', data);
    expect([again.status, again.stderr]).toEqual([2, expect.stringContaining('(authority-exists)')]);
  });

  it('init says so where no folder can be made', async () => {
    const { status, stderr } = await ca('init', '--data', '/proc/vitalseal/authority');
    expect([status, stderr]).toEqual([2, expect.stringContaining('(data-unusable)')]);
  });

  it('invite prints code, link and, if asked, a QR code', async () => {
    const { rootFingerprint } = await caJson('init', '--data', data);
    const args = ['invite', '--data', data, '--role', 'doctor', '--id', 'd-4'];
    const { stdout } = await ca(...args, '--valid', '30m', '--url', 'https://clinic.example/doctor/', '--qr');
    const link = parseActivationLink(/https:\S+/.exec(stdout)?.[0] ?? '');
    expect(link).toMatchObject({
      url: 'https://clinic.example/doctor/',
      identity: { role: 'doctor', id: 'd-4' },
      rootFingerprint,
    });
    expect(stdout).toContain('▄');
    expect((await ca(...args)).stdout).not.toContain('▄');
    const json = await caJson(...args);
    expect(Object.keys(json).toSorted()).toEqual(['code', 'expiresAt', 'identity', 'link', 'rootFingerprint']);
  });

  it('attests a release and an image, and a version only once', async () => {
    await ca('init', '--data', data);
    const release = join(folder.path, 'release');
    await mkdir(join(release, 'packages', 'a', 'src'), { recursive: true });
    const source = join(release, 'packages', 'a', 'src', 'a.ts');
    await writeFile(join(release, 'package.json'), '{"name":"vitalseal","version":"1.2.3"}');
    await writeFile(source, 'export {};');
    const out = join(folder.path, 'release.attestation');
    const attest = ['attest', '--data', data, '--release', release, '--out', out];
    const first = await caJson(...attest);
    expect(parseAttestation(new Uint8Array(await readFile(out)))).toMatchObject({ serial: first.serial });
    expect(await caJson(...attest)).toEqual(first);
    expect((await ca('list', '--data', data)).stdout).toMatch(/valid +release vitalseal 1\.2\.3 /);
    await writeFile(source, 'export { evil };');
    expect((await ca(...attest)).stderr).toContain('(release-attested)');
    const image = ['attest', '--data', data, '--image', source, '--image-version', '2.0.0', '--out', out];
    expect(await caJson(...image)).toMatchObject({ name: 'vitalseal-mha', signerHash: first.signerHash });
    await ca('revoke', '--data', data, '--serial', String(first.serial));
    expect((await ca('list', '--data', data)).stdout).toMatch(/revoked +release vitalseal 1\.2\.3 /);
  });

  it('attests a built page as it lies there, and none that was changed after its build', async () => {
    await ca('init', '--data', data);
    const page = join(folder.path, 'page');
    await mkdir(page);
    await writeFile(join(page, 'index.html'), '<!doctype html>');
    await writeManifest(page, 'vitalseal-patient-app', '1.2.3');
    const out = join(folder.path, 'page.attestation');
    const attest = ['attest', '--data', data, '--page', page, '--out', out];
    expect(await caJson(...attest)).toMatchObject({ name: 'vitalseal-patient-app', version: '1.2.3' });
    expect((await ca('list', '--data', data)).stdout).toMatch(/valid +release vitalseal-patient-app 1\.2\.3 /);
    await writeFile(join(page, 'index.html'), '<!doctype html><script>');
    expect((await ca(...attest)).stderr).toContain('(release-changed)');
  });

  it('invites a hospital as registration authority, and lists it as one', async () => {
    await ca('init', '--data', data);
    const authority = await Authority.open({ store: await openFileStore(data) });
    const rights: Record<string, string[]> = {
      with: ['--registration-authority'],
      staff: ['--registration-authority', '--staff-registration'],
      without: [],
    };
    for (const [id, right] of Object.entries(rights)) {
      const identity = { role: 'hospital', id } as const;
      const { code } = await caJson('invite', '--data', data, '--role', 'hospital', '--id', id, ...right);
      const csr = await createRequest(await generateKeyPair({ extractable: false }), identity);
      await authority.enrol(csr, { identity, code: String(code) });
    }
    const { stdout } = await ca('list', '--data', data);
    expect(stdout).toMatch(/hospital:with \(registration authority\) /);
    expect(stdout).toMatch(/hospital:staff \(registration authority, certifies staff\) /);
    expect(stdout).toMatch(/hospital:without +0/);
  });

  it('answers a mistake with one line and a code', async () => {
    await ca('init', '--data', data);
    const invite = ['invite', '--data', data, '--role', 'doctor', '--id', 'd'];
    const mistakes: [string[], string][] = [
      [['invite', '--data', data, '--role', 'nurse', '--id', 'n'], 'option-invalid'],
      [['invite', '--data', data, '--role', 'doctor', '--id', 'a b'], 'option-invalid'],
      [[...invite, '--valid', '24'], 'option-invalid'],
      [[...invite, '--valid', '91d'], 'option-invalid'],
      [[...invite, '--url', 'javascript:1'], 'option-invalid'],
      [[...invite, '--server-name', 'localhost'], 'server-name-refused'],
      [[...invite, '--registration-authority'], 'registration-refused'],
      [[...invite, '--staff-registration'], 'registration-refused'],
      [['serve', '--data', data, '--port', '99999'], 'option-invalid'],
      [['serve', '--data', data, '--port', '1e3'], 'option-invalid'],
      [['revoke', '--data', data], 'option-invalid'],
      [['revoke', '--data', data, '--role', 'doctor'], 'option-invalid'],
      [['revoke', '--data', data, '--serial', 'xyz'], 'option-invalid'],
      [['revoke', '--data', data, '--serial', '0102'], 'certificate-unknown'],
      [['attest', '--data', data, '--out', 'x'], 'option-invalid'],
      [['attest', '--data', data, '--out', 'x', '--image', 'nowhere', '--image-version', '1.0.0'], 'option-invalid'],
      [['attest', '--data', data, '--out', 'x', '--release', folder.path], 'release-malformed'],
      [['attest', '--data', data, '--out', 'x', '--page', folder.path], 'release-malformed'],
      [['attest', '--data', data, '--out', 'x', '--page', folder.path, '--release', folder.path], 'option-invalid'],
      [['list', '--data', join(folder.path, 'nowhere')], 'authority-missing'],
    ];
    for (const [args, code] of mistakes) {
      const attempt = certifyingAuthorityCommand().parseAsync(args, { from: 'user' });
      const error = await attempt.catch((reason: unknown) => reason);
      expect([args, error]).toEqual([
        args,
        expect.objectContaining({ code, message: expect.stringMatching(/^expected [^\n]+$/) }),
      ]);
    }
    expect(await ca('list', '--data', 'nowhere')).toMatchObject({ status: 2, stdout: '' });
  });

  it('serves a device from invitation to revocation, while other commands write', async () => {
    await ca('init', '--data', data);
    const server = start('serve', '--data', data, '--port', '0', '--json');
    try {
      const { url, rootFingerprint } = JSON.parse(await firstLine(server)) as { url: string; rootFingerprint: string };
      const { code } = await caJson('invite', '--data', data, '--role', 'doctor', '--id', 'd-4');
      const { client, trust } = await connectEst({ url, rootFingerprint });
      const keyPair = await generateKeyPair({ extractable: false });
      const identity = { role: 'doctor', id: 'd-4' } as const;
      await enrol(client, { keyPair, identity, code: String(code), rootFingerprint });
      const listed = await ca('list', '--data', data);
      expect(listed.stdout).toMatch(/valid +urn:vitalseal:doctor:d-4 /);
      const { number } = await caJson('crl', '--data', data);
      const nextList = client.crl(Number(number));
      const { revoked } = await caJson('revoke', '--data', data, '--role', 'doctor', '--id', 'd-4');
      expect(revoked).toHaveLength(1);
      expect((await nextList)?.length).toBeGreaterThan(0);
      const again = enrol(client, { keyPair, identity, code: String(code), rootFingerprint });
      await expect(again).rejects.toMatchObject({ code: 'activation-code-refused' });
      const out = join(folder.path, 'crl.pem');
      await ca('crl', '--data', data, '--out', out);
      const { stdout } = await run('openssl', ['crl', '-in', out, '-noout', '-text']);
      expect(stdout).toContain(String((revoked as string[])[0]).toUpperCase());
      expect(trust.issuing).toHaveLength(1);
    } finally {
      server.kill('SIGTERM');
    }
    const { promise, resolve } = Promise.withResolvers<number | null>();
    server.on('close', resolve);
    expect(await promise).toBe(0);
  }, 60_000);

  it('init killed at any moment can be done again, or was done', async () => {
    for (let round = 0; round < 6; round++) {
      const place = join(folder.path, `authority-${round}`);
      const child = start('init', '--data', place);
      const closed = Promise.withResolvers<void>();
      child.on('close', () => closed.resolve());
      // As soon as there is anything, and a little later each time.
      while (!existsSync(join(place, 'authority')) && child.exitCode === null) await setTimeout(1);
      await setTimeout(round);
      child.kill('SIGKILL');
      await closed.promise;
      const store = await openFileStore(place, { create: true });
      const authority = await Authority.open({ store }).catch(() => Authority.init({ store }));
      expect((await authority.invite({ identity: { role: 'patient', id: 'p' } })).code).toHaveLength(34);
    }
  });

  it('serve killed at any moment leaves an authority that works, and no answer that is forgotten', async () => {
    const authority = await Authority.init({ store: await openFileStore(data, { create: true }) });
    const { rootFingerprint } = authority;
    const serve = async (): Promise<{ server: ChildProcess; client: EstClient }> => {
      const server = start('serve', '--data', data, '--port', '0', '--json');
      const { url } = JSON.parse(await firstLine(server)) as { url: string };
      return { server, client: (await connectEst({ url, rootFingerprint })).client };
    };
    const rounds = 8;
    let running = await serve();
    for (let round = 0; round < rounds; round++) {
      const { server, client } = running;
      const identity = { role: 'patient', id: `p-${round}` } as const;
      const { code } = await authority.invite({ identity });
      const csr = await createRequest(await generateKeyPair({ extractable: false }), identity);
      // Enrolment and the kill race: whichever wins, the same key gets its one certificate afterwards.
      const racing = client.simpleEnroll(csr, { identity, code }).catch(() => undefined);
      await setTimeout(round * 2);
      server.kill('SIGKILL');
      const got = await racing;
      running = await serve();
      const leaf = await running.client.simpleEnroll(csr, { identity, code });
      if (got !== undefined) expect(leaf).toEqual(got);
    }
    running.server.kill('SIGKILL');
    const identities = (await authority.list()).filter(({ kind }) => kind === 'identity');
    expect(identities).toHaveLength(rounds);
    expect(new Set(identities.map(({ serial }) => serial)).size).toBe(rounds);
  }, 60_000);
});
