import { bytesToHex, equalBytes, hexToBytes } from '@vitalseal/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  basicConstraints,
  extendedKeyUsage,
  extension,
  keyUsage,
  subjectAltName,
} from '../certificate/build-certificate.ts';
import { emptyName, nameOf } from '../certificate/distinguished-name.ts';
import { keyUsageBit } from '../certificate/extensions.ts';
import { day, type Hierarchy, makeHierarchy, now, patient, validity } from '../certificate/hierarchy.fixture.ts';
import { issueServerCertificate } from '../certificate/issue.ts';
import { parseCertificate } from '../certificate/parse-certificate.ts';
import { derElement, derObjectIdentifier, derOctetString, derSequence, derTrue } from '../der/writer.ts';
import { expectRefusal } from '../expect-refusal.fixture.ts';
import { createServerRequest } from '../request/create-request.ts';
import {
  forgeIssuing,
  forgeLeaf,
  forgeRoot,
  identityName,
  type Party,
  signingUsage,
  speakingUsage,
} from './forged-chain.fixture.ts';
import { validatePath } from './path-validator.ts';

const unknownIdentifier = '1.3.6.1.4.1.99999.1';

function unknownExtension(critical: boolean): ReturnType<typeof derSequence> {
  return derSequence(
    derObjectIdentifier(unknownIdentifier),
    ...(critical ? [derTrue()] : []),
    derOctetString(derSequence()),
  );
}

describe('an honest chain', () => {
  let honest: Hierarchy;
  beforeAll(async () => {
    honest = await makeHierarchy();
  });

  it('says whose it is, until when, and with which key', async () => {
    const valid = await validatePath({ chain: honest.chain, anchors: honest.anchors, at: now, role: 'patient' });
    expect(valid.identity).toEqual(patient);
    expect(valid.notAfter).toBe(validity.notAfter);
    expect(valid.serials).toHaveLength(2);
    expect(valid.serials.at(-1)).toBe(valid.serial);
    expect(equalBytes(valid.publicKeySpki, parseCertificate(honest.leaf).publicKeySpki)).toBe(true);
  });

  it('may bring its root along', async () => {
    const chain = [...honest.chain, honest.root.certificate];
    expect((await validatePath({ chain, anchors: honest.anchors, at: now })).identity).toEqual(patient);
  });

  it('may end at an issuing certificate that is itself an anchor', async () => {
    const valid = await validatePath({ chain: [honest.leaf], anchors: [honest.issuing.certificate], at: now });
    expect(valid.identity).toEqual(patient);
  });

  it('is refused under another root, before and after its time, in another role, and when revoked', async () => {
    const question = { chain: honest.chain, anchors: honest.anchors, at: now };
    const other = await makeHierarchy();
    await expectRefusal(validatePath({ ...question, anchors: other.anchors }), 'issuer-mismatch');
    await expectRefusal(validatePath({ ...question, at: validity.notBefore - 1 }), 'not-yet-valid');
    await expectRefusal(validatePath({ ...question, at: validity.notAfter + 1000 }), 'expired');
    await expectRefusal(validatePath({ ...question, at: Number.NaN }), 'not-yet-valid');
    await expectRefusal(validatePath({ ...question, role: ['doctor', 'ambulance'] }), 'role-refused');
    await expectRefusal(validatePath({ ...question, role: [] }), 'role-refused');
    const serials = honest.chain.map((der) => parseCertificate(der).serial);
    for (const serial of serials) {
      await expectRefusal(validatePath({ ...question, isRevoked: (asked) => asked === serial }), 'revoked');
    }
  });

  it('is valid in the last second of its time', async () => {
    const valid = await validatePath({ chain: honest.chain, anchors: honest.anchors, at: validity.notAfter + 999 });
    expect(valid.identity).toEqual(patient);
  });

  it('is refused without a chain, with too long a one, with a huge certificate, and without roots', async () => {
    const { anchors, leaf } = honest;
    await expectRefusal(validatePath({ chain: [], anchors, at: now }), 'chain-length');
    await expectRefusal(validatePath({ chain: [leaf, leaf, leaf, leaf, leaf], anchors, at: now }), 'chain-length');
    await expectRefusal(validatePath({ chain: [new Uint8Array(5000)], anchors, at: now }), 'too-large');
    await expectRefusal(validatePath({ chain: honest.chain, anchors: [], at: now }), 'untrusted');
  });

  it('is refused when the issuing certificate is missing, doubled, or in the wrong place', async () => {
    const { anchors, leaf, issuing } = honest;
    await expectRefusal(validatePath({ chain: [leaf], anchors, at: now }), 'untrusted');
    await expectRefusal(
      validatePath({ chain: [leaf, issuing.certificate, issuing.certificate], anchors, at: now }),
      'issuer-mismatch',
    );
    await expectRefusal(validatePath({ chain: [issuing.certificate, leaf], anchors, at: now }), 'untrusted');
    await expectRefusal(validatePath({ chain: [leaf, leaf], anchors, at: now }), 'untrusted');
  });

  it('is refused with anything behind the end of a certificate', async () => {
    const { anchors, leaf, issuing } = honest;
    const longer = Uint8Array.from([...leaf, 0]);
    await expectRefusal(validatePath({ chain: [longer, issuing.certificate], anchors, at: now }), 'malformed');
  });
});

