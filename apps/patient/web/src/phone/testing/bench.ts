// The phone without screens, for tests that drive it through `globalThis.phone`. No build of the app contains it.

import { openPhone } from '../index.ts';

Object.assign(globalThis, { phone: openPhone() });
