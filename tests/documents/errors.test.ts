// docs/errors.md is held equal to the lists in the code: a code that is not explained, and an explanation of a code that
// does not exist, both fail here.

import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cardAppErrorCodes } from '@vitalseal/app-card';
import { certifyingAuthorityAppErrorCodes } from '@vitalseal/app-certifying-authority';
import { demoErrorCodes } from '@vitalseal/app-demo';
import { hospitalErrorCodes } from '@vitalseal/app-hospital';
import { patientErrorCodes } from '@vitalseal/app-patient';
import { sensorErrorCodes } from '@vitalseal/app-sensor';
import { auditErrorCodes } from '@vitalseal/audit';
import { bleErrorCodes } from '@vitalseal/ble';
import { certificateErrorCodes } from '@vitalseal/certifying-authority';
import { clinicalErrorCodes } from '@vitalseal/clinical';
import { clinicianErrorCodes } from '@vitalseal/clinician';
import { protocolErrorCodes } from '@vitalseal/protocol';
import { recordingErrorCodes } from '@vitalseal/recording';
import { secretEntryErrorCodes } from '@vitalseal/secret-entry';
import { secureElementErrorCodes } from '@vitalseal/secure-element';
import { sensorLinkErrorCodes } from '@vitalseal/sensor-link';
import { tpmErrorCodes } from '@vitalseal/tpm';
import { uiccErrorCodes } from '@vitalseal/uicc';
import { expect, test } from 'vitest';

const lists: Readonly<Record<string, readonly string[]>> = {
  '@vitalseal/protocol': protocolErrorCodes,
  '@vitalseal/certifying-authority': certificateErrorCodes,
  '@vitalseal/app-certifying-authority': certifyingAuthorityAppErrorCodes,
  '@vitalseal/audit': auditErrorCodes,
  '@vitalseal/tpm': tpmErrorCodes,
  '@vitalseal/clinical': clinicalErrorCodes,
  '@vitalseal/recording': recordingErrorCodes,
  '@vitalseal/secure-element': secureElementErrorCodes,
  '@vitalseal/uicc': uiccErrorCodes,
  '@vitalseal/sensor-link': sensorLinkErrorCodes,
  '@vitalseal/ble': bleErrorCodes,
  '@vitalseal/app-sensor': sensorErrorCodes,
  '@vitalseal/app-patient': patientErrorCodes,
  '@vitalseal/app-card': cardAppErrorCodes,
  '@vitalseal/secret-entry': secretEntryErrorCodes,
  '@vitalseal/app-hospital': hospitalErrorCodes,
  '@vitalseal/clinician': clinicianErrorCodes,
  '@vitalseal/app-demo': demoErrorCodes,
};

interface Explained {
  readonly code: string;
  readonly meaning: string;
  readonly remedy: string;
}

/** The rows of each section, by the package that its heading names. */
function sectionsOf(page: string): ReadonlyMap<string, readonly Explained[]> {
  const sections = new Map<string, Explained[]>();
  for (const section of page.split(/^## /m).slice(1)) {
    const [, name = section] = /^[^\n]*`(@vitalseal\/[a-z-]+)`\n/.exec(section) ?? [];
    const rows = section.matchAll(/^\| `([^`]+)` \|(.*)\|(.*)\|$/gm);
    sections.set(
      name,
      [...rows].map(([, code = '', meaning = '', remedy = '']) => ({
        code,
        meaning: meaning.trim(),
        remedy: remedy.trim(),
      })),
    );
  }
  return sections;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const sections = sectionsOf(readFileSync(`${root}/docs/errors.md`, 'utf8'));

test('the page has a section for each package that refuses anything, and no other', () => {
  expect([...sections.keys()].toSorted()).toEqual(Object.keys(lists).toSorted());
});

test.each(Object.entries(lists))('the page explains each code of %s once, and no other', (name, codes) => {
  const explained = sections.get(name) ?? [];
  expect(explained.map(({ code }) => code).toSorted()).toEqual([...codes].toSorted());
});

test('each code has a meaning and a remedy, each a whole sentence', () => {
  for (const explained of sections.values()) {
    for (const { code, meaning, remedy } of explained) {
      expect.soft(meaning, code).toMatch(/^[A-Z].*[.]$/);
      expect.soft(remedy, code).toMatch(/^([A-Z]|`).*[.]$/);
    }
  }
});

test('each code of a list is one that some source refuses with', () => {
  const files = globSync(['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'], { cwd: root }).filter(
    (file) => !/(\.test|\.fixture|\/errors)\.ts$/.test(file),
  );
  const sources = files.map((file) => readFileSync(`${root}/${file}`, 'utf8')).join('\n');
  const codes = new Set(Object.values(lists).flat());
  expect([...codes].filter((code) => !sources.includes(`'${code}'`))).toEqual([]);
});
