// vitalseal hospital card list, show
import { decodeCardStatus } from '@vitalseal/uicc/global-platform';
import { Command } from 'commander';
import { readParticulars } from '../../card-administration/particulars.ts';
import type { CardScriptRow } from '../../store/card-scripts.ts';
import type { CardRow } from '../../store/cards.ts';
import { databaseOption, dataOption } from '../options.ts';
import { writeJson, writeLines } from '../output.ts';
import { type StorePlace, withStore } from '../with-store.ts';
import { aboutCard, findCard, type WhichCard } from './find-card.ts';

const shownScripts = 20;

export function listCardsCommand(): Command {
  return new Command('list')
    .summary('all cards: whose, how far they have come, when they last called')
    .addOption(dataOption())
    .addOption(databaseOption())
    .option('--json', 'as JSON')
    .action(async ({ json, ...place }: StorePlace & { json?: true }) => {
      const cards = (await withStore(place, (store) => store.cards.all())).map(summaryOf);
      if (json) return writeJson(cards);
      if (cards.length === 0) return writeLines('No cards yet: invite one with "vitalseal hospital card invite".');
      for (const { card, patient, stage, problem, certificate, seenAt } of cards) {
        const trouble = problem === null ? '' : `  (${problem})`;
        const ended = certificate === 'revoked' ? '  certificate revoked' : '';
        const called = seenAt === null ? 'never called' : `called ${seenAt}`;
        writeLines(`${card}  ${patient}  ${stage}${trouble}${ended}  ${called}`);
      }
    });
}

export function showCardCommand(): Command {
  return aboutCard(new Command('show'))
    .summary('one card: what it said of itself, what it was given, what waits for it')
    .option('--json', 'as JSON')
    .action(async ({ json, ...which }: WhichCard & { json?: true }) => {
      const shown = await withStore(which, async (store) => {
        const card = await findCard(store, which);
        return detailsOf(card, await store.cardScripts.ofCard(card.number, shownScripts));
      });
      if (json) return writeJson(shown);
      const { scripts, sensors, policy, status, ...rest } = shown;
      for (const [name, value] of Object.entries(rest)) if (value !== null) writeLines(`${name.padEnd(14)}${value}`);
      writeLines(`sensors       ${sensors.join(', ')}`, `policy        ${JSON.stringify(policy)}`);
      if (status !== null) writeLines(`status        ${JSON.stringify(status)}`);
      for (const { number, purpose, state, failure, at } of scripts) {
        writeLines(`script ${number}  ${purpose}  ${state}${failure === null ? '' : ` (${failure})`}  ${at}`);
      }
    });
}

const timeOf = (utcMs: number | null) => (utcMs === null ? null : new Date(utcMs).toISOString());

function summaryOf(card: CardRow) {
  const { administration_id, patient, stage, problem, invited_at, seen_at } = card;
  return {
    card: administration_id,
    patient,
    stage,
    problem,
    certificate: certificateOf(card),
    invitedAt: timeOf(invited_at),
    seenAt: timeOf(seen_at),
  };
}

function certificateOf({ chain, revocation }: CardRow): 'issued' | 'to be revoked' | 'revoked' | null {
  if (chain === null) return null;
  if (revocation === null) return 'issued';
  return revocation === 'done' ? 'revoked' : 'to be revoked';
}

function detailsOf(card: CardRow, scripts: readonly CardScriptRow[]) {
  const { sensors, server, policy } = readParticulars(card.particulars);
  return {
    ...summaryOf(card),
    server: `${server.host}:${server.port}`,
    keyVersion: card.key_version,
    receipt: card.receipt === null ? null : Buffer.from(card.receipt).toString('hex'),
    sensors,
    policy,
    status: statusOf(card),
    scripts: scripts.map(({ number, purpose, state, failure, queued_at, sent_at, finished_at }) => ({
      number,
      purpose,
      state,
      failure,
      at: timeOf(finished_at ?? sent_at ?? queued_at),
    })),
  };
}

function statusOf({ status }: CardRow) {
  if (status === null) return null;
  const told = decodeCardStatus(new Uint8Array(status));
  const { card, mha, release, imageVersion, open, scripts, commands, running = null } = told;
  return { card, mha, release, imageVersion, running, open, scripts, commands };
}
