// `vitalseal sensor`: a certified sensor.

import { adapterForms } from '@vitalseal/ble/node';
import { parseActivationLink } from '@vitalseal/certifying-authority';
import { formatIdentity, formatSensorCode, sensorCodeForScanning } from '@vitalseal/protocol';
import { Command } from 'commander';
import encodeQR from 'qr';
import { ownCode, resetSensor } from './bonding/bond.ts';
import { enrolSensor, openSensorDevice } from './device/data-folder.ts';
import type { SensorDevice } from './device/sensor-device.ts';
import type { RunOptions } from './run/options.ts';
import { runSensor } from './run/run-sensor.ts';
import { standardCommand } from './standard/standard-command.ts';

export function sensorCommand(): Command {
  const command = new Command('sensor').description('a certified sensor: its certificate, its code, its life');
  command
    .command('enrol')
    .description('make a key and get its certificate with an activation link')
    .argument('<link>', 'activation link, from "vitalseal ca invite"')
    .requiredOption('--data <folder>', 'folder for key, certificate and records')
    .action(enrol);
  command
    .command('run')
    .description('measure, seal, and send to the patient whatever was not confirmed yet, until stopped')
    .requiredOption('--data <folder>', 'folder the sensor was enrolled in')
    .option('--replay <file>', 'values from a recording, CSV')
    .option('--script <file>', 'values of a simulated patient to whom happens what the file says')
    .option('--simulate', 'values of a simulated patient, under the keys of the terminal and the slider of a page')
    .option('--every <seconds>', 'between two readings of a simulated patient', '5')
    .option('--seed <n>', 'of a simulated patient (default: another each time)')
    .option('--control-port <port>', 'of the page with the slider, on the loopback interface (default: any)')
    .option(
      '--patient-id <id>',
      'whose secure element to talk to (default: whose phone is given the code on the sensor)',
    )
    .option('--ble <adapter>', `Bluetooth adapter to be found on: ${adapterForms.peripheral}`)
    .option('--ble-name <name>', 'what the sensor is called on the air, where anyone reads it', 'Vitalseal sensor')
    .option('--ble-secured', 'only over LE Secure Connections, where phone and adapter have them')
    .option(
      '--battery <file>',
      'that says its percent, as /sys/class/power_supply/BAT0/capacity, for phones to be told',
    )
    .option('--to <host:port>', "where the patient's phone listens, over TCP in place of Bluetooth LE")
    .option('--patient <name>', 'which patient of the recording, if it has several')
    .option('--speed <n>', 'times faster than life', '1')
    .option('--clock <origin,startedAt,speed>', 'the clock of a replay that other processes share, in place of --speed')
    .option('--mtu <bytes>', 'the largest ATT MTU of the link (default: 517, over TCP 185)')
    .action(run);
  command
    .command('code')
    .description('show the code on the sensor, by which it is bonded with its patient')
    .requiredOption('--data <folder>', 'folder the sensor was enrolled in')
    .action(showCode);
  command
    .command('reset')
    .description('forget the patient, and every record that was not confirmed: the sensor belongs to nobody again')
    .requiredOption('--data <folder>', 'folder the sensor was enrolled in')
    .option('--new-code', 'with another code on it, for a sensor that others have held')
    .action(reset);
  command.addCommand(standardCommand());
  return command;
}

async function enrol(link: string, { data }: { data: string }): Promise<void> {
  const activation = parseActivationLink(link);
  await enrolSensor(data, activation);
  console.log(`enrolled ${formatIdentity(activation.identity)}`);
}

async function showCode({ data }: { data: string }): Promise<void> {
  await withDevice(data, async ({ storage }) => {
    const { code } = await ownCode(storage);
    console.log(encodeQR(sensorCodeForScanning(code), 'ascii'));
    console.log(formatSensorCode(code));
  });
}

async function reset({ data, newCode = false }: { data: string; newCode?: boolean }): Promise<void> {
  await withDevice(data, ({ storage }) => resetSensor(storage, { replaceCode: newCode }));
  console.log('the sensor is bonded with nobody');
}

async function withDevice<T>(folder: string, errand: (device: SensorDevice) => Promise<T>): Promise<T> {
  const device = await openSensorDevice(folder);
  try {
    return await errand(device);
  } finally {
    await device.storage.close();
  }
}

function run(options: RunOptions): Promise<void> {
  const say = (line: string) => console.log(line);
  return runSensor(options, { say, withDevice: (errand) => withDevice(options.data, errand) });
}
