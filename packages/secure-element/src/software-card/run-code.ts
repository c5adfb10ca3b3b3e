// The code of an image in Node: a module in the form of CommonJS, which gets what the card lends and no other. That keeps
// an image to what it was built for; it is no wall, for whoever runs in this process could reach all of it. The wall is
// the attestation.

import * as crypto from 'node:crypto';
import { compileFunction } from 'node:vm';
import { CertificateError, certificateErrorCodes } from '@vitalseal/certifying-authority';
import { ProtocolError, protocolErrorCodes } from '@vitalseal/protocol';
import { UiccError, uiccErrorCodes } from '@vitalseal/uicc';
import { RefusedCommand } from '../card/index.ts';
import { codeOf, SecureElementError, secureElementErrorCodes } from '../errors.ts';

/** Errors go from program to card and back: both sides must know them. */
const lent: Readonly<Record<string, object>> = {
  'node:crypto': crypto,
  'card:certifying-authority/errors': { CertificateError, certificateErrorCodes },
  'card:protocol/errors': { ProtocolError, protocolErrorCodes },
  'card:secure-element/errors': { SecureElementError, codeOf, secureElementErrorCodes },
  'card:secure-element/refused-command': { RefusedCommand },
  'card:uicc/errors': { UiccError, uiccErrorCodes },
};

export function runCode(code: string): unknown {
  const module: { exports: unknown } = { exports: {} };
  const run = compileFunction(code, ['module', 'exports', 'require'], { filename: 'image-of-the-mha.js' });
  run(module, module.exports, lend);
  return module.exports;
}

function lend(name: string): object {
  const found = Object.hasOwn(lent, name) ? lent[name] : undefined;
  if (!found) throw new SecureElementError('image-unfit', 'expected code that asks for what the card has');
  return found;
}
