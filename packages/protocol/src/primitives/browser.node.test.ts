// The browser's side in Node, whose WebCrypto is another than Chromium's.

import { describe } from 'vitest';
import * as browser from './browser.ts';
import * as node from './node.ts';
import { agreesWith, holdsProperties } from './primitives.fixture.ts';
import { holdsWycheproof } from './wycheproof.fixture.ts';

describe('browser side in Node', () => {
  holdsWycheproof(browser);
  holdsProperties(browser);
});

describe('both sides together', () => {
  agreesWith(node, browser);
  agreesWith(browser, node);
});
