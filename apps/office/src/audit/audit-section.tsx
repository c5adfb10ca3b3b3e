// The audit log as it stands, the newest first, with filters over what has been read from it so far.
import { Button, NativeSelect, Switch, TextInput } from '@mantine/core';
import { reasonOf } from '@vitalseal/clinician';
import { useEffect, useMemo, useState } from 'react';
import { useAnswer, useOffice } from '../office-context.tsx';
import { Empty, Section } from '../parts/section.tsx';
import table from '../parts/table.module.css';
import { exactTime } from '../parts/times.ts';
import classes from './audit-section.module.css';
import { actorInWords, groups, kindInWords, passes, type ReadEntry, readEntry } from './audit-words.ts';
import { type Chain, chainOf } from './chain.ts';

const pageOf = 100;

export function AuditSection() {
  const office = useOffice();
  const { answer, failed } = useAnswer('audit', { type: 'audit', limit: pageOf });
  const [older, setOlder] = useState<readonly ReadEntry[]>([]);
  const [olderFailed, setOlderFailed] = useState<string>();
  const [group, setGroup] = useState('');
  const [text, setText] = useState('');
  const [refusedOnly, setRefusedOnly] = useState(false);
  const entries = useMemo(() => joined((answer?.entries ?? []).map(readEntry), older), [answer, older]);
  const chain = useChain(entries);
  const shown = entries.filter((entry) => passes(entry, { group, text, refusedOnly }));
  const oldest = entries.at(-1)?.index;
  const more = async () => {
    setOlderFailed(undefined);
    try {
      const before = await office.ask(
        { type: 'audit', limit: pageOf, ...(oldest !== undefined && { before: oldest }) },
        'audit',
      );
      setOlder(joined(entries, before.entries.map(readEntry)));
    } catch (error) {
      setOlderFailed(reasonOf(error));
    }
  };
  return (
    <Section
      title="Audit log"
      text="Every access to a patient’s data and every act of administration. Nobody’s name and no value stands in it."
      unread={failed ?? olderFailed}
    >
      <div className={classes.filters}>
        <NativeSelect
          label="Of"
          data={[...groups]}
          value={group}
          onChange={(event) => setGroup(event.currentTarget.value)}
        />
        <TextInput
          label="That names"
          placeholder="a person, a patient, a kind"
          value={text}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Switch
          label="Refused only"
          checked={refusedOnly}
          onChange={(event) => setRefusedOnly(event.currentTarget.checked)}
        />
      </div>
      <p
        className={classes.state}
        data-broken={chain?.kind === 'broken'}
        role={chain?.kind === 'broken' ? 'alert' : 'status'}
      >
        {answer !== undefined && `${shown.length} of ${entries.length} read; ${answer.size} in the log. `}
        {chain?.kind === 'whole' &&
          `Entries ${chain.from} to ${chain.through} follow one another unbroken.${cutInWords(chain.cut)}`}
        {chain?.kind === 'broken' &&
          `Entry ${chain.at} does not follow the one before it: the log was altered. Verify the whole log.`}
      </p>
      {shown.length === 0 ? (
        <Empty asked={answer !== undefined} text="Nothing that was read so far passes this filter." />
      ) : (
        <table className={table.table}>
          <caption className={table.caption}>Entries of the audit log, the newest first</caption>
          <thead>
            <tr>
              <th scope="col">Entry</th>
              <th scope="col">Time</th>
              <th scope="col">What</th>
              <th scope="col">By</th>
              <th scope="col">Patient</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((entry) => (
              <EntryRow key={entry.index} read={entry} />
            ))}
          </tbody>
        </table>
      )}
      {oldest !== undefined && oldest > 0 && (
        <div className={classes.more}>
          <Button variant="default" onClick={() => void more()}>
            Read {Math.min(pageOf, oldest)} earlier entries
          </Button>
        </div>
      )}
    </Section>
  );
}

function cutInWords(cut: number): string {
  if (cut === 0) return '';
  return ` ${cut === 1 ? 'One is too long to be shown whole' : `${cut} are too long to be shown whole`}: verify the log for those.`;
}

function EntryRow({ read }: { readonly read: ReadEntry }) {
  const { entry } = read;
  if (entry === undefined) {
    return (
      <tr>
        <td>{read.index}</td>
        <td className={table.nowrap}>{exactTime(read.at)}</td>
        <td colSpan={3}>This entry is not in the form that the log gives its entries.</td>
      </tr>
    );
  }
  const { refused, what = {} } = entry;
  return (
    <tr>
      <td>{entry.index}</td>
      <td className={table.nowrap}>{exactTime(entry.at)}</td>
      <td>
        <span className={table.name}>{kindInWords(entry.kind)}</span>
        {refused !== undefined && <span className={classes.refused}>refused: {refused}</span>}
        <details className={classes.details}>
          <summary>Details</summary>
          <dl className={classes.what}>
            {Object.entries(what).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</dd>
              </div>
            ))}
            {read.isCut && (
              <div>
                <dt>cut</dt>
                <dd>too long to be shown whole; the export has all of it</dd>
              </div>
            )}
            <div>
              <dt>follows</dt>
              <dd>{entry.previous || 'nothing: it is the first'}</dd>
            </div>
          </dl>
        </details>
      </td>
      <td>{actorInWords(entry.actor)}</td>
      <td>{entry.patient === undefined ? '' : actorInWords(entry.patient).replace(/^patient /, '')}</td>
    </tr>
  );
}

function useChain(entries: readonly ReadEntry[]): Chain | undefined {
  const [chain, setChain] = useState<Chain>();
  useEffect(() => {
    let current = true;
    void chainOf(entries).then((found) => current && setChain(found));
    return () => {
      current = false;
    };
  }, [entries]);
  return chain;
}

/** Each once, newest first, and without a gap: what was read before a gap is read again when it is asked for. */
function joined(newer: readonly ReadEntry[], older: readonly ReadEntry[]): readonly ReadEntry[] {
  const byIndex = new Map([...older, ...newer].map((entry) => [entry.index, entry]));
  const sorted = [...byIndex.values()].sort((a, b) => b.index - a.index);
  const gap = sorted.findIndex((entry, at) => at > 0 && (sorted[at - 1]?.index ?? 0) - entry.index > 1);
  return gap === -1 ? sorted : sorted.slice(0, gap);
}
