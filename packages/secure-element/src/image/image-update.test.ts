// The update of the MHA's image: what is taken, what is refused, and what a loss of power in the middle leaves.

import {
  Authority,
  memoryStore,
  ownCredential,
  parseAttestation,
  parseCertificate,
  releaseNumber,
  signAttestation,
} from '@vitalseal/certifying-authority';
import { type Bytes, noBytes, sha256 } from '@vitalseal/protocol';
import { type CommandApdu, statusWords } from '@vitalseal/uicc';
import {
  encodeMhaImage,
  installForLoad,
  loadImage,
  type MhaImage,
  mhaImageName,
} from '@vitalseal/uicc/global-platform';
import { beforeEach, expect, test } from 'vitest';
import { DomainCommands } from '../administration/domain-commands.ts';
import { SecurityDomain } from '../administration/security-domain.ts';
import { statusOfRefusal } from '../administration/status-of-refusal.ts';
import { SecureElement } from '../secure-element.ts';
import { runCode } from '../software-card/run-code.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import { memoryStorage } from '../storage/memory-storage.ts';
import type { RunCode } from './boot-mha.ts';
import { ImageUpdate } from './image-update.ts';
import { attestationOfImage, loadedCode } from './stored-image.ts';
import { forgetTakenBack } from './taken-back.ts';

const at = Date.UTC(2026, 0, 15, 12);
const identity = { role: 'patient', id: 'patient-1' } as const;
const image: MhaImage = { policy: { batchRecords: 40 }, code: new Uint8Array(5000).fill(7) };

const localKey = new Uint8Array(32);

let now: number;
let authority: Authority;
let storage: ElementStorage;
let domain: SecurityDomain;
let element: SecureElement;
let mhaStorage: ElementStorage;
let commands: DomainCommands;
let open: boolean;

beforeEach(async () => {
  now = at;
  authority = await Authority.init({ store: memoryStore(), now: () => now });
  storage = memoryStorage();
  open = true;
  mhaStorage = memoryStorage();
  element = await SecureElement.open({ storage: mhaStorage, localKey });
  await power();
  const csr = await element.generateKey(identity);
  const { code } = await authority.invite({ identity });
  const leaf = await authority.enrol(csr, { identity, code });
  const chain = [leaf, authority.issuingCertificate];
  await element.installCertificates({ chain, anchors: [authority.rootCertificate], at });
});

/** @param runCode of a card that can tell whether code runs */
async function power(runCode?: RunCode): Promise<void> {
  const [eraseMha, mhaIsTaken] = [async () => {}, async () => true];
  domain = await SecurityDomain.open({ storage, release: '0.1.0', eraseMha, mhaIsTaken });
  const opened = () => (open ? element : undefined);
  commands = new DomainCommands(
    domain,
    () => open,
    new ImageUpdate({ domain, element: opened, ...(runCode && { runCode }) }),
  );
}

/** As a script does: the first refusal ends it. */
async function script(list: readonly CommandApdu[]): Promise<number> {
  for (const command of list) {
    try {
      const { response, change = {}, along } = await commands.execute(command);
      await domain.change(change, along);
      if (response.status !== statusWords.ok) return response.status;
    } catch (error) {
      return statusOfRefusal(error);
    }
  }
  return statusWords.ok;
}

async function update(version: string, changed: Partial<MhaImage> = {}): Promise<CommandApdu[]> {
  const bytes = encodeMhaImage({ ...image, ...changed });
  const digest = await sha256(bytes);
  const { attestation } = await authority.attest({ name: mhaImageName, version, digest });
  return loadImage({ attestation, image: bytes }, { hash: digest, at });
}

/** The same commands, with something else in place of image or attestation. */
async function forged(bytes: Bytes, attestation: Bytes): Promise<number> {
  return script(loadImage({ attestation, image: bytes }, { hash: await sha256(bytes), at }));
}

