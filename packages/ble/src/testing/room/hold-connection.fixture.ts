// A process with a radio that is connected, and is killed.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRadio } from '../../host/open-radio.ts';

const [controller = '', id = ''] = process.argv.slice(2);
const radio = await openRadio(controller, { bondFolder: mkdtempSync(join(tmpdir(), 'vs-radio-')) });
await radio.connect({ id, addressType: 'random' });
process.stdout.write('connected\n');
