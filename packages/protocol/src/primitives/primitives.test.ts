import * as primitives from '#primitives';
import { agreesWith, holdsProperties } from './primitives.fixture.ts';

holdsProperties(primitives);
agreesWith(primitives, primitives);