test('an image that the authority vouches for is taken, with its policy', async () => {
  expect(await script(await update('1.0.0'))).toBe(statusWords.ok);
  expect(domain.state).toMatchObject({ imageVersion: releaseNumber('1.0.0'), policy: { batchRecords: 40 } });
  await power();
  expect(await loadedCode(domain)).toEqual(image.code);
});

test('a card as it was made has no image of its own', async () => {
  expect(await loadedCode(domain)).toBeUndefined();
});

test('an older image is refused, and the same one again', async () => {
  await script(await update('1.2.0'));
  for (const version of ['1.2.0', '1.1.9', '0.9.0']) {
    const code = Uint8Array.of(releaseNumber(version) & 0xff);
    const refused = await script(await update(version, version === '1.2.0' ? {} : { code }));
    expect([version, refused]).toEqual([version, statusWords.conditionsNotSatisfied]);
  }
  expect(domain.state.imageVersion).toBe(releaseNumber('1.2.0'));
  expect(await script(await update('1.2.1', { code: Uint8Array.of(1) }))).toBe(statusWords.ok);
});

test('of images and blocks nothing stays but the code that is in force', async () => {
  for (const version of ['1.0.0', '1.0.1', '1.1.0']) {
    expect(await script(await update(version, { code: new Uint8Array(9000).fill(version.length) }))).toBe(
      statusWords.ok,
    );
  }
  expect(await storage.list('image/')).toEqual(['image/loaded']);
  expect(await loadedCode(domain)).toEqual(new Uint8Array(9000).fill(5));
});

test('an image is judged by no earlier time than the authority has dated, whatever the hospital tells', async () => {
  const day = 24 * 60 * 60_000;
  const bytes = encodeMhaImage(image);
  const digest = await sha256(bytes);
  const { attestation } = await authority.attest({ name: mhaImageName, version: '1.0.0', digest });
  // Longer than a signer of releases is good for.
  now = at + 6 * 365 * day;
  const { crl } = await authority.crl();
  await element.installRevocationList(crl);
  expect(await script(loadImage({ attestation, image: bytes }, { hash: digest, at }))).toBe(statusWords.wrongData);
  expect(domain.state.imageVersion).toBe(0);
});

test('a changed image under the attestation of another is refused', async () => {
  const bytes = encodeMhaImage(image);
  const { attestation } = await authority.attest({ name: mhaImageName, version: '1.0.0', digest: await sha256(bytes) });
  const evil = encodeMhaImage({ ...image, code: Uint8Array.of(6, 6, 6) });
  expect(await forged(evil, attestation)).toBe(statusWords.wrongData);
  expect(domain.state.imageVersion).toBe(0);
});

test('an image whose attestation is of another program is refused', async () => {
  const bytes = encodeMhaImage(image);
  const { attestation } = await authority.attest({ name: 'other', version: '1.0.0', digest: await sha256(bytes) });
  expect(await forged(bytes, attestation)).toBe(statusWords.wrongData);
});

test('an image that another authority vouches for, or nobody, is refused', async () => {
  const bytes = encodeMhaImage(image);
  const digest = await sha256(bytes);
  const other = await Authority.init({ store: memoryStore(), now: () => at });
  const { attestation } = await other.attest({ name: mhaImageName, version: '1.0.0', digest });
  expect(await forged(bytes, attestation)).toBe(statusWords.wrongData);
  expect(await forged(bytes, new Uint8Array(0))).toBe(statusWords.wrongData);
  expect(domain.state.imageVersion).toBe(0);
});

