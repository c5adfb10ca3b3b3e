// Published proactive commands: read, told apart, and written again byte for byte (tests/vectors/apdu/README.md).

import { expect, test } from 'vitest';
import bip from '../../../../tests/vectors/apdu/bip-commands.json' with { type: 'json' };
import others from '../../../../tests/vectors/apdu/proactive-commands.json' with { type: 'json' };
import { fromHex, toHex } from '../bytes.ts';
import { encodeComprehensionTlv } from '../tlv/comprehension-tlv.ts';
import { decodeAddress, encodeAddress } from './address.ts';
import { decodeBearerDescription, encodeBearerDescription } from './bearer-description.ts';
import { decodeProactiveCommand } from './decode-proactive-command.ts';
import { displayOf } from './display.ts';
import { commandDetails, encodeProactiveCommand } from './encode-proactive-command.ts';
import { toolkitTags } from './tags.ts';
import { objectValue, requiredValue } from './toolkit-message.ts';

test.each(bip.commands.vectors.map((vector) => [vector.name, vector] as const))(
  '%s: is read, and written again byte for byte',
  (_, { hex, tlvs, expected }) => {
    const command = decodeProactiveCommand(fromHex(hex));
    const { objects = [] } = command;
    expect(toHex(encodeProactiveCommand(command))).toBe(hex);
    expect(objects.map((object) => toHex(encodeComprehensionTlv(object)))).toEqual(tlvs);
    expect(commandDetails(command)).toEqual({ number: 1, commandType: expected.type, qualifier: expected.qualifier });
    const { text, icon } = displayOf(objects);
    expect(text).toBe(expected.text);
    expect(icon?.selfExplanatory).toBe(expected.icon_self_explanatory);
    const said = objectValue(objects, toolkitTags.channelData);
    expect(said === undefined ? undefined : toHex(said)).toBe(expected.channel_data);
    expect(objectValue(objects, toolkitTags.channelDataLength)?.[0]).toBe(expected.channel_data_length);
  },
);

test.each(others.vectors.map((vector) => [vector.name, vector] as const))(
  '%s: comes back byte for byte, and says what it shows',
  (_, { hex, type, qualifier, text, icon }) => {
    const command = decodeProactiveCommand(fromHex(hex));
    expect(toHex(encodeProactiveCommand(command))).toBe(hex);
    expect(commandDetails(command)).toEqual({ number: 1, commandType: type, qualifier });
    const shown = displayOf(command.objects ?? []);
    expect(shown.text).toBe(text);
    expect(shown.icon).toEqual(icon);
  },
);

test('the published OPEN CHANNEL dials a number over packet service', () => {
  const [first] = bip.commands.vectors;
  const { objects = [] } = decodeProactiveCommand(fromHex(first?.hex ?? ''));
  const address = requiredValue(objects, toolkitTags.address);
  expect(decodeAddress(address)).toEqual({ typeOfNumber: 1, numberingPlan: 1, digits: '112233445566778' });
  expect(encodeAddress(decodeAddress(address))).toEqual(address);
  const bearer = requiredValue(objects, toolkitTags.bearerDescription);
  expect(decodeBearerDescription(bearer)).toMatchObject({ bearer: 'packet', precedence: 3, packetDataProtocol: 2 });
  expect(encodeBearerDescription(decodeBearerDescription(bearer))).toEqual(bearer);
});
