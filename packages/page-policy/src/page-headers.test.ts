import { expect, test } from 'vitest';
import { documentPolicy, headerPolicy, pageHeaders } from './index.ts';

test("scripts come from the page's own origin, are never made from text, and nobody frames the page", () => {
  for (const page of ['patient', 'ambulance', 'doctor', 'office', '']) {
    const policy = headerPolicy(page).split('; ');
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"]),
    );
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(headerPolicy(page)).not.toMatch(/unsafe|\*/);
  }
});

test('who may name a script by a text is said by page, and an address that is none is given nothing', () => {
  expect(documentPolicy('patient')).toMatch(/; trusted-types vitalseal$/);
  expect(documentPolicy('ambulance')).toMatch(/; trusted-types default$/);
  for (const page of ['doctor', '', 'constructor', '__proto__', 'toString']) {
    expect(documentPolicy(page)).toMatch(/; trusted-types 'none'$/);
    expect(pageHeaders(page)['permissions-policy']).not.toContain('self');
  }
  expect(pageHeaders('patient')['permissions-policy']).toContain('camera=(self)');
  for (const page of ['patient', 'doctor']) {
    // A browser warns of a feature that it does not know, on every page it opens.
    expect(pageHeaders(page)['permissions-policy']).not.toContain('bluetooth');
  }
});
