// Which program runs as the MHA: that of the image in force, and where it cannot run, the one that the card was made with.

import type { Bytes } from '@vitalseal/protocol';
import type { SecurityDomain } from '../administration/security-domain.ts';
import { codeOf, SecureElementError } from '../errors.ts';
import { program as builtIn, type MhaProgram, mhaProgramForm } from '../mha/mha-program.ts';
import { loadedCode } from './stored-image.ts';

/** Runs the code of an image, as the place it is in can. @returns what it exports @throws whatever is wrong with it */
export type RunCode = (code: string) => unknown;

export interface BootedMha {
  readonly program: MhaProgram;
  /** Of the image that runs; 0 for the program that the card was made with. */
  readonly imageVersion: number;
  /** Of the image in force, for which this program was chosen. */
  readonly inForce: number;
  /** Why what runs is not the image in force. */
  readonly problem?: string;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const longestRelease = 64;

/** Never rejects: a card without an image that runs is in service all the same. */
export async function bootMha(
  domain: SecurityDomain | undefined,
  runCode: RunCode | undefined,
  onFault: (error: unknown) => void,
): Promise<BootedMha> {
  const inForce = domain?.state.imageVersion ?? 0;
  if (!domain || inForce === 0) return { program: builtIn, imageVersion: 0, inForce };
  try {
    const code = await loadedCode(domain);
    if (!code) return { program: builtIn, imageVersion: 0, inForce };
    return { program: programOf(code, runCode), imageVersion: inForce, inForce };
  } catch (error) {
    onFault(error);
    return inPlaceOf(inForce, codeOf(error));
  }
}

/** The program that the card was made with, where that of the image does not do. */
export function inPlaceOf(inForce: number, problem = 'image-unfit'): BootedMha {
  return { program: builtIn, imageVersion: 0, inForce, problem };
}

/** @throws SecureElementError `image-unfit` for code that this card cannot run */
export function programOf(code: Bytes, runCode: RunCode | undefined): MhaProgram {
  try {
    const exported = runCode?.(utf8.decode(code));
    if (isModule(exported) && isProgram(exported.program)) return exported.program;
  } catch (cause) {
    throw unfit(cause);
  }
  throw unfit();
}

function isModule(exported: unknown): exported is { readonly program?: unknown } {
  return typeof exported === 'object' && exported !== null;
}

function isProgram(exported: unknown): exported is MhaProgram {
  if (typeof exported !== 'object' || exported === null) return false;
  const { form, release, create, openElement }: Partial<Record<keyof MhaProgram, unknown>> = exported;
  const named = typeof release === 'string' && release.length <= longestRelease;
  return form === mhaProgramForm && named && typeof create === 'function' && typeof openElement === 'function';
}

function unfit(cause?: unknown): SecureElementError {
  return new SecureElementError('image-unfit', 'expected code of an MHA that this card can run', { cause });
}
