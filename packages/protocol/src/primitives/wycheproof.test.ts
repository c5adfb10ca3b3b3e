import * as primitives from '#primitives';
import { holdsWycheproof } from './wycheproof.fixture.ts';

holdsWycheproof(primitives);