describe('a chain that is wrong in one way', () => {
  let root: Party;
  let issuing: Party;
  let leaf: Party;
  beforeAll(async () => {
    root = await forgeRoot();
    issuing = await forgeIssuing(root);
    leaf = await forgeLeaf(issuing);
  });
  const refuse = async (chain: readonly Party[], code: Parameters<typeof expectRefusal>[1]): Promise<void> => {
    const chainDer = chain.map(({ certificate }) => certificate);
    await expectRefusal(validatePath({ chain: chainDer, anchors: [root.certificate], at: now }), code);
  };

  it('is accepted when nothing is wrong', async () => {
    const chain = [leaf.certificate, issuing.certificate];
    expect((await validatePath({ chain, anchors: [root.certificate], at: now })).identity).toEqual(patient);
  });

  it('is refused when a leaf signs another leaf', async () => {
    const speaker = await forgeLeaf(issuing, { subject: nameOf('Speaker') });
    await refuse([await forgeLeaf(speaker), speaker, issuing], 'not-an-authority');
    const nameless = await forgeLeaf(issuing);
    await refuse([await forgeLeaf(nameless), nameless, issuing], 'not-an-authority');
  });

  it('is refused when an authority has no name', async () => {
    const nameless = await forgeIssuing(root, { subject: emptyName });
    await refuse([await forgeLeaf(nameless), nameless], 'not-an-authority');
  });

  it('is refused when an issuing authority makes another below its path length', async () => {
    const second = await forgeIssuing(issuing, { subject: nameOf('Second issuing') });
    await refuse([await forgeLeaf(second), second, issuing], 'path-length-exceeded');
  });

  it("is refused when the root's path length is exceeded though the issuing one sets none", async () => {
    const unlimited = await forgeIssuing(root, { extensions: [basicConstraints(undefined), signingUsage] });
    const second = await forgeIssuing(unlimited, { subject: nameOf('Second issuing') });
    await refuse([await forgeLeaf(second), second, unlimited], 'path-length-exceeded');
  });

  it('is refused when an authority may not sign certificates', async () => {
    const crlOnly = await forgeIssuing(root, { extensions: [basicConstraints(0), keyUsage(keyUsageBit.crlSign)] });
    await refuse([await forgeLeaf(crlOnly), crlOnly], 'key-usage-refused');
    const none = await forgeIssuing(root, { extensions: [basicConstraints(0)] });
    await refuse([await forgeLeaf(none), none], 'key-usage-refused');
  });

  it('is refused when the basic constraints of an authority are not critical', async () => {
    const uncritical = extension('basicConstraints', derSequence(derTrue()));
    const soft = await forgeIssuing(root, { extensions: [uncritical, signingUsage] });
    await refuse([await forgeLeaf(soft), soft], 'malformed');
  });

  it('is refused when an authority speaks as a leaf', async () => {
    await refuse([issuing], 'leaf-is-authority');
    const both = await forgeLeaf(issuing, {
      extensions: [basicConstraints(undefined), speakingUsage, identityName(patient)],
    });
    await refuse([both, issuing], 'leaf-is-authority');
  });

  it('is refused when the leaf may not sign, or may sign certificates', async () => {
    const name = identityName(patient);
    const usages = [
      keyUsage(keyUsageBit.crlSign),
      keyUsage(keyUsageBit.digitalSignature, keyUsageBit.keyCertSign),
      keyUsage(keyUsageBit.digitalSignature, keyUsageBit.crlSign),
    ];
    for (const usage of usages)
      await refuse([await forgeLeaf(issuing, { extensions: [usage, name] }), issuing], 'key-usage-refused');
    await refuse([await forgeLeaf(issuing, { extensions: [name] }), issuing], 'key-usage-refused');
  });

  it('is refused when the leaf is for TLS servers', async () => {
    const server = await forgeLeaf(issuing, {
      extensions: [speakingUsage, identityName(patient), extendedKeyUsage('serverAuth')],
    });
    await refuse([server, issuing], 'purpose-refused');
  });

  it('is refused when the authority is for TLS servers', async () => {
    const extensions = [basicConstraints(0), signingUsage, extendedKeyUsage('serverAuth')];
    const serversOnly = await forgeIssuing(root, { extensions });
    await refuse([await forgeLeaf(serversOnly), serversOnly], 'purpose-refused');
  });

  it('is refused when an authority sets constraints that are not kept here, critical or not', async () => {
    for (const name of ['nameConstraints', 'policyConstraints', 'policyMappings', 'inhibitAnyPolicy'] as const) {
      for (const critical of [true, false]) {
        const limited = [basicConstraints(0), signingUsage, extension(name, derSequence(), { critical })];
        const authority = await forgeIssuing(root, { extensions: limited });
        await refuse([await forgeLeaf(authority), authority], 'critical-extension-unknown');
      }
    }
  });

  it('is accepted when the leaf is for TLS clients', async () => {
    const client = await forgeLeaf(issuing, {
      extensions: [speakingUsage, identityName(patient), extendedKeyUsage('clientAuth')],
    });
    const chain = [client.certificate, issuing.certificate];
    expect((await validatePath({ chain, anchors: [root.certificate], at: now })).identity).toEqual(patient);
  });

  it('is refused with an unknown critical extension at any level', async () => {
    const extensions = [speakingUsage, identityName(patient)];
    await refuse(
      [await forgeLeaf(issuing, { extensions: [...extensions, unknownExtension(true)] }), issuing],
      'critical-extension-unknown',
    );
    const strange = await forgeIssuing(root, {
      extensions: [basicConstraints(0), signingUsage, unknownExtension(true)],
    });
    await refuse([await forgeLeaf(strange), strange], 'critical-extension-unknown');
    const strangeRoot = await forgeRoot({ extensions: [basicConstraints(1), signingUsage, unknownExtension(true)] });
    const below = await forgeIssuing(strangeRoot);
    const chain = [(await forgeLeaf(below)).certificate, below.certificate];
    await expectRefusal(
      validatePath({ chain, anchors: [strangeRoot.certificate], at: now }),
      'critical-extension-unknown',
    );
  });

  it('is accepted with an unknown extension that is not critical', async () => {
    const extensions = [speakingUsage, identityName(patient), unknownExtension(false)];
    const chain = [(await forgeLeaf(issuing, { extensions })).certificate, issuing.certificate];
    expect((await validatePath({ chain, anchors: [root.certificate], at: now })).identity).toEqual(patient);
  });

  it('is refused with an extension twice, known or unknown', async () => {
    const name = identityName(patient);
    await refuse(
      [await forgeLeaf(issuing, { extensions: [speakingUsage, name, name] }), issuing],
      'duplicate-extension',
    );
    const twice = [speakingUsage, name, unknownExtension(false), unknownExtension(false)];
    await refuse([await forgeLeaf(issuing, { extensions: twice }), issuing], 'duplicate-extension');
  });

  it('is refused with no identity, two, a foreign one, or a server name', async () => {
    const uri = { kind: 'uri', value: 'urn:vitalseal:patient:p-17' } as const;
    const names = [
      [uri, uri],
      [uri, { kind: 'uri', value: 'urn:vitalseal:doctor:d-1' } as const],
      [{ kind: 'uri', value: 'urn:vitalseal:nurse:n-1' } as const],
      [{ kind: 'uri', value: 'https://example.org/' } as const],
      [{ kind: 'dns', value: 'hospital.example' } as const],
      [uri, { kind: 'dns', value: 'hospital.example' } as const],
    ];
    for (const list of names) {
      await refuse(
        [await forgeLeaf(issuing, { extensions: [speakingUsage, subjectAltName(list)] }), issuing],
        'identity-missing',
      );
    }
    await refuse([await forgeLeaf(issuing, { extensions: [speakingUsage] }), issuing], 'identity-missing');
  });

  it("is refused when the issuer's name or key identifier is not that of the certificate above", async () => {
    await refuse([await forgeLeaf(issuing, { issuer: nameOf('Somebody else') }), issuing], 'issuer-mismatch');
    const stranger = await forgeIssuing(root);
    const confused = await forgeLeaf({ ...issuing, spki: stranger.spki });
    await refuse([confused, issuing], 'issuer-mismatch');
  });

  it('is refused when the name is right and the key is not', async () => {
    const impostor = await forgeIssuing(root);
    const name = identityName(patient);
    const signedByImpostor = await forgeLeaf(
      { ...impostor, subject: issuing.subject },
      { extensions: [speakingUsage, name] },
    );
    await refuse([signedByImpostor, issuing], 'signature-invalid');
  });

  it('is refused when the issuing certificate or the root has run out, though the leaf has not', async () => {
    const old = { notBefore: now - 30 * day, notAfter: now - day };
    const expired = await forgeIssuing(root, old);
    await refuse([await forgeLeaf(expired), expired], 'expired');
    const future = await forgeIssuing(root, { notBefore: now + day, notAfter: now + 2 * day });
    await refuse([await forgeLeaf(future), future], 'not-yet-valid');
    const oldRoot = await forgeRoot(old);
    const below = await forgeIssuing(oldRoot);
    const chain = [(await forgeLeaf(below)).certificate, below.certificate];
    await expectRefusal(validatePath({ chain, anchors: [oldRoot.certificate], at: now }), 'expired');
  });

  it('is refused when a key lies on no point of the curve', async () => {
    const spki = Uint8Array.from(leaf.spki);
    spki.set([(spki.at(-1) ?? 0) ^ 1], spki.length - 1);
    await refuse([await forgeLeaf(issuing, { publicKeySpki: spki }), issuing], 'key-refused');
  });

  it('is refused when a key is of another curve, compressed, or of another algorithm', async () => {
    const { subtle } = globalThis.crypto;
    const p384 = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, true, ['sign', 'verify']);
    const rsa = {
      name: 'RSASSA-PKCS1-v1_5',
      modulusLength: 2048,
      publicExponent: Uint8Array.of(1, 0, 1),
      hash: 'SHA-256',
    };
    const rsaKeys = await subtle.generateKey(rsa, true, ['sign', 'verify']);
    const compressed = hexToBytes(
      `3039301306072a8648ce3d020106082a8648ce3d03010703220002${bytesToHex(leaf.spki.subarray(27, 59))}`,
    );
    const others = [
      new Uint8Array(await subtle.exportKey('spki', p384.publicKey)),
      new Uint8Array(await subtle.exportKey('spki', rsaKeys.publicKey)),
      compressed,
    ];
    for (const publicKeySpki of others)
      await refuse([await forgeLeaf(issuing, { publicKeySpki }), issuing], 'algorithm-refused');
  });

  it('is refused when its serial number is zero, negative or longer than 20 octets', async () => {
    await refuse([await forgeLeaf(issuing, { serial: '00' }), issuing], 'malformed');
    await refuse([await forgeLeaf(issuing, { serial: 'ff'.repeat(21) }), issuing], 'malformed');
  });

  it('is refused when it claims a version other than 3 or carries unique identifiers', async () => {
    const extensions = [derElement(0x81, Uint8Array.of(0, 1))];
    await refuse([await forgeLeaf(issuing, { extensions }), issuing], 'malformed');
  });

  it('is found among two roots of one name by its key', async () => {
    const twin = await forgeRoot();
    const chain = [leaf.certificate, issuing.certificate];
    for (const anchors of [
      [twin.certificate, root.certificate],
      [root.certificate, twin.certificate],
    ]) {
      expect((await validatePath({ chain, anchors, at: now })).identity).toEqual(patient);
    }
    await expectRefusal(validatePath({ chain, anchors: [twin.certificate], at: now }), 'issuer-mismatch');
  });
});

describe('the certificate of a TLS server', () => {
  it('cannot speak as anybody in a handshake', async () => {
    const { issuing, leafKey, anchors } = await makeHierarchy();
    const csr = await createServerRequest(leafKey, ['localhost']);
    const server = await issueServerCertificate({
      csr,
      names: ['localhost', '127.0.0.1'],
      issuer: issuing,
      ...validity,
    });
    await expectRefusal(validatePath({ chain: [server, issuing.certificate], anchors, at: now }), 'purpose-refused');
  });
});
