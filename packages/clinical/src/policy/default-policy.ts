// The default policy, having passed the same checks as anyone's.

import { parsePolicy } from './parse-policy.ts';
import type { Policy } from './policy.ts';

export const defaultPolicy: Policy = parsePolicy({});
