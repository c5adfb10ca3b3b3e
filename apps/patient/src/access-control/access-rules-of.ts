// The access rules of a card, asked of its ARA-M, and asked again only when their refresh tag has changed.

import {
  accessRuleMasterAid,
  type Bytes,
  instructions,
  isDone,
  onChannel,
  sendCommand,
  type Transmit,
} from '@vitalseal/uicc';
import {
  type AccessRule,
  accessRuleData,
  decodeAllAccessRules,
  decodeRefreshTag,
} from '@vitalseal/uicc/global-platform';

export interface KnownRules {
  readonly refreshTag: Bytes;
  readonly rules: readonly AccessRule[];
}

/** @param channel on which ARA-M is selected @returns undefined for a card that has no ARA-M, or rules that cannot be read: nobody is let in by them */
export async function accessRulesOf(
  transmit: Transmit,
  channel: number,
  known: KnownRules | undefined,
): Promise<KnownRules | undefined> {
  const selected = await sendCommand(transmit, {
    cla: onChannel(0, channel),
    ins: instructions.select,
    p1: 0x04,
    p2: 0x00,
    data: accessRuleMasterAid,
    le: 256,
  });
  if (!isDone(selected.status)) return undefined;
  const refreshTag = await getData(transmit, channel, accessRuleData.refreshTag);
  if (refreshTag === undefined) return undefined;
  const tag = decodeRefreshTag(refreshTag);
  if (known?.refreshTag.every((octet, at) => octet === tag[at])) return known;
  const all = await getData(transmit, channel, accessRuleData.all);
  return all === undefined ? undefined : { refreshTag: tag, rules: decodeAllAccessRules(all) };
}

async function getData(transmit: Transmit, channel: number, tag: number): Promise<Bytes | undefined> {
  const command = {
    cla: onChannel(0x80, channel),
    ins: instructions.getData,
    p1: tag >> 8,
    p2: tag & 0xff,
    data: new Uint8Array(0),
    le: 256,
  };
  const { status, data } = await sendCommand(transmit, command);
  return isDone(status) ? data : undefined;
}