test("the card's own key cannot vouch for an image", async () => {
  const bytes = encodeMhaImage(image);
  const { chain } = await element.certificates();
  const { privateKey } = await element.linkCredential();
  const subtle = globalThis.crypto.subtle;
  const key = await subtle.importKey('pkcs8', privateKey, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
  const { sign } = ownCredential({ chain, privateKey: key, present: 'x5t' });
  const release = { name: mhaImageName, version: '1.0.0', digest: await sha256(bytes) };
  const attestation = await signAttestation({ serial: '01', release, issuedAt: at }, { chain, sign });
  expect(await forged(bytes, attestation)).toBe(statusWords.wrongData);
});

test('an image whose attestation is revoked is refused', async () => {
  const bytes = encodeMhaImage(image);
  const release = { name: mhaImageName, version: '1.0.0', digest: await sha256(bytes) };
  const { attestation, serial } = await authority.attest(release);
  await authority.revoke({ serial });
  const { crl } = await authority.crl();
  expect(parseCertificate(authority.issuingCertificate).serial).not.toBe(serial);
  await element.installRevocationList(crl);
  expect(await forged(bytes, attestation)).toBe(statusWords.wrongData);
});

test('while the PIN has not been given, nothing can be judged, and nothing is taken', async () => {
  const list = await update('1.0.0');
  open = false;
  expect(await script(list)).toBe(statusWords.securityStatusNotSatisfied);
  open = true;
  expect(await script(list)).toBe(statusWords.ok);
});

test('blocks out of order, without a beginning, or too large are refused', async () => {
  const [install, first, ...rest] = await update('1.0.0');
  if (!install || !first) throw new Error('expected commands');
  expect(await script([first])).toBe(statusWords.conditionsNotSatisfied);
  expect(await script([install, ...rest])).toBe(statusWords.conditionsNotSatisfied);
  expect(await script([install, { ...first, data: new Uint8Array(5000) }])).toBe(statusWords.wrongLength);
  expect(await script([install, { ...first, p1: 0x40 }])).toBe(statusWords.wrongData);
  expect(await script([{ ...install, p1: 0x04 }])).toBe(statusWords.wrongData);
  expect(await script([installForLoad({ hash: new Uint8Array(32), at }), first, ...rest])).toBe(statusWords.wrongData);
  expect(domain.state.imageVersion).toBe(0);
});

test('power lost after any command leaves the old image, and the script goes on where it was', async () => {
  const list = await update('1.0.0');
  for (const [done, command] of list.entries()) {
    await power();
    expect([done, domain.state.imageVersion]).toEqual([done, 0]);
    expect(await script([command])).toBe(statusWords.ok);
    // Done, but not known to be done: it comes again.
    if (done < list.length - 1) expect(await script([command])).toBe(statusWords.ok);
  }
  expect(domain.state.imageVersion).toBe(releaseNumber('1.0.0'));
});

test('code that the card cannot run is refused, though the authority vouches for it', async () => {
  await power(runCode);
  const text = new TextEncoder();
  const fit = "exports.program = { form: 1, release: '1.0.0', create() {}, openElement() {} };";
  const unfit = ['', 'exports.program = 1', 'no javascript', "require('node:fs')", fit.replace('form: 1', 'form: 2')];
  for (const [at, code] of [...unfit.map((one) => text.encode(one)), Uint8Array.of(0xff, 0xfe)].entries()) {
    expect([at, await script(await update(`1.0.${at}`, { code }))]).toEqual([at, statusWords.wrongData]);
  }
  expect(domain.state.imageVersion).toBe(0);
  expect(await script(await update('1.1.0', { code: text.encode(fit) }))).toBe(statusWords.ok);
});

test('an image whose attestation was taken back after it was loaded is forgotten, and its version is not free again', async () => {
  const list = await update('1.0.0');
  await script(list);
  expect(await forgetTakenBack(domain, { storage: mhaStorage, localKey })).toBe(false);
  await authority.revoke({ serial: parseAttestation((await attestationOfImage(domain)) ?? noBytes).serial });
  await element.installRevocationList((await authority.crl()).crl);
  expect(await forgetTakenBack(domain, { storage: mhaStorage, localKey })).toBe(true);
  await expect(loadedCode(domain)).rejects.toMatchObject({ code: 'image-revoked' });
  expect(await forgetTakenBack(domain, { storage: mhaStorage, localKey })).toBe(false);
  expect(await script(list)).not.toBe(statusWords.ok);
  expect(await script(await update('1.0.1'))).toBe(statusWords.ok);
  expect(await loadedCode(domain)).toEqual(image.code);
});
