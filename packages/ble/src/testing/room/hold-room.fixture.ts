// A process with a room and a bridge to it, that is killed. Says where their files are.

import { dirname } from 'node:path';
import { startBluez } from '../bluez/start-bluez.ts';
import { startRadioRoom } from './radio-room.ts';

const room = await startRadioRoom();
const controller = await room.controller();
const bluez = await startBluez(controller.address);
const folders = [controller.address.slice('h4:'.length), bluez.busAddress.slice('unix:path='.length)].map(dirname);
process.stdout.write(`${JSON.stringify(folders)}\n`);
